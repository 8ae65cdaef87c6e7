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
  splitAtLineFeeds(codes: Uint16Array, length: number, words: WordTable): void {
    this.#split(codes, length, words, false)
  }

  /**
   * Takes lines at every line end that Python's `str.splitlines()` knows; what follows the last line end is a line
   * only where it is not empty, so an empty text has none.
   */
  splitAtLineEnds(codes: Uint16Array, length: number, words: WordTable): void {
    this.#split(codes, length, words, true)
    const last = this.count - 1
    if (this.start[last] === this.end[last]) this.count = last
  }

  /** Line ends are white space: only the gaps between words are looked at. */
  #split(codes: Uint16Array, length: number, words: WordTable, all: boolean): void {
    this.count = 0
    this.#numbered = false
    this.#trimmedNumbered = false
    const flags = characterFlags()
    const { count, start, end } = words
    let from = 0
    let first = -1
    let last = 0
    let at = 0
    for (let word = 0; word <= count; word++) {
      const to = word === count ? length : (start[word] as number)
      if (to - at !== 1 || codes[at] !== 0x20) {
        for (let index = at; index < to; index++) {
          const code = codes[index] as number
          if (all ? ((flags[code] as number) & LINE_END) === 0 : code !== 10) continue
          this.#add(from, index, first, last, word)
          if (all && code === 13 && codes[index + 1] === 10 && index + 1 < length) index++
          from = index + 1
          first = -1
        }
      }
      if (word === count) break
      if (first < 0) first = to
      last = end[word] as number
      at = last
    }
    this.#add(from, length, first, last, count)
  }

  /** Numbers of the lines as they are: equal lines have equal numbers. */
  numbers(ranges: RangeNumbers, words: WordTable): Int32Array {
    if (!this.#numbered) {
      this.#numbered = true
      if (this.#numbers.length < this.count) this.#numbers = new Int32Array(this.start.length)
      for (let line = 0; line < this.count; line++) {
        const from = this.start[line] as number
        this.#numbers[line] = ranges.numberOf(from, this.end[line] as number, this.hash(line, words))
      }
    }
    return this.#numbers
  }

  /** Numbers of the lines without white space at both sides. */
  trimmedNumbers(ranges: RangeNumbers, words: WordTable): Int32Array {
    if (!this.#trimmedNumbered) {
      const numbers = this.numbers(ranges, words)
      this.#trimmedNumbered = true
      if (this.#trimmedNumbers.length < this.count) this.#trimmedNumbers = new Int32Array(this.start.length)
      for (let line = 0; line < this.count; line++) {
        const from = this.trimmedStart[line] as number
        const to = this.trimmedEnd[line] as number
        const isSame = from === this.start[line] && to === this.end[line]
        this.#trimmedNumbers[line] = isSame
          ? (numbers[line] as number)
          : ranges.numberOf(from, to, this.hash(line, words))
      }
    }
    return this.#trimmedNumbers
  }

  /** @param first start of its first word, below 0 for a blank line, and `last` the end of its last word. */
  #add(from: number, to: number, first: number, last: number, words: number): void {
    const line = this.count++
    if (line >= this.start.length) this.#grow()
    this.start[line] = from
    this.end[line] = to
    this.trimmedStart[line] = first < 0 ? from : first
    this.trimmedEnd[line] = first < 0 ? from : last
    this.word[line + 1] = words
  }

  /** Hash of the words of a line. */
  hash(line: number, words: WordTable): number {
    return words.hashOf(
      words.at[this.word[line] as number] as number,
      words.at[this.word[line + 1] as number] as number,
    )
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
