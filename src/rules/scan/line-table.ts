import { characterFlags, LINE_END } from './character-flags.ts'
import type { RangeNumbers } from './range-numbers.ts'
import type { WordTable } from './word-table.ts'

/** The lines of a text as columns of unit offsets. Buffers are kept from text to text. */
export class LineTable {
  count = 0
  /** First unit of each line, and the unit behind its last; the line end itself is left out. */
  start = new Int32Array(64)
  end = new Int32Array(64)
  /** The same without white space at both sides; equal to each other for a blank line. */
  trimmedStart = new Int32Array(64)
  trimmedEnd = new Int32Array(64)
  /** The first word that begins in each line or behind it. */
  word = new Int32Array(65)
  #numbers = new Int32Array(64)
  #trimmedNumbers = new Int32Array(64)
  #numbered = false
  #trimmedNumbered = false

  /** Takes lines at line feeds, as Python's `str.split("\n")`: an empty text is one empty line. */
  splitAtLineFeeds(words: WordTable, length: number): void {
    this.#split(words, length, false)
  }

  /**
   * Takes lines at every line end that Python's `str.splitlines()` knows; what follows the last line end is a line
   * only where it is not empty, so an empty text has none.
   */
  splitAtLineEnds(words: WordTable, length: number): void {
    this.#split(words, length, true)
    const last = this.count - 1
    if (this.start[last] === this.end[last]) this.count = last
  }

  /** Line ends are white space: only gaps between words are looked at, and of these the ones that are not one space. */
  #split(words: WordTable, length: number, all: boolean): void {
    this.count = 0
    this.#numbered = false
    this.#trimmedNumbered = false
    const flags = characterFlags()
    const { codes, count, start, end } = words
    const { gaps, gapCount } = words.columns
    let from = 0
    for (let gap = 0; gap <= gapCount; gap++) {
      const word = gap === gapCount ? count : (gaps[gap] as number)
      const to = word === count ? length : (start[word] as number)
      for (let index = word === 0 ? 0 : (end[word - 1] as number); index < to; index++) {
        const code = codes[index] as number
        if (all ? ((flags[code] as number) & LINE_END) === 0 : code !== 10) continue
        this.#add(from, index, word, words)
        if (all && code === 13 && codes[index + 1] === 10 && index + 1 < length) index++
        from = index + 1
      }
    }
    this.#add(from, length, count, words)
  }

  /** Numbers of the lines as they are: equal lines have equal numbers. */
  numbers(ranges: RangeNumbers): Int32Array {
    if (!this.#numbered) {
      this.#numbered = true
      if (this.#numbers.length < this.count) this.#numbers = new Int32Array(this.start.length)
      for (let line = 0; line < this.count; line++)
        this.#numbers[line] = ranges.numberOf(this.start[line] as number, this.end[line] as number)
    }
    return this.#numbers
  }

  /** Numbers of the lines without white space at both sides. */
  trimmedNumbers(ranges: RangeNumbers): Int32Array {
    if (!this.#trimmedNumbered) {
      const numbers = this.numbers(ranges)
      this.#trimmedNumbered = true
      if (this.#trimmedNumbers.length < this.count) this.#trimmedNumbers = new Int32Array(this.start.length)
      for (let line = 0; line < this.count; line++) {
        const from = this.trimmedStart[line] as number
        const to = this.trimmedEnd[line] as number
        const isSame = from === this.start[line] && to === this.end[line]
        this.#trimmedNumbers[line] = isSame ? (numbers[line] as number) : ranges.numberOf(from, to)
      }
    }
    return this.#trimmedNumbers
  }

  /** @param behind the first word behind the line. */
  #add(from: number, to: number, behind: number, words: WordTable): void {
    const line = this.count++
    if (line >= this.start.length) this.#grow()
    const first = this.word[line] as number
    this.start[line] = from
    this.end[line] = to
    this.trimmedStart[line] = first < behind ? (words.start[first] as number) : from
    this.trimmedEnd[line] = first < behind ? (words.end[behind - 1] as number) : from
    this.word[line + 1] = behind
  }

  #grow(): void {
    const longer = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(2 * old.length)
      array.set(old)
      return array
    }
    this.start = longer(this.start)
    this.end = longer(this.end)
    this.trimmedStart = longer(this.trimmedStart)
    this.trimmedEnd = longer(this.trimmedEnd)
    const word = new Int32Array(this.start.length + 1)
    word.set(this.word)
    this.word = word
  }
}
