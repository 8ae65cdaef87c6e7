import { firstFrom, type PlaceBuckets } from './place-buckets.ts'
import { SetIndex } from './set-index.ts'
import type { UnionFind } from './union-find.ts'

export interface LargeBucketsOptions {
  readonly buckets: PlaceBuckets
  /** One more than the last place. */
  readonly count: number
  readonly set: (place: number) => Float64Array
  /** Jaccard's index from which on two sets are near, above 0. */
  readonly threshold: number
  readonly clusters: UnionFind
  /** Compares two places, and joins their clusters where they are near. */
  readonly near: (earlier: number, place: number) => boolean
  /** Whether every pair is compared that may be near; otherwise those alone that are not yet in one cluster. */
  readonly all: boolean
}

/**
 * Brings together what is near in large buckets, as if every pair of each was compared, at a cost that copies and unlike documents do not make
 * large: a place is compared with the first of its bucket, and what is not one cluster then goes to a {@link SetIndex}.
 */
export class LargeBuckets {
  readonly #options: LargeBucketsOptions
  #index: SetIndex | undefined
  /** 1 for places that the index has. */
  readonly #noted: Uint8Array
  /** 1 for buckets whose places were not all in one cluster, at one time. */
  readonly #open: Uint8Array
  /** Of each open bucket, how many of its places the index has. */
  readonly #notedOf: Uint32Array

  constructor(options: LargeBucketsOptions) {
    this.#options = options
    this.#noted = new Uint8Array(options.count)
    this.#open = new Uint8Array(options.buckets.large)
    this.#notedOf = new Uint32Array(options.buckets.large)
  }

  /** Lets places from `start` to `end` meet each other and those before them; those before are through with each other. */
  join(start: number, end: number): void {
    const { buckets, near, all } = this.#options
    if (!all) this.#joinFirsts(start, end)
    const open = this.#opened(start, end)
    if (open.length === 0) return
    const index = this.#indexOf(open)
    for (const { number, places, fresh } of open)
      for (let at = this.#notedOf[number] as number; at < fresh; at++)
        if (this.#takes(places[at] as number)) index.meet(places[at] as number, undefined, all)
    for (const { number, places, fresh } of open) {
      for (let at = fresh; at < places.length; at++) {
        const place = places[at] as number
        if (!this.#takes(place)) continue
        const meets = (other: number): boolean =>
          buckets.firstShared(other, place) < buckets.large && near(other, place)
        index.meet(place, meets, all)
      }
      this.#notedOf[number] = places.length
    }
  }

  /** Compares each place with the first of one of its buckets: where that is full of copies, it is all there is to do. */
  #joinFirsts(start: number, end: number): void {
    const { buckets, clusters, near } = this.#options
    for (let number = 0; number < buckets.large; number++) {
      const bucket = buckets.at(number)
      const first = bucket[0] as number
      const to = firstFrom(bucket, end)
      for (let at = Math.max(1, firstFrom(bucket, start)); at < to; at++) {
        const place = bucket[at] as number
        if (buckets.firstOf(place) === number && clusters.find(place) !== clusters.find(first))
          near(first, place)
      }
    }
  }

  /** Open buckets with a place from `start` to `end`: their places before `end`, and which of them is the first from `start` on. */
  #opened(
    start: number,
    end: number,
  ): readonly { readonly number: number; readonly places: Uint32Array; readonly fresh: number }[] {
    const { buckets, clusters, all } = this.#options
    return Array.from({ length: buckets.large }, (_, number) => number).flatMap((number) => {
      const bucket = buckets.at(number)
      const places = bucket.subarray(0, firstFrom(bucket, end))
      const fresh = firstFrom(bucket, start)
      if (fresh === places.length) return []
      const root = clusters.find(bucket[0] as number)
      // Those before are in one cluster where the bucket was not open, and clusters only grow.
      if (all || places.subarray(fresh).some((place) => clusters.find(place) !== root)) this.#open[number] = 1
      return this.#open[number] === 1 ? [{ number, places, fresh }] : []
    })
  }

  #indexOf(open: readonly { readonly number: number }[]): SetIndex {
    const { buckets, count, set, threshold, clusters } = this.#options
    const counted = open.flatMap(({ number }) => [buckets.at(number)])
    this.#index ??= new SetIndex({ counted, count, set, threshold, clusters })
    return this.#index
  }

  /** Whether a place is not in the index yet; it is going to be. */
  #takes(place: number): boolean {
    if (this.#noted[place] === 1) return false
    this.#noted[place] = 1
    return true
  }
}
