import { sentenceCount } from '../../text/english-tokens/sentences.ts'
import { characterFlags, SPACE } from '../scan/character-flags.ts'
import { sentencesOfWords } from '../scan/line-sentences.ts'
import { phraseCandidates } from '../scan/phrase-candidates.ts'
import type { TextScan } from '../scan/text-scan.ts'

/** What of C4's rules on lines differs from source to source. */
export interface LineRules {
  /** A line must end in one of these; `undefined` = in anything. */
  readonly endMarks: readonly string[] | undefined
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
  const { text, brokenLines } = scan
  const words = scan.words('whitespace')
  const maxWordLength = rules.maxWordLength ?? Number.POSITIVE_INFINITY
  const candidates = phraseCandidates(scan)
  const hasCitations = text.includes('[')
  const hasBrackets = text.includes('{')
  let word = 0
  let candidate = 0
  let lines = 0
  let keptLines = 0
  let sentences = 0
  let ending = rules.wholePage ? endingOf(text, hasBrackets, candidates.length > 0) : undefined
  for (let line = 0; line < brokenLines.count; line++) {
    const from = brokenLines.trimmedStart[line] as number
    const to = brokenLines.trimmedEnd[line] as number
    if (from === to) continue
    lines++
    const first = word
    let isLong = false
    while (word < words.count && (words.start[word] as number) < to) {
      if (words.length(word++) > maxWordLength) isLong = true
    }
    let isSuspect = false
    while (candidate < candidates.length && (candidates[candidate] as number) < to) {
      isSuspect = true
      candidate++
    }
    if (isLong) continue
    let count = word - first
    let changed: string | undefined
    if (hasCitations) {
      const original = text.slice(from, to)
      if (original.includes('[')) {
        const without = original.replace(CITATION, '')
        if (without !== original) {
          changed = without
          isSuspect = true
          if (!rules.countCitations) count = without.match(WORD)?.length ?? 0
        }
      }
    }
    if (
      rules.endMarks !== undefined &&
      !endsRight(changed ?? text, changed === undefined ? to : changed.length, rules)
    )
      continue
    if (count < rules.minWordsPerLine) continue
    const content = isSuspect || hasBrackets ? (changed ?? text.slice(from, to)) : ''
    const small = isSuspect ? content.toLowerCase() : ''
    if (isSuspect && small.includes('lorem ipsum')) ending ??= 'lorem-ipsum'
    if (isSuspect && small.includes('javascript')) continue
    if (hasBrackets && content.includes('{')) ending ??= 'curly-bracket'
    if (isSuspect && POLICY.some((phrase) => small.includes(phrase))) continue
    sentences += changed === undefined ? sentencesOfWords(scan, first, word) : sentenceCount(changed)
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

function endingOf(text: string, hasBrackets: boolean, isSuspect: boolean): LineResult['ending'] {
  if (isSuspect && text.toLowerCase().includes('lorem ipsum')) return 'lorem-ipsum'
  return hasBrackets ? 'curly-bracket' : undefined
}

function endsRight(text: string, to: number, { endMarks, dropEllipsis }: LineRules): boolean {
  const last = text[to - 1]
  if (last === undefined || !endMarks?.includes(last)) return false
  return !(dropEllipsis && text.endsWith('...', to))
}

/** What is between white space as Python knows it. */
const WORD = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g
