import { type ClusterOptions, type Clusters, type Compare, clusters } from '../../../dedup/clusters.ts'
import { dealtBuckets } from './candidate-buckets.ts'
import { type CandidateMember, type MemberEntry, MemberFile } from './member-file.ts'
import { SetRing } from './set-ring.ts'

export interface Partition {
  /** Files of the candidates of all rows. */
  readonly members: readonly string[]
  /** File of the buckets that were dealt. */
  readonly buckets: string
  readonly partition: number
  readonly threshold: number | undefined
  /** How near two are; see {@link ClusterOptions}. */
  readonly compare?: Compare
  /** Whether it is of interest how near copies are to the one that stays. */
  readonly tellsSimilarity?: boolean
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
    const held = new SetRing(task.cacheBytes)
    const shinglesOf = (number: number): Float64Array => {
      const member = at(members, number)
      return held.get(number, member.count, (set) => fileOf[number]?.shingles(member, set) ?? set)
    }
    const { threshold, pair, compare, tellsSimilarity = true } = task
    const options: ClusterOptions = {
      threshold,
      compare,
      tellsSimilarity,
      // Sets of very different sizes need not be read. What others compare by is not known here.
      atMost:
        compare === undefined ? (a, b) => sizeRatio(at(members, a).count, at(members, b).count) : undefined,
      shingles: shinglesOf,
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

/** The most that Jaccard's index of two sets of these sizes can be. */
function sizeRatio(a: number, b: number): number {
  return Math.max(a, b) === 0 ? 0 : Math.min(a, b) / Math.max(a, b)
}

function at<T>(members: readonly T[], number: number): T {
  const member = members[number]
  if (member === undefined) throw new Error(`no member ${number}`)
  return member
}
