import type { LineTable } from './line-table.ts'

/** Lines that begin with one of some bullets and lines that end with an ellipsis. */
export interface LineMarks {
  /** Lines that were looked at. */
  readonly lines: number
  readonly bulletLines: number
  readonly ellipsisLines: number
}

export interface MarkRules {
  /** Signs that begin a list item. */
  readonly bullets: string
  /** Whether `...` and `. . .` at the end of a line are ellipses, beside `…`. */
  readonly dots: boolean
  readonly spacedDots: boolean
  /** Whether white space before and behind a line is passed over. */
  readonly trimmed: boolean
  /** Whether lines of white space alone are left out. */
  readonly skipBlank: boolean
}

const DOT = 0x2e
const ELLIPSIS = 0x2026

/** Counts lines by how they begin and end. O(lines). */
export function lineMarks(codes: Uint16Array, lines: LineTable, rules: MarkRules): LineMarks {
  const { bullets, dots, spacedDots, trimmed, skipBlank } = rules
  let counted = 0
  let bulletLines = 0
  let ellipsisLines = 0
  for (let line = 0; line < lines.count; line++) {
    if (skipBlank && lines.trimmedStart[line] === lines.trimmedEnd[line]) continue
    counted++
    const from = (trimmed ? lines.trimmedStart[line] : lines.start[line]) as number
    const to = (trimmed ? lines.trimmedEnd[line] : lines.end[line]) as number
    if (from === to) continue
    const first = codes[from] as number
    // Letters and digits of ASCII, with which most lines begin, are no bullets.
    if (!isPlain(first) && bullets.includes(String.fromCharCode(first))) bulletLines++
    const last = codes[to - 1] as number
    if (last === ELLIPSIS) ellipsisLines++
    else if (last === DOT) {
      if (dots && to - from > 2 && codes[to - 2] === DOT && codes[to - 3] === DOT) ellipsisLines++
      else if (spacedDots && to - from > 4 && isSpacedDots(codes, to)) ellipsisLines++
    }
  }
  return { lines: counted, bulletLines, ellipsisLines }
}

function isPlain(code: number): boolean {
  const small = code | 0x20
  return (small >= 0x61 && small <= 0x7a) || (code >= 0x30 && code <= 0x39)
}

function isSpacedDots(codes: Uint16Array, to: number): boolean {
  return codes[to - 2] === 0x20 && codes[to - 3] === DOT && codes[to - 4] === 0x20 && codes[to - 5] === DOT
}
