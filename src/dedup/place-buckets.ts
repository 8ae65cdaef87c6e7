import type { Buckets } from './buckets.ts'

/**
 * Buckets of places, each sorted and without repeats, in an order that depends on nothing but what is in them: the large ones first. Those of
 * one place are gone, and of equal ones there is one; bands bring many. All lie in one array: a million small arrays would take hundreds of
 * bytes each.
 */
export class PlaceBuckets {
  readonly #places: Uint32Array
  readonly #starts: Uint32Array
  readonly #order: Uint32Array
  /** The buckets of each place, rising, and where each place's start. */
  readonly #of: Uint32Array
  readonly #ofStarts: Uint32Array
  /** How many buckets are large: the first ones. */
  readonly large: number

  /**
   * @param buckets their places are sorted here, where they lie.
   * @param count one more than the last place.
   * @param most places of a bucket that is not large.
   */
  constructor({ starts, rows }: Buckets, count: number, most: number) {
    this.#places = rows
    this.#starts = new Uint32Array(starts.length)
    let [found, filled] = [0, 0]
    for (let at = 0; at + 1 < starts.length; at++) {
      const bucket = rows.subarray(starts[at], starts[at + 1]).sort()
      const from = filled
      // What is written lies before what is read: repeats only make it shorter.
      for (const place of bucket) if (filled === from || place !== rows[filled - 1]) rows[filled++] = place
      if (filled - from > 1) this.#starts[++found] = filled
      else filled = from
    }
    const isLarge = (bucket: number): boolean => this.#size(bucket) > most
    const all = Uint32Array.from({ length: found }, (_, bucket) => bucket)
    all.sort((a, b) => Number(isLarge(b)) - Number(isLarge(a)) || this.#compare(a, b))
    this.#order = all.filter((bucket, at) => at === 0 || this.#compare(bucket, all[at - 1] ?? 0) !== 0)
    const small = this.#order.findIndex((bucket) => !isLarge(bucket))
    this.large = small < 0 ? this.#order.length : small
    this.#ofStarts = new Uint32Array(count + 1)
    this.#of = this.#byPlace()
  }

  get length(): number {
    return this.#order.length
  }

  at(number: number): Uint32Array {
    const bucket = this.#order[number] ?? 0
    return this.#places.subarray(this.#starts[bucket], this.#starts[bucket + 1])
  }

  /** The first bucket from `least` on that two places share; {@link length} where there is none. */
  firstShared(a: number, b: number, least = 0): number {
    let i = this.#ofStarts[a] ?? 0
    let j = this.#ofStarts[b] ?? 0
    const endA = this.#ofStarts[a + 1] ?? 0
    const endB = this.#ofStarts[b + 1] ?? 0
    while (i < endA && j < endB) {
      const x = this.#of[i] as number
      const y = this.#of[j] as number
      if (x === y && x >= least) return x
      if (x <= y) i++
      if (y <= x) j++
    }
    return this.length
  }

  /** The first bucket that a place is in; {@link length} where there is none. */
  firstOf(place: number): number {
    return this.firstShared(place, place)
  }

  #byPlace(): Uint32Array {
    const ends = this.#ofStarts
    let total = 0
    for (let number = 0; number < this.length; number++) {
      const bucket = this.at(number)
      total += bucket.length
      for (const place of bucket) ends[place + 1] = (ends[place + 1] as number) + 1
    }
    for (let place = 1; place < ends.length; place++)
      ends[place] = (ends[place] as number) + (ends[place - 1] as number)
    const next = ends.slice()
    const numbers = new Uint32Array(total)
    for (let number = 0; number < this.length; number++) {
      for (const place of this.at(number)) {
        const to = next[place] as number
        numbers[to] = number
        next[place] = to + 1
      }
    }
    return numbers
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

/** Index of the first place of a sorted bucket that is not below `place`. */
export function firstFrom(bucket: Uint32Array, place: number): number {
  let low = 0
  let high = bucket.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bucket[middle] ?? 0) < place) low = middle + 1
    else high = middle
  }
  return low
}
