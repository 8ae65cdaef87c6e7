import { sentenceCount } from '../../text/english-tokens/sentences.ts'
import { characterFlags, SPACE } from '../scan/character-flags.ts'
import { phraseCandidates } from '../scan/phrase-candidates.ts'
import type { TextScan } from '../scan/text-scan.ts'
import { CURLY, LineFacts, LONG_WORD, SQUARE, SUSPECT } from './line-facts.ts'

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

const CITATION = /\[\p{Nd}*\]|\[edit\]|\[citation needed\]/gu
export const POLICY = [
  'terms of use',
  'privacy policy',
  'cookie policy',
  'uses cookies',
  'use of cookies',
  'use cookies',
] as const

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
  const { text, codes, brokenLines } = scan
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
    let changed: string | undefined
    if ((own & SQUARE) !== 0) {
      const original = text.slice(from, to)
      const without = original.replace(CITATION, '')
      if (without !== original) {
        changed = without
        if (!rules.countCitations) count = without.match(WORD)?.length ?? 0
      }
    }
    if (rules.endMarks !== undefined) {
      if (
        changed === undefined
          ? !endsRight(codes, to, rules)
          : !endsRight(unitsOf(changed), changed.length, rules)
      )
        continue
    }
    if (count < rules.minWordsPerLine) continue
    if ((own & SUSPECT) !== 0 || changed !== undefined) {
      const small = (changed ?? text.slice(from, to)).toLowerCase()
      if (small.includes('lorem ipsum')) ending ??= 'lorem-ipsum'
      if (small.includes('javascript')) continue
      if ((own & CURLY) !== 0) ending ??= 'curly-bracket'
      if (POLICY.some((phrase) => small.includes(phrase))) continue
    } else if ((own & CURLY) !== 0) ending ??= 'curly-bracket'
    sentences += changed === undefined ? facts.sentences(line) : sentenceCount(changed)
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

function endsRight(units: ArrayLike<number>, to: number, { endMarks, dropEllipsis }: LineRules): boolean {
  const last = to > 0 ? (units[to - 1] as number) : -1
  if (!endMarks?.includes(last)) return false
  return !(dropEllipsis && last === DOT && to > 2 && units[to - 2] === DOT && units[to - 3] === DOT)
}

function unitsOf(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
}

/** What is between white space as Python knows it. */
const WORD = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g
