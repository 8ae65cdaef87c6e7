/** FNV-1a with bytes taken as signed, 32 bits, as the library has it. */
export const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** The hash with one more byte, as a signed number. */
export function hashed(hash: number, byte: number): number {
  return Math.imul(hash ^ ((byte << 24) >> 24), FNV_PRIME)
}

/** Words as bytes, found by their hash without a string of each. */
export class WordTable {
  readonly #bytes: Uint8Array
  readonly #ends: Int32Array
  /** Id of a word plus one; 0 where there is none. At most half of the slots are taken. */
  readonly #slots: Int32Array

  /** The bytes of all words one behind the other, and where each ends; the first of equal words counts. */
  constructor(bytes: Uint8Array, ends: Int32Array) {
    this.#bytes = bytes
    this.#ends = ends
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * ends.length + 2)))
    for (let id = 0; id < ends.length; id++) {
      const from = this.startOf(id)
      const to = ends[id] as number
      let hash = FNV_OFFSET
      for (let at = from; at < to; at++) hash = hashed(hash, bytes[at] as number)
      const slot = this.#slotOf(bytes, from, to, hash)
      if (this.#slots[slot] === 0) this.#slots[slot] = id + 1
    }
  }

  /** Offset of a word's first byte in all of them. */
  startOf(id: number): number {
    return id === 0 ? 0 : (this.#ends[id - 1] as number)
  }

  /** Id of the word that stands in `text` from `from` to `to`, whose hash is known; -1 where there is none. */
  find(text: Uint8Array, from: number, to: number, hash: number): number {
    return (this.#slots[this.#slotOf(text, from, to, hash)] as number) - 1
  }

  #slotOf(text: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (let held = this.#slots[slot] as number; held !== 0; held = this.#slots[slot] as number) {
      if (this.#equals(held - 1, text, from, to)) break
      slot = (slot + 1) & mask
    }
    return slot
  }

  #equals(id: number, text: Uint8Array, from: number, to: number): boolean {
    const start = this.startOf(id)
    if ((this.#ends[id] as number) - start !== to - from) return false
    for (let at = from; at < to; at++) if (text[at] !== this.#bytes[start + at - from]) return false
    return true
  }
}
