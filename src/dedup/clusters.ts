import type { Buckets } from './buckets.ts'
import { EqualSets } from './equal-sets.ts'
import { jaccard } from './jaccard.ts'
import { LargeBuckets } from './large-buckets.ts'
import { firstFrom, PlaceBuckets } from './place-buckets.ts'
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
  /** How near two members are. Left out: Jaccard's index, with which large buckets are as exact as small ones. */
  readonly compare?: Compare | undefined
  /**
   * Told of every pair at the threshold or above, once, where given; it changes nothing else. Then all candidates are compared, and all
   * different sets of a cluster of up to 128: some pairs no key brings together. Members with one set are told as {@link EqualSets} says.
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

/** Buckets up to this size have every pair compared that is not yet in one cluster; the others are left to {@link LargeBuckets}. */
const SMALL_BUCKET = 128
/** Where sets have an own comparison: in a large bucket, one is compared with one of each of so many clusters, the last that were met. */
const MOST_CLUSTERS = 128
/** Pairs that are remembered as not near, where several large buckets may bring them together. */
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
  /** Which places have the same set: one of them meets the others. */
  readonly #same: EqualSets
  /** Buckets of places. */
  readonly #buckets: PlaceBuckets
  readonly #sets: UnionFind
  readonly #large: LargeBuckets | undefined
  /** Root → the place that survives. */
  readonly #best: Uint32Array
  /** Pairs of places that are not near. */
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
    this.#same = new EqualSets(
      members.length,
      options.threshold === undefined
        ? undefined
        : {
            key: (place) => `${options.digest(this.#order[place] ?? 0)} ${this.#at(place).scope}`,
            set: (place) => this.#shingles(place),
            told: options.pair !== undefined,
          },
    )
    this.#buckets = this.#inOrder(candidates)
    this.#sets = new UnionFind(members.length)
    this.#large = this.#largeBuckets()
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
      for (let place = start; place < end; place++) this.#union(this.#same.first(place), place)
      this.#large?.join(start, end)
      for (const number of met[at] ?? []) {
        const bucket = this.#buckets.at(number)
        this.#join(bucket.subarray(0, firstFrom(bucket, end)), firstFrom(bucket, start), number)
      }
      for (let place = start; place < end; place++) {
        const best = this.#best[this.#sets.find(place)] ?? place
        if (best !== place) copies.push(this.#copy(place, best))
      }
    }
    if (this.#options.pair !== undefined) {
      this.#joinWithinClusters()
      this.#same.pairs((a, b) => this.#tell(a, b, this.#compare(this.#shingles(a), this.#shingles(a))))
    }
    return { copies, survivors: this.#survivors(copies), compared: this.#compared }
  }

  /** Where every pair is asked for: sets of a small cluster that no bucket has brought together are compared, too. */
  #joinWithinClusters(): void {
    const found = new Map<number, number[]>()
    for (let place = 0; place < this.#order.length; place++) {
      if (this.#same.first(place) !== place) continue
      const root = this.#sets.find(place)
      const cluster = found.get(root)
      if (cluster === undefined) found.set(root, [place])
      else cluster.push(place)
    }
    for (const cluster of found.values())
      if (cluster.length <= SMALL_BUCKET) this.#joinPairs(Uint32Array.from(cluster), 1, this.#buckets.length)
  }

  /** What brings large buckets together; none where there are none, or sets have an own comparison. */
  #largeBuckets(): LargeBuckets | undefined {
    const { threshold, compare, pair } = this.#options
    if (threshold === undefined || threshold <= 0 || compare !== undefined || this.#buckets.large === 0)
      return undefined
    return new LargeBuckets({
      buckets: this.#buckets,
      count: this.#order.length,
      set: (place) => this.#shingles(place),
      threshold,
      clusters: this.#sets,
      near: (earlier, place) => this.#near(earlier, place),
      all: pair !== undefined,
    })
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

  /** For each level, the numbers of the buckets that have a document of it, without those that {@link LargeBuckets} joins. */
  #meetings(levels: readonly number[]): readonly (readonly number[])[] {
    const met: number[][] = levels.map(() => [])
    const numbers = new Map(levels.map((start, level) => [this.#at(start).level, level]))
    const first = this.#large === undefined ? 0 : this.#buckets.large
    for (let bucket = first; bucket < this.#buckets.length; bucket++) {
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
  #join(bucket: Uint32Array, first: number, number: number): void {
    const { threshold, pair } = this.#options
    // Nothing is below a threshold of 0.
    if (threshold === undefined || (threshold <= 0 && pair === undefined))
      for (const place of bucket) this.#union(bucket[0] ?? 0, place)
    else if (pair !== undefined || number >= this.#buckets.large) this.#joinPairs(bucket, first, number)
    else this.#joinClusters(bucket, first)
  }

  /** Compares each pair in the first of its buckets that are compared in this way, and so once. */
  #joinPairs(bucket: Uint32Array, first: number, number: number): void {
    const all = this.#options.pair !== undefined
    const least = all || this.#large !== undefined ? 0 : this.#buckets.large
    for (let later = first; later < bucket.length; later++) {
      const b = bucket[later] as number
      for (let earlier = 0; earlier < later; earlier++) {
        const a = bucket[earlier] as number
        if (!all && this.#sets.find(a) === this.#sets.find(b)) continue
        if (this.#buckets.firstShared(a, b, least) === number) this.#near(a, b)
      }
    }
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

  /** Whether two places of different clusters are near copies, as far as that is not known. */
  #meet(a: number, b: number): boolean {
    const key = a * this.#order.length + b
    if (this.#settled.has(key)) return false
    if (this.#near(a, b)) return true
    if (this.#settled.size >= MOST_SETTLED) this.#settled.clear()
    this.#settled.add(key)
    return false
  }

  /** Compares two places, and joins them where they are near copies. */
  #near(a: number, b: number): boolean {
    const { threshold = 0, pair } = this.#options
    const similarity = this.#similarity(a, b, threshold)
    if (similarity < threshold) return false
    this.#union(a, b)
    if (pair !== undefined) {
      const others = this.#same.told(b)
      for (const x of this.#same.told(a)) for (const y of others) this.#tell(x, y, similarity)
    }
    return true
  }

  #tell(a: number, b: number, similarity: number): void {
    this.#options.pair?.(this.#order[Math.min(a, b)] ?? 0, this.#order[Math.max(a, b)] ?? 0, similarity)
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

  /** Buckets as places, with one place for all that have the same set; those in which nothing is left to meet are gone. */
  #inOrder({ starts, rows }: Buckets): PlaceBuckets {
    const places = new Uint32Array(this.#order.length)
    for (const [place, member] of this.#order.entries()) places[member] = this.#same.first(place)
    const named = { starts, rows: rows.map((member) => places[member] ?? 0) }
    return new PlaceBuckets(named, this.#order.length, SMALL_BUCKET)
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
