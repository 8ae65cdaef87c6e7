import { END, isPlainException, sentenceMarks, WORD } from '../../text/english-tokens/sentences.ts'
import { ALPHANUMERIC, characterFlags, LETTER, NO_PUNCTUATION } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/**
 * Number of sentences in the words from `first` up to `last` (exclusive), which stand on one line.
 *
 * As spaCy's sentencizer counts them; see {@link sentenceCount}, which this is a faster way to. Only words with a mark
 * that can end a sentence are looked at, and words behind an end; those that end in a mark behind a lower-case letter
 * are not cut into tokens.
 *
 * @param stop the first of the `stops` of the words between white space that is not before `first`.
 */
export function sentencesOfWords(scan: TextScan, first: number, last: number, stop: number): number {
  const words = scan.words('whitespace')
  const { codes, start, end, flags } = words
  const { stops, stopCount } = words.columns
  const { text } = scan
  const table = characterFlags()
  let sentences = 1
  let ended = false
  for (let word = first; ; word++) {
    while (stop < stopCount && (stops[stop] as number) < word) stop++
    const next = stop < stopCount ? (stops[stop] as number) : last
    if (!ended) word = next
    if (word >= last) return sentences
    const from = start[word] as number
    const to = end[word] as number
    // White space that is no single space is a token, which begins a sentence.
    if (ended && word > first) {
      const gap = end[word - 1] as number
      if (from - gap !== 1 || codes[gap] !== 0x20) {
        sentences++
        ended = false
      }
    }
    if (word !== next) {
      if (ended && ((flags[word] as number) & NO_PUNCTUATION) !== 0) {
        sentences++
        ended = false
      }
      continue
    }
    if (isPlainEnd(codes, from, to, table) && !isPlainException(text, from, to)) {
      if (ended) sentences++
      ended = true
      continue
    }
    for (const mark of sentenceMarks(text, codes, from, to)) {
      if (mark === END) ended = true
      else if (mark === WORD && ended) {
        sentences++
        ended = false
      }
    }
  }
}

/** Whether a word is ASCII letters and digits, the last one a small letter, and then one of `.`, `!` and `?`. */
function isPlainEnd(codes: Uint16Array, from: number, to: number, table: Uint16Array): boolean {
  const mark = codes[to - 1] as number
  if (mark !== 0x2e && mark !== 0x21 && mark !== 0x3f) return false
  if (to - from < 3) return false
  const last = codes[to - 2] as number
  if (last < 0x61 || last > 0x7a) return false
  for (let index = from; index < to - 2; index++) {
    const code = codes[index] as number
    if (code > 0x7f || ((table[code] as number) & (LETTER | ALPHANUMERIC)) === 0) return false
  }
  return true
}
