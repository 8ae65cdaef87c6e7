import { type ClusterOptions, type Clusters, type Compare, clusters } from '../../../dedup/clusters.ts'
import { dealtBuckets } from './candidate-buckets.ts'
import { type CandidateMember, type MemberEntry, MemberFile } from './member-file.ts'

export interface Partition {
  /** Files of the candidates of all rows. */
  readonly members: readonly string[]
  /** File of the buckets that were dealt. */
  readonly buckets: string
  readonly partition: number
  readonly threshold: number | undefined
  /** How near two are; see {@link ClusterOptions}. */
  readonly compare?: Compare
  /** Bytes of shingles that are held at a time. */
  readonly cacheBytes: number
  /** Told of pairs of members by their number; see {@link ClusterOptions}. */
  readonly pair?: (a: CandidateMember, b: CandidateMember, similarity: number) => void
}

/** Compares the candidates of one partition. Members are named by their number in the list that comes back. */
export function comparePartition(task: Partition): {
  readonly members: readonly CandidateMember[]
  readonly found: Clusters
} {
  const files = task.members.map((path) => new MemberFile(path))
  try {
    const members: MemberEntry[] = []
    const fileOf: MemberFile[] = []
    const numbers = new Map<number, number>()
    for (const file of files) {
      for (const entry of file.members(task.partition)) {
        numbers.set(entry.row, members.length)
        members.push(entry)
        fileOf.push(file)
      }
    }
    const candidates = dealtBuckets(task.buckets, task.partition, (row) => {
      const number = numbers.get(row)
      if (number === undefined) throw new Error(`row ${row} was not read again`)
      return number
    })
    const cache = new ShingleCache(
      (member) => fileOf[member]?.shingles(at(members, member)) ?? NO_SHINGLES,
      task.cacheBytes,
    )
    const { threshold, pair, compare } = task
    const options: ClusterOptions = {
      threshold,
      compare,
      shingles: (member) => cache.get(member),
      digest: (member) => at(members, member).digest,
    }
    const told =
      pair && ((a: number, b: number, similarity: number) => pair(at(members, a), at(members, b), similarity))
    return {
      members,
      found: clusters(members, candidates, told === undefined ? options : { ...options, pair: told }),
    }
  } finally {
    for (const file of files) file.close()
  }
}

function at<T>(members: readonly T[], number: number): T {
  const member = members[number]
  if (member === undefined) throw new Error(`no member ${number}`)
  return member
}

const NO_SHINGLES = new Float64Array(0)
/** What a set that is held costs beside its shingles: objects, its place in the map, its own allocation. */
const HELD_BYTES = 320

/** Shingles read again when wanted; as many are held as the memory allows, and the oldest give way. */
class ShingleCache {
  readonly #read: (member: number) => Float64Array
  readonly #most: number
  readonly #held = new Map<number, Float64Array>()
  #bytes = 0

  constructor(read: (member: number) => Float64Array, most: number) {
    this.#read = read
    this.#most = most
  }

  get(member: number): Float64Array {
    const held = this.#held.get(member)
    if (held !== undefined) return held
    const shingles = this.#read(member)
    this.#held.set(member, shingles)
    this.#bytes += shingles.byteLength + HELD_BYTES
    for (const [oldest, { byteLength }] of this.#held) {
      if (this.#bytes <= this.#most || oldest === member) break
      this.#held.delete(oldest)
      this.#bytes -= byteLength + HELD_BYTES
    }
    return shingles
  }
}
