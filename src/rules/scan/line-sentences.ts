import { END, isExceptionAt, sentenceMarks, WORD } from '../../text/english-tokens/sentences.ts'
import { ALPHANUMERIC, characterFlags, LETTER, NO_PUNCTUATION, TERMINAL } from './character-flags.ts'
import type { TextScan } from './text-scan.ts'

/**
 * Number of sentences in the words from `first` up to `last` (exclusive), which stand on one line.
 *
 * As spaCy's sentencizer counts them; see {@link sentenceCount}, which this is a faster way to. Words without a mark
 * that can end a sentence, and those that end in one behind a lower-case letter, are not cut into tokens.
 */
export function sentencesOfWords(scan: TextScan, first: number, last: number): number {
  const words = scan.words('whitespace')
  const { start, end, flags } = words
  const { codes, text } = scan
  const table = characterFlags()
  let sentences = 1
  let ended = false
  for (let word = first; word < last; word++) {
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
    const all = flags[word] as number
    if ((all & TERMINAL) === 0) {
      if (ended && (all & NO_PUNCTUATION) !== 0) {
        sentences++
        ended = false
      }
      continue
    }
    if (isPlainEnd(codes, from, to, table) && !isExceptionAt(text, from, to)) {
      if (ended) sentences++
      ended = true
      continue
    }
    for (const mark of sentenceMarks(text.slice(from, to))) {
      if (mark === END) ended = true
      else if (mark === WORD && ended) {
        sentences++
        ended = false
      }
    }
  }
  return sentences
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
