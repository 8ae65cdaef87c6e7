/**
 * Weights of words by their hash: how far a word speaks for main content (above 0) or against it (below 0),
 * in the logarithm of odds. A word that is not in it weighs nothing.
 */
export class Lexicon {
  /** Whether `weight` is to be asked for each place, also where its answer is known. */
  readonly isListening: boolean = false
  readonly #keys: Int32Array
  readonly #weights: Float32Array
  readonly #mask: number

  /** Keys are hashes, none 0; each has a weight at the same place. */
  constructor(keys: Int32Array, weights: Float32Array) {
    let slots = 16
    while (slots < keys.length * 2) slots *= 2
    this.#mask = slots - 1
    this.#keys = new Int32Array(slots)
    this.#weights = new Float32Array(slots)
    for (let index = 0; index < keys.length; index++) {
      let slot = mixed(keys[index] as number) & this.#mask
      while (this.#keys[slot] !== 0) slot = (slot + 1) & this.#mask
      this.#keys[slot] = keys[index] as number
      this.#weights[slot] = weights[index] as number
    }
  }

  /** Weight of a hash; 0 for one that is not in it. Where it stands is for those who learn weights. */
  weight(hash: number, _place: number): number {
    const keys = this.#keys
    for (let slot = mixed(hash) & this.#mask; keys[slot] !== 0; slot = (slot + 1) & this.#mask) {
      if (keys[slot] === hash) return this.#weights[slot] as number
    }
    return 0
  }
}

function mixed(hash: number): number {
  return hash ^ (hash >>> 15)
}

/** Start of the hash of a word in text, and of a name in `class`, `id`, `role` or `itemprop`. */
export const WORD_SEED = 0x811c9dc5 | 0
export const NAME_SEED = 0x2f0b4c47

/** Next hash: FNV-1a over bytes. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193)
}
