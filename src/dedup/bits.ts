/** A set of numbers below a count: a bit for each. */
export class Bits {
  readonly #bytes: Uint8Array

  constructor(count: number) {
    this.#bytes = new Uint8Array(Math.ceil(count / 8))
  }

  /** Whether it is new. */
  add(number: number): boolean {
    if (this.#has(number)) return false
    this.#bytes[number >>> 3] = (this.#bytes[number >>> 3] ?? 0) | (1 << (number & 7))
    return true
  }

  /** All that there are from one (included) to another (not included), rising. */
  between(from: number, to: number): Uint32Array {
    let count = 0
    for (let at = from; at < to; at++) if (this.#has(at)) count++
    const found = new Uint32Array(count)
    for (let at = from, filled = 0; at < to; at++) if (this.#has(at)) found[filled++] = at
    return found
  }

  #has(number: number): boolean {
    return ((this.#bytes[number >>> 3] ?? 0) & (1 << (number & 7))) !== 0
  }
}
