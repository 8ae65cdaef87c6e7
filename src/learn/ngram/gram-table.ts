/**
 * The n-grams of one length: each is known by the number of its first n - 1 words' own n-gram and by its last word.
 *
 * Open addressing over typed arrays, so that millions of n-grams take 20 to 28 bytes each and no object.
 */
export class GramTable {
  /** log10 of the probability of the last word behind the others, and of leaving the n-gram as a context. */
  readonly probabilities: Float32Array
  readonly backoffs: Float32Array
  readonly #prefixes: Uint32Array
  readonly #words: Uint32Array
  readonly #slots: Int32Array
  readonly #mask: number
  #size = 0

  /** @param capacity n-grams it will hold; never more. */
  constructor(capacity: number) {
    this.probabilities = new Float32Array(capacity)
    this.backoffs = new Float32Array(capacity)
    this.#prefixes = new Uint32Array(capacity)
    this.#words = new Uint32Array(capacity)
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * capacity)))
    this.#slots = new Int32Array(slots).fill(-1)
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  /** Number of the n-gram, or -1 where it is not there. */
  find(prefix: number, word: number): number {
    return this.#slots[this.#slotOf(prefix, word)] ?? -1
  }

  /** Number of the new n-gram, or -1 where it was there already. */
  add(prefix: number, word: number, probability: number, backoff: number): number {
    const slot = this.#slotOf(prefix, word)
    if (this.#slots[slot] !== -1) return -1
    const at = this.#size++
    this.#slots[slot] = at
    this.#prefixes[at] = prefix
    this.#words[at] = word
    this.probabilities[at] = probability
    this.backoffs[at] = backoff
    return at
  }

  /** The slot that holds the n-gram, or the free one where it belongs. */
  #slotOf(prefix: number, word: number): number {
    let hash = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35)
    let slot = (hash ^ (hash >>> 13)) & this.#mask
    for (;;) {
      const at = this.#slots[slot] ?? -1
      if (at === -1 || (this.#prefixes[at] === prefix && this.#words[at] === word)) return slot
      slot = (slot + 1) & this.#mask
    }
  }
}
