import { doubled } from './doubled.ts'
import { SetOutline } from './set-outline.ts'
import type { UnionFind } from './union-find.ts'

export interface SetIndexOptions {
  /** Places whose sets say which numbers are rare; they may repeat. What comes need not be of them. */
  readonly counted: readonly Uint32Array[]
  /** One more than the last place. */
  readonly count: number
  readonly set: (place: number) => Float64Array
  /** Jaccard's index from which on two sets are near, above 0. */
  readonly threshold: number
  /** Clusters of places; they may grow while places meet. */
  readonly clusters: UnionFind
  /** Numbers that may be noted, 16 bytes each; left out: 2^21. */
  readonly mostNoted?: number
}

/** Numbers noted at most: 32 MiB. */
const MOST_NOTED = 1 << 21
const MOST_SLOTS = 1 << 21
const LEAST_SLOTS = 1 << 10
const NONE = 0xffff_ffff

/**
 * Finds which of the sets that came before may be as near to a set as the threshold, and misses none.
 *
 * In one order of all numbers, the rarest first, two sets of a Jaccard index of t or more have a number in common among the first
 * |x| - ceil(t |x|) + 1 of each (Chaudhuri et al. 2006; Bayardo et al. 2007). Those are noted. What is noted under one number lies there by
 * cluster, so that a place that has joined a cluster passes over all of it at once: 100,000 copies of one document cost each a few steps. When
 * the notes are full, later sets are candidates of every set, and pass by their {@link SetOutline} alone.
 */
export class SetIndex {
  readonly #options: SetIndexOptions
  readonly #outlines: SetOutline
  readonly #mask: number
  /** How many sets have a number of this slot: what makes it rare. Two numbers of one slot are taken for one, which finds more. */
  readonly #counts: Uint32Array
  /** Slot → the first note of its first cluster. The last slot has the sets that found no room. */
  readonly #slots: Uint32Array
  /** Of each note: the place, and the next one of its cluster. Of the first note of a cluster: the last one, and the next cluster's first. */
  #places = new Uint32Array(1024)
  #next = new Uint32Array(1024)
  #last = new Uint32Array(1024)
  #nextCluster = new Uint32Array(1024)
  #noted = 0
  /** Place → the place that tried it last, and one more. */
  readonly #triedBy: Uint32Array
  /** Root → the scan in which it was seen last, and the first note of it there. */
  readonly #seenIn: Uint32Array
  readonly #seenAt: Uint32Array
  #scans = 0

  constructor(options: SetIndexOptions) {
    this.#options = options
    const { counted, count, set, threshold } = options
    const places = new Set(counted.flatMap((each) => [...each]))
    const wanted = Math.min(MOST_SLOTS, Math.max(LEAST_SLOTS, places.size * 32))
    const slots = 2 ** Math.ceil(Math.log2(wanted))
    this.#mask = slots - 1
    this.#counts = new Uint32Array(slots)
    this.#slots = new Uint32Array(slots + 1).fill(NONE)
    this.#triedBy = new Uint32Array(count)
    this.#seenIn = new Uint32Array(count)
    this.#seenAt = new Uint32Array(count)
    this.#outlines = new SetOutline(count, threshold)
    for (const place of places) {
      const numbers = set(place)
      for (let at = 0; at < numbers.length; at++) {
        const slot = lowBits(numbers[at] as number) & this.#mask
        this.#counts[slot] = (this.#counts[slot] as number) + 1
      }
    }
  }

  /**
   * Lets a place meet those that came before, and notes it. Once for each.
   *
   * @param meets says whether the two are near. Asked once of a pair, and only of those that may be. Left out: it meets nobody now.
   * @param all asked of every such pair; otherwise of none that is in one cluster already.
   */
  meet(place: number, meets: ((earlier: number) => boolean) | undefined, all: boolean): void {
    const set = this.#options.set(place)
    const slots = this.#prefix(set)
    this.#outlines.add(place, set)
    if (meets !== undefined) {
      for (const slot of slots) this.#scan(slot, place, meets, all)
      this.#scan(this.#mask + 1, place, meets, all)
    }
    const { mostNoted = MOST_NOTED } = this.#options
    if (this.#noted + slots.length > mostNoted) this.#note(this.#mask + 1, place)
    else for (const slot of slots) this.#note(slot, place)
  }

  #scan(slot: number, place: number, meets: (earlier: number) => boolean, all: boolean): void {
    const { clusters } = this.#options
    const scan = ++this.#scans
    let before = NONE
    let cluster = this.#slots[slot] as number
    while (cluster !== NONE) {
      const following = this.#nextCluster[cluster] as number
      const root = clusters.find(this.#places[cluster] as number)
      if (all || clusters.find(place) !== root) this.#try(cluster, place, meets, all)
      if (this.#seenIn[root] === scan) {
        this.#append(this.#seenAt[root] as number, cluster)
        this.#nextCluster[before] = following
      } else {
        this.#seenIn[root] = scan
        this.#seenAt[root] = cluster
        before = cluster
      }
      cluster = following
    }
  }

  #try(first: number, place: number, meets: (earlier: number) => boolean, all: boolean): void {
    for (let note = first; note !== NONE; note = this.#next[note] as number) {
      const earlier = this.#places[note] as number
      if (this.#triedBy[earlier] === place + 1) continue
      this.#triedBy[earlier] = place + 1
      if (this.#outlines.mayBeNear(earlier, place) && meets(earlier) && !all) return
    }
  }

  #append(to: number, cluster: number): void {
    this.#next[this.#last[to] as number] = cluster
    this.#last[to] = this.#last[cluster] as number
  }

  #note(slot: number, place: number): void {
    const note = this.#noted++
    if (note === this.#places.length) {
      this.#places = doubled(this.#places)
      this.#next = doubled(this.#next)
      this.#last = doubled(this.#last)
      this.#nextCluster = doubled(this.#nextCluster)
    }
    this.#places[note] = place
    this.#next[note] = NONE
    this.#last[note] = note
    this.#nextCluster[note] = this.#slots[slot] as number
    this.#slots[slot] = note
  }

  /** Slots of the numbers of which near sets share one, the rarest first. */
  #prefix(numbers: Float64Array): Uint32Array {
    const { length } = numbers
    // One order for all sets: by how often a slot is used, then by the number's low bits. Equal ones are as good as one number.
    const ranks = new Float64Array(length)
    for (let at = 0; at < length; at++) {
      const bits = lowBits(numbers[at] as number)
      ranks[at] = Math.min(MOST_COUNT, this.#counts[bits & this.#mask] as number) * TWO_32 + bits
    }
    ranks.sort()
    const shared = Math.max(1, Math.ceil(this.#options.threshold * length - 1e-9 * length))
    return Uint32Array.from(
      ranks.subarray(0, Math.max(0, length - shared + 1)),
      (rank) => lowBits(rank) & this.#mask,
    )
  }
}

const TWO_32 = 2 ** 32
const MOST_COUNT = 2 ** 21 - 1

/** The low 32 bits of an integer up to 2^53. */
function lowBits(number: number): number {
  return number >>> 0
}
