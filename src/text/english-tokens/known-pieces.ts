/** UTF-16 units of the longest piece that is remembered. */
const LONGEST = 32
/** Pieces that are remembered, at most; a power of two. */
const PLACES = 1 << 15

/**
 * What was made of short pieces of text lately, found by their units, so that no string is made of a piece that is known.
 *
 * A piece takes the place of another that has the same hash. Holds no part of a text, and takes 2 MB whatever it was asked.
 */
export class KnownPieces<Value> {
  readonly #make: (piece: string) => Value
  readonly #units = new Uint16Array(PLACES * LONGEST)
  readonly #lengths = new Uint8Array(PLACES)
  readonly #values: (Value | undefined)[] = Array.from({ length: PLACES })

  /** @param make what is asked for, of a piece that is not empty. */
  constructor(make: (piece: string) => Value) {
    this.#make = make
  }

  /** What is made of a range of a text that is not empty. */
  of(text: string, codes: Uint16Array, from: number, to: number): Value {
    const length = to - from
    if (length > LONGEST) return this.#make(text.slice(from, to))
    let hash = length
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (codes[at] as number), 0x01000193)
    const place = (hash ^ (hash >>> 15)) & (PLACES - 1)
    const first = place * LONGEST
    if (this.#lengths[place] === length) {
      const units = this.#units
      let same = 0
      while (same < length && units[first + same] === codes[from + same]) same++
      if (same === length) return this.#values[place] as Value
    }
    const value = this.#make(text.slice(from, to))
    this.#units.set(codes.subarray(from, to), first)
    this.#lengths[place] = length
    this.#values[place] = value
    return value
  }
}
