import type { Buckets } from './buckets.ts'
import { jaccard } from './jaccard.ts'
import { PlaceBuckets } from './place-buckets.ts'
import { UnionFind } from './union-find.ts'

/** A document that may have near copies. */
export interface Member {
  readonly id: string
  /** The highest rank survives; ties go to the smallest id. Finite. */
  readonly rank: number
  /** Age: a document meets those of its own level and of lower ones only, and the lowest level survives. */
  readonly level: number
  /** Members of different scopes are in no bucket together. */
  readonly scope: string
  /**
   * Of a document of an index, whose level is the lowest: the cluster it is in. Such documents are known, and not compared with
   * each other again.
   */
  readonly cluster?: string
}

/**
 * How near two documents are, the same both ways, and as near as can be where they are equal. With `atLeast` it may give any lower value
 * for what is below that.
 */
export type Compare = (a: Float64Array, b: Float64Array, atLeast?: number) => number

export interface ClusterOptions {
  /** Similarity at which two documents are near copies; `undefined` = every candidate is one. */
  readonly threshold: number | undefined
  /** What is compared of a member: for Jaccard's index its shingles, sorted and distinct. Not called without a threshold. */
  readonly shingles: (member: number) => Float64Array
  /** Their {@link setDigest}. */
  readonly digest: (member: number) => number
  /** The most that two members can be near, known without what is compared, and no less than what that would give. Left out: 1. */
  readonly atMost?: ((a: number, b: number) => number) | undefined
  /** Whether it is of interest how near copies are to the one that stays. Left out: it is. */
  readonly tellsSimilarity?: boolean
  /** How near two members are. Left out: Jaccard's index. */
  readonly compare?: Compare | undefined
  /**
   * Told of every pair at the threshold or above, once, where given. Then all candidates are compared, whatever the size of their
   * bucket: copies of one document cost the square of their number. So are all documents of a cluster of up to 128: some pairs no key
   * brings together.
   */
  readonly pair?: (a: number, b: number, similarity: number) => void
}

/** A member that another one stands for. */
export interface NearCopy {
  readonly member: number
  /** The one that stays. */
  readonly of: number
  /** How near the two are, below the threshold where others link them; `undefined` where nothing was compared or nobody asked. */
  readonly similarity: number | undefined
}

export interface Clusters {
  readonly copies: readonly NearCopy[]
  /** Members that stay and stand for others, with how many documents their cluster has, themselves included. */
  readonly survivors: ReadonlyMap<number, number>
  /** Sets compared. */
  readonly compared: number
}

/** Buckets up to this size have every pair compared that is not yet in one cluster. */
const SMALL_BUCKET = 128
/** In a larger one, a document is compared with one document of each of so many clusters: the last that were met. */
const MOST_CLUSTERS = 128
/** Pairs that are remembered as settled, so that the next band does not compare them again. */
const MOST_SETTLED = 1 << 19

/**
 * Decides which members are near copies of which.
 *
 * No result depends on the order of members or buckets: they are looked at by level, then by id.
 *
 * @param members all that the buckets name, by their number.
 */
export function clusters(members: readonly Member[], candidates: Buckets, options: ClusterOptions): Clusters {
  return new Clustering(members, candidates, options).run()
}

class Clustering {
  readonly #members: readonly Member[]
  readonly #options: ClusterOptions
  readonly #compare: Compare
  /** Place in the order of age → member. */
  readonly #order: Uint32Array
  /** Place → the first place whose set is the same. */
  readonly #same: Uint32Array
  /** Buckets of places. */
  readonly #buckets: PlaceBuckets
  readonly #sets: UnionFind
  /** Root → the place that survives. */
  readonly #best: Uint32Array
  /** Pairs of places that need no comparison any more. */
  readonly #settled = new Set<number>()
  #compared = 0

  constructor(members: readonly Member[], candidates: Buckets, options: ClusterOptions) {
    this.#members = members
    this.#options = options
    this.#compare = options.compare ?? jaccard
    const compare = (a: number, b: number): number => this.#member(a).level - this.#member(b).level
    this.#order = Uint32Array.from(members, (_, member) => member).sort(
      (a, b) => compare(a, b) || compareIds(this.#member(a), this.#member(b)) || a - b,
    )
    // Every pair is asked for: then no document stands for another.
    const alone = options.threshold === undefined || options.pair !== undefined
    this.#same = alone ? Uint32Array.from(members, (_, place) => place) : this.#sameSets()
    this.#buckets = this.#inOrder(candidates)
    this.#sets = new UnionFind(members.length)
    this.#best = Uint32Array.from(members, (_, place) => place)
  }

  run(): Clusters {
    const copies: NearCopy[] = []
    const levels = this.#levels()
    const met = this.#meetings(levels)
    for (const [at, start] of levels.entries()) {
      const end = levels[at + 1] ?? this.#order.length
      if (this.#at(start).cluster !== undefined) {
        this.#joinKnown(start, end)
        continue
      }
      for (let place = start; place < end; place++) this.#union(this.#same[place] ?? place, place)
      for (const number of met[at] ?? []) {
        const bucket = this.#buckets.at(number)
        this.#join(bucket.subarray(0, placeOf(bucket, end)), placeOf(bucket, start))
      }
      for (let place = start; place < end; place++) {
        const best = this.#best[this.#sets.find(place)] ?? place
        if (best !== place) copies.push(this.#copy(place, best))
      }
    }
    if (this.#options.pair !== undefined) this.#joinWithinClusters()
    return { copies, survivors: this.#survivors(copies), compared: this.#compared }
  }

  /** Where every pair is asked for: documents of a small cluster that no bucket has brought together are compared, too. */
  #joinWithinClusters(): void {
    const found = new Map<number, number[]>()
    for (let place = 0; place < this.#order.length; place++) {
      const root = this.#sets.find(place)
      const cluster = found.get(root)
      if (cluster === undefined) found.set(root, [place])
      else cluster.push(place)
    }
    for (const cluster of found.values())
      if (cluster.length <= SMALL_BUCKET) this.#joinPairs(Uint32Array.from(cluster), 1)
  }

  /** Brings documents of an index together whose cluster is known. */
  #joinKnown(start: number, end: number): void {
    const ones = new Map<string, number>()
    for (let place = start; place < end; place++) {
      const { cluster = '' } = this.#at(place)
      this.#union(ones.get(cluster) ?? place, place)
      ones.set(cluster, place)
    }
  }

  /** The first place of each level. */
  #levels(): readonly number[] {
    const all = Array.from(this.#order, (_, place) => place)
    return all.filter((place) => place === 0 || this.#at(place).level !== this.#at(place - 1).level)
  }

  /** For each level, the numbers of the buckets that have a document of it. */
  #meetings(levels: readonly number[]): readonly (readonly number[])[] {
    const met: number[][] = levels.map(() => [])
    const numbers = new Map(levels.map((start, level) => [this.#at(start).level, level]))
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      let last: number | undefined
      for (const place of this.#buckets.at(bucket)) {
        const { level } = this.#at(place)
        if (level !== last) met[numbers.get(level) ?? 0]?.push(bucket)
        last = level
      }
    }
    return met
  }

  /** Brings the documents of a bucket from `first` on together with each other and with older ones. */
  #join(bucket: Uint32Array, first: number): void {
    if (this.#options.threshold === undefined) for (const place of bucket) this.#union(bucket[0] ?? 0, place)
    else if (this.#options.pair !== undefined || bucket.length <= SMALL_BUCKET) this.#joinPairs(bucket, first)
    else this.#joinClusters(bucket, first)
  }

  #joinPairs(bucket: Uint32Array, first: number): void {
    for (let later = first; later < bucket.length; later++)
      for (let earlier = 0; earlier < later; earlier++) this.#meet(bucket[earlier] ?? 0, bucket[later] ?? 0)
  }

  #joinClusters(bucket: Uint32Array, first: number): void {
    /** One document of each of the clusters that were met last in this bucket. */
    let ones: number[] = []
    const joined = (place: number): boolean => {
      const root = this.#sets.find(place)
      return ones.some((one) => this.#sets.find(one) === root)
    }
    for (const [at, place] of bucket.entries()) {
      if (joined(place)) continue
      if (at >= first) {
        let met = false
        for (const one of ones) if (this.#meet(one, place)) met = true
        if (met) {
          // The document may have brought clusters together.
          const roots = new Set<number>()
          ones = ones.filter((one) => {
            const size = roots.size
            return roots.add(this.#sets.find(one)).size > size
          })
          continue
        }
      }
      ones.push(place)
      if (ones.length > MOST_CLUSTERS) ones.shift()
    }
  }

  /** Whether two places are near copies, as far as that is not known, and would change something. */
  #meet(a: number, b: number): boolean {
    const { threshold = 0, pair } = this.#options
    if (pair === undefined && this.#sets.find(a) === this.#sets.find(b)) return false
    const key = a * this.#order.length + b
    if (this.#settled.has(key)) return false
    const similarity = this.#similarity(a, b, threshold)
    const near = similarity >= threshold
    if (near) {
      this.#union(a, b)
      pair?.(this.#order[a] ?? 0, this.#order[b] ?? 0, similarity)
    }
    if (!near || pair !== undefined) {
      if (this.#settled.size >= MOST_SETTLED && pair === undefined) this.#settled.clear()
      this.#settled.add(key)
    }
    return near
  }

  #similarity(a: number, b: number, atLeast: number): number {
    this.#compared++
    const { atMost } = this.#options
    if (atMost !== undefined && atMost(this.#order[a] ?? 0, this.#order[b] ?? 0) < atLeast) return 0
    return this.#compare(this.#shingles(a), this.#shingles(b), atLeast)
  }

  #union(a: number, b: number): void {
    const x = this.#best[this.#sets.find(a)] ?? a
    const y = this.#best[this.#sets.find(b)] ?? b
    this.#best[this.#sets.union(a, b)] = this.#betterOf(x, y)
  }

  #betterOf(a: number, b: number): number {
    const [x, y] = [this.#at(a), this.#at(b)]
    // A place says level and id already.
    if (x.level !== y.level || x.rank === y.rank) return Math.min(a, b)
    return x.rank > y.rank ? a : b
  }

  #copy(place: number, best: number): NearCopy {
    const { threshold, tellsSimilarity = true } = this.#options
    const similarity =
      threshold === undefined || !tellsSimilarity
        ? undefined
        : this.#compare(this.#shingles(place), this.#shingles(best))
    return { member: this.#order[place] ?? 0, of: this.#order[best] ?? 0, similarity }
  }

  #survivors(copies: readonly NearCopy[]): ReadonlyMap<number, number> {
    const sizes = new Map<number, number>()
    for (const { of } of copies) sizes.set(of, (sizes.get(of) ?? 1) + 1)
    return sizes
  }

  /** For each place, the first whose set is the same: found by a digest, and then compared. */
  #sameSets(): Uint32Array {
    const scopes = new Map<string, Map<number, number>>()
    return this.#order.map((member, place) => {
      const { scope } = this.#member(member)
      const seen = scopes.get(scope) ?? new Map<number, number>()
      if (seen.size === 0) scopes.set(scope, seen)
      const digest = this.#options.digest(member)
      const earlier = seen.get(digest)
      if (earlier === undefined) seen.set(digest, place)
      else if (equal(this.#shingles(place), this.#shingles(earlier))) return earlier
      return place
    })
  }

  /** Buckets as places, with one place for all that have the same set; those in which nothing is left to meet are gone. */
  #inOrder({ starts, rows }: Buckets): PlaceBuckets {
    const places = new Uint32Array(this.#order.length)
    for (const [place, member] of this.#order.entries()) places[member] = this.#same[place] ?? place
    return new PlaceBuckets({ starts, rows: rows.map((member) => places[member] ?? 0) }, SMALL_BUCKET)
  }

  #member(member: number): Member {
    const found = this.#members[member]
    if (found === undefined) throw new Error(`no member ${member}`)
    return found
  }

  #at(place: number): Member {
    return this.#member(this.#order[place] ?? 0)
  }

  #shingles(place: number): Float64Array {
    return this.#options.shingles(this.#order[place] ?? 0)
  }
}

function compareIds(a: Member, b: Member): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

/** Index of the first place of a sorted bucket that is not below `place`. */
function placeOf(bucket: Uint32Array, place: number): number {
  let low = 0
  let high = bucket.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bucket[middle] ?? 0) < place) low = middle + 1
    else high = middle
  }
  return low
}

function equal(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at])
}
