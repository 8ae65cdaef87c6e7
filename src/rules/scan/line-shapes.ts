import { pointOf } from '../../kernels/words/pairs.ts'
import { characterFlags, LEAD, pairFlags, TERMINAL, TRAIL } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/** Lines of a text by how long they are and how they end. */
export interface LineShapes {
  readonly lines: number
  /** Lines that end in punctuation. */
  readonly punctuated: number
  /** Lines of at most 30 characters, and of fewer than 30. */
  readonly short: number
  readonly shorter: number
}

export interface ShapeRules {
  /** Which marks end a sentence: datatrove's of all scripts, those and quotation marks, or `. ' " ! ?`. */
  readonly ends: 'all-scripts' | 'all-scripts-and-quotes' | 'english-with-apostrophe'
  readonly skipBlank: boolean
  /** Whether white space around a line is passed over. */
  readonly trimmed?: boolean
}

const SHORT = 30

/** Counts the lines between line feeds by their shape. O(lines). */
export function lineShapes(scan: TextScan, { ends, skipBlank, trimmed = false }: ShapeRules): LineShapes {
  const { lines } = scan
  let counted = 0
  let punctuated = 0
  let short = 0
  let shorter = 0
  for (let line = 0; line < lines.count; line++) {
    if (skipBlank && lines.trimmedStart[line] === lines.trimmedEnd[line]) continue
    counted++
    const from = (trimmed ? lines.trimmedStart[line] : lines.start[line]) as number
    const to = (trimmed ? lines.trimmedEnd[line] : lines.end[line]) as number
    // Two units make a character at most.
    if (to - from <= 2 * SHORT) {
      const characters = scan.pointsIn(from, to)
      if (characters <= SHORT) short++
      if (characters < SHORT) shorter++
    }
    if (from < to && isEnd(scan.codes, from, to, ends)) punctuated++
  }
  return { lines: counted, punctuated, short, shorter }
}

function isEnd(codes: Uint16Array, from: number, to: number, ends: ShapeRules['ends']): boolean {
  const last = codes[to - 1] as number
  if (ends === 'english-with-apostrophe') return ENGLISH.includes(last)
  if (ends === 'all-scripts-and-quotes' && QUOTES.includes(last)) return true
  const flags = characterFlags()
  const all = flags[last] as number
  if ((all & TRAIL) !== 0 && to - from > 1 && ((flags[codes[to - 2] as number] as number) & LEAD) !== 0) {
    return (pairFlags(pointOf(codes[to - 2] as number, last)) & TERMINAL) !== 0
  }
  return (all & TERMINAL) !== 0
}

/** `. ' " ! ?` */
const ENGLISH: readonly number[] = [0x2e, 0x27, 0x22, 0x21, 0x3f]
/** `"`, `”` and `…`. */
const QUOTES: readonly number[] = [0x22, 0x201d, 0x2026]
