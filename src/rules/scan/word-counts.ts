import { LETTER, NO_SYMBOL } from './character-flags.ts'
import type { WordTable } from './word-table.ts'

/** Words of a text by what they hold. Lengths are characters (code points). */
export interface WordCounts {
  readonly words: number
  /** Characters of all words. */
  readonly characters: number
  /** Words that hold a character which datatrove does not count as punctuation, and their characters. */
  readonly spoken: number
  readonly spokenCharacters: number
  /** Words that hold a letter. */
  readonly letterWords: number
}

/** Counts words by what they hold. O(words). */
export function wordCounts(words: WordTable): WordCounts {
  const { count, flags, points } = words
  let spoken = 0
  let spokenCharacters = 0
  let letterWords = 0
  for (let word = 0; word < count; word++) {
    const all = flags[word] as number
    if ((all & NO_SYMBOL) !== 0) {
      spoken++
      spokenCharacters += (points[word + 1] as number) - (points[word] as number)
    }
    if ((all & LETTER) !== 0) letterWords++
  }
  return { words: count, characters: words.characters, spoken, spokenCharacters, letterWords }
}
