/** A set of whole numbers from 0, a bit each. */
export class BitSet {
  #bytes = new Uint8Array(1 << 12)

  add(number: number): void {
    const at = number >>> 3
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, at + 1))
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[at] = (this.#bytes[at] ?? 0) | (1 << (number & 7))
  }

  remove(number: number): void {
    const at = number >>> 3
    this.#bytes[at] = (this.#bytes[at] ?? 0) & ~(1 << (number & 7))
  }

  has(number: number): boolean {
    return ((this.#bytes[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0
  }
}
