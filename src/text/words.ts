/**
 * Words of a text: runs of characters that are not white space, as Python's `str.split()` gives them.
 *
 * Punctuation stays on its word, so a script without spaces (Chinese, Japanese, Thai) gives few and long
 * words: see {@link wordCount} for a count that treats them fairly. O(length).
 */
export function wordsOf(text: string): string[] {
  return text.match(/\S+/g) ?? []
}

/**
 * Number of words in a text, where each letter of a script that writes without spaces between words
 * (Han, kana, Thai, Lao, Khmer, Burmese) counts as a word of its own.
 *
 * A run of other letters, marks and digits is one word; punctuation alone is none. O(length).
 */
export function wordCount(text: string): number {
  let count = 0
  for (const _ of text.matchAll(WORD)) count++
  return count
}

/** Scripts without spaces between words. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}'

/** One letter of an unspaced script, or a run of letters and digits of the others. */
const WORD = new RegExp(
  `[[${UNSPACED}]&&\\p{L}]|[[\\p{L}\\p{M}\\p{N}]--[${UNSPACED}]](?:['’\\p{M}]|[[\\p{L}\\p{N}]--[${UNSPACED}]])*`,
  'gv',
)
