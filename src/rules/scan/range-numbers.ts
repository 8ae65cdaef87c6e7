import { mixed } from './word-table.ts'

/**
 * Numbers ranges of one text so that equal numbers are equal ranges: exact, as ranges with equal hashes are compared.
 *
 * The empty range is number 0. Hashes are those of the words in a range, which are at hand, with its length.
 */
export class RangeNumbers {
  #codes = new Uint16Array(0)
  #slots = new Int32Array(256)
  #start = new Int32Array(128)
  #length = new Int32Array(128)
  #hash = new Int32Array(128)
  /** Numbers given so far. */
  count = 0

  /** Begins with another text. */
  reset(codes: Uint16Array<ArrayBuffer>): void {
    this.#codes = codes
    this.#slots.fill(0)
    // Number 0 is the empty range, which is never looked up.
    this.count = 1
  }

  /** @param wordsHash the same for ranges with the same words. */
  numberOf(from: number, to: number, wordsHash: number): number {
    const length = to - from
    if (length === 0) return 0
    const hash = (wordsHash + length) | 0
    const mask = this.#slots.length - 1
    let slot = mixed(hash) & mask
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
    if (2 * this.count > this.#slots.length) this.#rehash()
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
    const slots = new Int32Array(2 * this.#slots.length)
    const mask = slots.length - 1
    for (let number = 1; number < this.count; number++) {
      let slot = mixed(this.#hash[number] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number
    }
    this.#slots = slots
  }
}
