import { type ClusterOptions, type Clusters, type Compare, clusters } from '../../../dedup/clusters.ts'
import { jaccardAtMost } from '../../../dedup/jaccard.ts'
import { dealtBuckets } from './candidate-buckets.ts'
import type { CandidateMember } from './member-file.ts'
import { SetRing } from './set-ring.ts'

/** A candidate with the size of its set of shingles. */
export interface SizedMember extends CandidateMember {
  readonly count: number
}

/** Where candidates and their sets of shingles lie. */
export interface MemberSource<Member extends SizedMember> {
  members(partition: number): Iterable<Member>
  /** The set, where it lies in memory anyway: a view that lasts. */
  heldShingles?(member: Member): Float64Array | undefined
  /** Fills an array of the set's size, and gives it back. */
  shingles(member: Member, set: Float64Array): Float64Array
}

export interface Partition<Member extends SizedMember> {
  /** Candidates of all rows. */
  readonly sources: readonly MemberSource<Member>[]
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
export function comparePartition<Member extends SizedMember>(
  task: Partition<Member>,
): {
  readonly members: readonly CandidateMember[]
  readonly found: Clusters
} {
  const members: Member[] = []
  const sourceOf: MemberSource<Member>[] = []
  const numbers = new Map<number, number>()
  for (const source of task.sources) {
    for (const member of source.members(task.partition)) {
      numbers.set(member.row, members.length)
      members.push(member)
      sourceOf.push(source)
    }
  }
  const candidates = dealtBuckets(task.buckets, task.partition, (row) => {
    const number = numbers.get(row)
    if (number === undefined) throw new Error(`row ${row} was not read again`)
    return number
  })
  const ring = new SetRing(task.cacheBytes, members.length)
  const shinglesOf = (number: number): Float64Array => {
    const member = at(members, number)
    const source = at(sourceOf, number)
    return (
      source.heldShingles?.(member) ?? ring.get(number, member.count, (set) => source.shingles(member, set))
    )
  }
  const { threshold, pair, compare, tellsSimilarity = true } = task
  const options: ClusterOptions = {
    threshold,
    compare,
    tellsSimilarity,
    // Sets of very different sizes need not be read. What others compare by is not known here.
    atMost:
      compare === undefined ? (a, b) => jaccardAtMost(at(members, a).count, at(members, b).count) : undefined,
    shingles: shinglesOf,
    digest: (member) => at(members, member).digest,
  }
  const told =
    pair && ((a: number, b: number, similarity: number) => pair(at(members, a), at(members, b), similarity))
  return {
    members,
    found: clusters(members, candidates, told === undefined ? options : { ...options, pair: told }),
  }
}

function at<T>(members: readonly T[], number: number): T {
  const member = members[number]
  if (member === undefined) throw new Error(`no member ${number}`)
  return member
}
