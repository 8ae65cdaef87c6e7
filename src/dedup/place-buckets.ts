import type { Buckets } from './buckets.ts'

/**
 * Buckets of places, each sorted and without repeats, in an order that depends on nothing but what is in them. Those of one place are gone.
 * All lie in one array: a million small arrays would take hundreds of bytes each.
 */
export class PlaceBuckets {
  readonly #places: Uint32Array
  readonly #starts: Uint32Array
  readonly #order: Uint32Array

  /**
   * @param buckets their places are sorted here, where they lie.
   * @param most of equal buckets of up to so many places there is one; bands bring many.
   */
  constructor({ starts, rows }: Buckets, most: number) {
    this.#places = rows
    this.#starts = new Uint32Array(starts.length)
    let [count, filled] = [0, 0]
    for (let at = 0; at + 1 < starts.length; at++) {
      const bucket = rows.subarray(starts[at], starts[at + 1]).sort()
      const from = filled
      // What is written lies before what is read: repeats only make it shorter.
      for (const place of bucket) if (filled === from || place !== rows[filled - 1]) rows[filled++] = place
      if (filled - from > 1) this.#starts[++count] = filled
      else filled = from
    }
    const all = Uint32Array.from({ length: count }, (_, bucket) => bucket)
    all.sort((a, b) => this.#compare(a, b))
    this.#order = all.filter(
      (bucket, at) => at === 0 || this.#size(bucket) > most || this.#compare(bucket, all[at - 1] ?? 0) !== 0,
    )
  }

  get length(): number {
    return this.#order.length
  }

  at(number: number): Uint32Array {
    const bucket = this.#order[number] ?? 0
    return this.#places.subarray(this.#starts[bucket], this.#starts[bucket + 1])
  }

  #size(bucket: number): number {
    return (this.#starts[bucket + 1] ?? 0) - (this.#starts[bucket] ?? 0)
  }

  #compare(a: number, b: number): number {
    const [x, y] = [this.#starts[a] ?? 0, this.#starts[b] ?? 0]
    const shorter = Math.min(this.#size(a), this.#size(b))
    for (let at = 0; at < shorter; at++) {
      const difference = (this.#places[x + at] ?? 0) - (this.#places[y + at] ?? 0)
      if (difference !== 0) return difference
    }
    return this.#size(a) - this.#size(b)
  }
}
