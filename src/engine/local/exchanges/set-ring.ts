/**
 * Sets of numbers by their owner, the latest of them, in one piece of memory: a new set takes the place of the oldest. A set that was asked for
 * stays where it is while one more is asked for.
 */
export class SetRing {
  readonly #numbers: Float64Array
  /**
   * Owner → where its set begins. Places rise without end; in memory they are taken modulo its size, and what is further behind the end than that
   * is gone.
   */
  readonly #places: Float64Array
  #end = 0

  /**
   * @param bytes no more than this is held; it is no memory before it is used.
   * @param owners they are numbered from 0.
   */
  constructor(bytes: number, owners: number) {
    this.#places = new Float64Array(owners).fill(Number.NEGATIVE_INFINITY)
    this.#numbers = new Float64Array(Math.max(8, Math.floor(bytes / 8)))
  }

  /** @param fill writes the set of the owner where it is not held; gives what it was given. */
  get(owner: number, length: number, fill: (set: Float64Array) => Float64Array): Float64Array {
    const size = this.#numbers.length
    if (length > size / 4) return fill(new Float64Array(length))
    const held = this.#places[owner] as number
    if (held >= this.#end - size / 2) return this.#view(held, length)
    const isHeld = held >= this.#end - size
    const place = this.#take(length)
    this.#places[owner] = place
    if (!isHeld) return fill(this.#view(place, length))
    // In the older half it could be overwritten while it is looked at.
    this.#numbers.copyWithin(place % size, held % size, (held % size) + length)
    return this.#view(place, length)
  }

  /** Room behind all others; what was there is forgotten. */
  #take(length: number): number {
    const size = this.#numbers.length
    const over = (this.#end % size) + length > size
    const place = over ? Math.ceil(this.#end / size) * size : this.#end
    this.#end = place + length
    return place
  }

  #view(place: number, length: number): Float64Array {
    const start = place % this.#numbers.length
    return this.#numbers.subarray(start, start + length)
  }
}
