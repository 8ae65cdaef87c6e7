import { characterFlags, SPACE } from '../scan/character-flags.ts'
import { phraseCandidates } from '../scan/phrase-candidates.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { CHANGED, CURLY, JAVASCRIPT, LineFacts, LONG_WORD, LOREM, POLICY } from './line-facts.ts'

/** What of C4's rules on lines differs from source to source. */
export interface LineRules {
  /** A line must end in one of these UTF-16 units; `undefined` = in anything. */
  readonly endMarks: readonly number[] | undefined
  /** Whether a line that ends in `...` is dropped; only with {@link endMarks}. */
  readonly dropEllipsis: boolean
  readonly minWordsPerLine: number
  /** A line with a longer word is dropped; in characters. `undefined` = no word is too long. */
  readonly maxWordLength: number | undefined
  /** Whether marks such as `[1]` and `[edit]` still count as words. */
  readonly countCitations: boolean
  /** Whether `{` and "lorem ipsum" are looked for in the whole page, or in lines that pass the rules so far. */
  readonly wholePage: boolean
}

/** What the rules on lines find in a page. */
export interface LineResult {
  /** Lines that hold more than white space, and those that stay. */
  readonly lines: number
  readonly keptLines: number
  /** Sentences in the lines that stay. */
  readonly sentences: number
  /** Which of the two marks that end a page comes first; the source looks no further. */
  readonly ending: 'lorem-ipsum' | 'curly-bracket' | undefined
}

/**
 * Applies C4's rules on lines to the page that the scan holds.
 *
 * A line that holds a mark which ends the page is taken as if it did not, so that the counts tell what there would be
 * without that rule.
 *
 * @param keep is given each line that stays: its units in the text, and its words where citations were cut out.
 */
export function c4Lines(
  scan: TextScan,
  rules: LineRules,
  keep?: (from: number, to: number, changed: string | undefined) => void,
): LineResult {
  const { codes, brokenLines } = scan
  const { trimmedStart, trimmedEnd, word } = brokenLines
  const facts = LineFacts.of(scan)
  const { marks } = facts
  let lines = 0
  let keptLines = 0
  let sentences = 0
  let ending = rules.wholePage ? endingOf(scan) : undefined
  for (let line = 0; line < brokenLines.count; line++) {
    const from = trimmedStart[line] as number
    const to = trimmedEnd[line] as number
    if (from === to) continue
    lines++
    const own = marks[line] as number
    if (rules.maxWordLength !== undefined && (own & LONG_WORD) !== 0) continue
    let count = (word[line + 1] as number) - (word[line] as number)
    const changed = (own & CHANGED) !== 0 ? facts.changed(line) : undefined
    if (changed !== undefined && !rules.countCitations) count = changed.match(WORD)?.length ?? 0
    if (rules.endMarks !== undefined && !endsRight(codes, to, changed, rules)) continue
    if (count < rules.minWordsPerLine) continue
    if ((own & LOREM) !== 0) ending ??= 'lorem-ipsum'
    if ((own & JAVASCRIPT) !== 0) continue
    if ((own & CURLY) !== 0) ending ??= 'curly-bracket'
    if ((own & POLICY) !== 0) continue
    sentences += facts.sentences(line)
    keptLines++
    keep?.(from, to, changed)
  }
  return { lines, keptLines, sentences, ending }
}

/** The lines that stay, one a line, without white space around them all. */
export function c4Text(scan: TextScan, rules: LineRules): string {
  const kept: string[] = []
  c4Lines(scan, rules, (from, to, changed) => kept.push(changed ?? scan.text.slice(from, to)))
  const joined = kept.join('\n')
  const flags = characterFlags()
  let from = 0
  let to = joined.length
  while (from < to && ((flags[joined.charCodeAt(from)] as number) & SPACE) !== 0) from++
  while (to > from && ((flags[joined.charCodeAt(to - 1)] as number) & SPACE) !== 0) to--
  return joined.slice(from, to)
}

const LOREM_IPSUM = 'lorem ipsum'
/** Where its m stands, at which it is looked for. */
const LOREM_M = 4

function endingOf(scan: TextScan): LineResult['ending'] {
  const { text } = scan
  const isLorem = (m: number): boolean =>
    text.slice(Math.max(0, m - LOREM_M), m - LOREM_M + LOREM_IPSUM.length).toLowerCase() === LOREM_IPSUM
  if (phraseCandidates(scan).some(isLorem)) return 'lorem-ipsum'
  return text.includes('{') ? 'curly-bracket' : undefined
}

const DOT = 0x2e

/** @param to behind the last unit of a line, where nothing was cut out of it. */
function endsRight(
  codes: Uint16Array,
  to: number,
  changed: string | undefined,
  { endMarks, dropEllipsis }: LineRules,
): boolean {
  const last = changed === undefined ? (codes[to - 1] as number) : changed.charCodeAt(changed.length - 1)
  if (!endMarks?.includes(last)) return false
  if (!dropEllipsis || last !== DOT) return true
  return changed === undefined
    ? !(to > 2 && codes[to - 2] === DOT && codes[to - 3] === DOT)
    : !changed.endsWith('...')
}

/** What is between white space as Python knows it. */
const WORD = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g
