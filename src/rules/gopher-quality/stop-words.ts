import type { WordTable } from '../scan/word-table.ts'

/** Gopher's eight stop words, by bit: the, be, to, of, and, that, have, with. */
const WORDS = ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with']

const BY_CODES = new Map(WORDS.map((word, index) => [packed(word), 1 << index]))

/** How many of the stop words stand among the words of a text, each counted once. */
export function distinctStopWords(codes: Uint16Array, words: WordTable, foldCase: boolean): number {
  const { count, start, end } = words
  let bits = 0
  for (let word = 0; word < count && bits !== 255; word++)
    bits |= stopWordBit(codes, start[word] as number, end[word] as number, foldCase)
  return bitCount(bits)
}

/** How many words of a text are stop words. */
export function stopWordCount(codes: Uint16Array, words: WordTable, foldCase: boolean): number {
  const { count, start, end } = words
  let found = 0
  for (let word = 0; word < count; word++)
    if (stopWordBit(codes, start[word] as number, end[word] as number, foldCase) !== 0) found++
  return found
}

/** Which stop word a range of units is, as one bit; 0 for none. */
function stopWordBit(codes: Uint16Array, from: number, to: number, foldCase: boolean): number {
  const length = to - from
  if (length < 2 || length > 4) return 0
  let key = 0
  for (let index = from; index < to; index++) {
    let code = codes[index] as number
    if (code > 0x7a) return 0
    if (foldCase && code >= 0x41 && code <= 0x5a) code |= 0x20
    key = (key << 8) | code
  }
  return BY_CODES.get(key) ?? 0
}

function packed(word: string): number {
  let key = 0
  for (let index = 0; index < word.length; index++) key = (key << 8) | word.charCodeAt(index)
  return key
}

/** Number of ones in the low eight bits. */
function bitCount(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}
