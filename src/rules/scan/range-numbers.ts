import type { WordColumns } from '../../kernels/words/word-columns.ts'

const SMALLEST = 256

/**
 * Numbers ranges of one text so that equal numbers are equal ranges: exact, as ranges with equal hashes are compared.
 *
 * The empty range is number 0.
 */
export class RangeNumbers {
  #columns: WordColumns | undefined
  #codes = new Uint16Array(0)
  /** Hash table of numbers; 0 is free. The first `#size` of them are used. */
  #slots = new Int32Array(SMALLEST)
  #size = SMALLEST
  #start = new Int32Array(128)
  #length = new Int32Array(128)
  #hash = new Int32Array(128)
  /** Numbers given so far. */
  count = 0

  /** Begins with the text of some columns. */
  reset(columns: WordColumns): this {
    this.#columns = columns
    this.#codes = columns.codes as Uint16Array<ArrayBuffer>
    this.#size = SMALLEST
    this.#slots.fill(0, 0, SMALLEST)
    // Number 0 is the empty range, which is never looked up.
    this.count = 1
    return this
  }

  numberOf(from: number, to: number): number {
    const length = to - from
    if (length === 0 || this.#columns === undefined) return 0
    const hash = this.#columns.rangeHash(from, to)
    const mask = this.#size - 1
    let slot = hash & mask
    for (;;) {
      const found = this.#slots[slot] as number
      if (found === 0) return this.#add(slot, from, length, hash)
      if (this.#hash[found] === hash && this.#length[found] === length && this.#isSame(found, from))
        return found
      slot = (slot + 1) & mask
    }
  }

  #isSame(number: number, from: number): boolean {
    const codes = this.#codes
    const other = this.#start[number] as number
    const length = this.#length[number] as number
    for (let index = 0; index < length; index++) {
      if (codes[other + index] !== codes[from + index]) return false
    }
    return true
  }

  #add(slot: number, from: number, length: number, hash: number): number {
    const number = this.count++
    if (number >= this.#start.length) this.#grow()
    this.#start[number] = from
    this.#length[number] = length
    this.#hash[number] = hash
    if (2 * this.count > this.#size) this.#rehash()
    else this.#slots[slot] = number
    return number
  }

  #grow(): void {
    const longer = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(2 * old.length)
      array.set(old)
      return array
    }
    this.#start = longer(this.#start)
    this.#length = longer(this.#length)
    this.#hash = longer(this.#hash)
  }

  #rehash(): void {
    this.#size *= 2
    if (this.#slots.length < this.#size) this.#slots = new Int32Array(this.#size)
    else this.#slots.fill(0, 0, this.#size)
    const slots = this.#slots
    const mask = this.#size - 1
    for (let number = 1; number < this.count; number++) {
      let slot = (this.#hash[number] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number
    }
  }
}
