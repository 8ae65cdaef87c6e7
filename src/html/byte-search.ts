/**
 * Finds words of one length in bytes, without making strings. What stands nowhere is found to stand nowhere in a fraction
 * of the time that looking at each byte takes.
 *
 * @see Horspool 1980, "Practical fast searching in strings".
 */
export class ByteSearch {
  readonly #words: readonly Uint8Array[]
  readonly #length: number
  /** Bits of a byte that make no difference: 32 for the case of letters. */
  readonly #ignored: number
  /** How far the search may go on behind a byte; 0 where a word may end with it. */
  readonly #skips: Uint8Array
  /** The same, for bytes with which a word may end and none does. */
  readonly #rests: Uint8Array

  /** Words of ASCII, all of one length. In any case, they are lower-case letters. */
  constructor(words: readonly string[], { anyCase = false }: { readonly anyCase?: boolean } = {}) {
    this.#words = words.map((word) => Buffer.from(word))
    this.#length = words[0]?.length ?? 0
    this.#ignored = anyCase ? 32 : 0
    this.#skips = new Uint8Array(256).fill(this.#length)
    this.#rests = new Uint8Array(256).fill(this.#length)
    for (const word of this.#words) {
      if (word.length !== this.#length) throw new RangeError('Words must be of one length.')
      for (const [index, byte] of word.entries()) {
        const distance = this.#length - 1 - index
        for (const same of anyCase ? [byte, byte & ~32] : [byte]) {
          this.#skips[same] = Math.min(this.#skips[same] as number, distance)
          if (distance > 0) this.#rests[same] = Math.min(this.#rests[same] as number, distance)
        }
      }
    }
  }

  /** Where the first of the words begins that stands wholly between two bytes; -1 for nowhere. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const skips = this.#skips
    const last = this.#length - 1
    for (let at = from + last; at < to; ) {
      const byte = bytes[at] as number
      const skip = skips[byte] as number
      if (skip !== 0) at += skip
      else if (this.#isAt(bytes, at - last)) return at - last
      else at += this.#rests[byte] as number
    }
    return -1
  }

  /** Whether one of the words stands between two bytes. */
  isIn(bytes: Uint8Array, from: number, to: number): boolean {
    return this.find(bytes, from, to) >= 0
  }

  #isAt(bytes: Uint8Array, from: number): boolean {
    const ignored = this.#ignored
    for (const word of this.#words) {
      let index = 0
      while (index < word.length && ((bytes[from + index] as number) | ignored) === word[index]) index++
      if (index === word.length) return true
    }
    return false
  }
}
