import { characterFlags, SPACE } from './character-flags.ts'
import type { RangeNumbers } from './range-numbers.ts'

/** The lines of a text as columns of unit offsets. Buffers are kept from text to text. */
export class LineTable {
  count = 0
  /** First unit of each line, and the unit behind its last; the line end itself is left out. */
  start = new Int32Array(64)
  end = new Int32Array(64)
  /** The same without white space at both sides; equal to each other for a blank line. */
  trimmedStart = new Int32Array(64)
  trimmedEnd = new Int32Array(64)
  #numbers = new Int32Array(64)
  #trimmedNumbers = new Int32Array(64)
  #numbered = false
  #trimmedNumbered = false

  /** Takes lines at line feeds, as Python's `str.split("\n")`: an empty text is one empty line. */
  splitAtLineFeeds(codes: Uint16Array, length: number): void {
    this.#reset()
    let from = 0
    for (;;) {
      const found = codes.indexOf(10, from)
      const to = found < 0 || found >= length ? length : found
      this.#add(codes, from, to)
      if (to === length) return
      from = to + 1
    }
  }

  /**
   * Takes lines at every line end that Python's `str.splitlines()` knows; what follows the last line end is a line
   * only where it is not empty, so an empty text has none.
   */
  splitAtLineEnds(codes: Uint16Array, length: number, flag: number): void {
    this.#reset()
    const flags = characterFlags()
    let from = 0
    for (let index = 0; index < length; index++) {
      if (((flags[codes[index] as number] as number) & flag) === 0) continue
      this.#add(codes, from, index)
      if (codes[index] === 13 && index + 1 < length && codes[index + 1] === 10) index++
      from = index + 1
    }
    if (from < length) this.#add(codes, from, length)
  }

  /** Numbers of the lines as they are: equal lines have equal numbers. */
  numbers(ranges: RangeNumbers): Int32Array {
    if (!this.#numbered) {
      this.#numbered = true
      if (this.#numbers.length < this.count) this.#numbers = new Int32Array(this.start.length)
      for (let line = 0; line < this.count; line++) {
        this.#numbers[line] = ranges.numberOf(this.start[line] as number, this.end[line] as number)
      }
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

  #reset(): void {
    this.count = 0
    this.#numbered = false
    this.#trimmedNumbered = false
  }

  #add(codes: Uint16Array, from: number, to: number): void {
    const line = this.count++
    if (line >= this.start.length) this.#grow()
    this.start[line] = from
    this.end[line] = to
    const flags = characterFlags()
    let first = from
    let last = to
    while (first < last && ((flags[codes[first] as number] as number) & SPACE) !== 0) first++
    while (last > first && ((flags[codes[last - 1] as number] as number) & SPACE) !== 0) last--
    this.trimmedStart[line] = first
    this.trimmedEnd[line] = last
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
  }
}
