import { type ClusterOptions, clusters, type Member } from '../../../dedup/clusters.ts'
import { jaccardAtMost } from '../../../dedup/jaccard.ts'
import { setDigest } from '../../../dedup/set-digest.ts'
import type { FoundIn } from '../../../model/document.ts'
import { clusterStage, comparedRows, compareOf } from '../../units/cluster-stage.ts'
import type { TaskContext } from '../../units/context.ts'
import type { ResultColumns } from './result-columns.ts'
import { flowRow, type InputRow, WHAT } from './unit-rows.ts'

/** What a unit of kind `members` is made of. */
export interface MembersWork {
  readonly source: FoundIn
  /** Number of the unit's first row among all. */
  readonly base: number
}

/** What `line` holds of a candidate. */
export interface MemberLine {
  readonly level: number
  readonly scope: string
  /** Where its row is. */
  readonly unit: number
  readonly ordinal: number
}

/** What candidates are compared by. */
export function readMembers(
  context: TaskContext,
  { unit, step, work }: { readonly unit: number; readonly step: number; readonly work: MembersWork },
  rows: Iterable<InputRow>,
  columns: ResultColumns,
): void {
  const compared = comparedRows(context, step)
  for (const input of rows) {
    const { ordinal, value: partition = 0 } = input
    const row = flowRow(input)
    const { rank, level, scope, shingles } = compared(row, work.source)
    columns.add(unit, {
      section: 'member',
      ordinal,
      key: BigInt(partition),
      number: work.base + ordinal,
      rank,
      id: row.id,
      line: JSON.stringify({ level, scope, unit, ordinal } satisfies MemberLine),
      bytes: new Uint8Array(shingles.buffer, shingles.byteOffset, shingles.byteLength),
    })
  }
}

interface Candidate extends Member, Omit<MemberLine, 'level' | 'scope'> {
  readonly set: Float64Array
  readonly digest: number
}

/** Compares the candidates of one partition, and says which stays of each cluster. */
export function compareCandidates(
  context: TaskContext,
  { unit, step }: { readonly unit: number; readonly step: number },
  rows: Iterable<InputRow>,
  columns: ResultColumns,
): void {
  const { stage, options } = clusterStage(context, step)
  const { members, buckets } = candidatesOf(rows)
  const at = (member: number): Candidate => {
    const found = members[member]
    if (found === undefined) throw new Error(`no candidate ${member}`)
    return found
  }
  const compare = compareOf(stage)
  const comparison: ClusterOptions = {
    threshold: stage.threshold(options),
    compare,
    // Sets of very different sizes need not be compared. What others compare by is not known here.
    atMost: compare === undefined ? (a, b) => jaccardAtMost(at(a).set.length, at(b).set.length) : undefined,
    shingles: (member) => at(member).set,
    digest: (member) => at(member).digest,
  }
  const found = clusters(members, buckets, comparison)
  for (const { member, of, similarity } of found.copies) {
    const { unit: home, ordinal } = at(member)
    const rank = similarity === undefined ? {} : { rank: similarity }
    columns.add(unit, { section: 'winner', ordinal, number: home, id: at(of).id, ...rank })
  }
  for (const [member, copies] of found.survivors) {
    const { unit: home, ordinal } = at(member)
    columns.add(unit, { section: 'copies', ordinal, number: home, key: BigInt(copies) })
  }
}

/** Members come first, by the number of their row; then the rows of each key. */
function candidatesOf(rows: Iterable<InputRow>): {
  readonly members: readonly Candidate[]
  readonly buckets: { readonly starts: Uint32Array; readonly rows: Uint32Array }
} {
  const members: Candidate[] = []
  const numbers = new Map<number, number>()
  const [starts, bucketed]: [number[], number[]] = [[0], []]
  let key: bigint | undefined
  for (const { what, key: own, number, id, value = 0, line, bytes } of rows) {
    if (what === WHAT.member) {
      numbers.set(number, members.length)
      // A copy, so that numbers lie where an array of them may.
      const set = new Float64Array(Uint8Array.from(bytes ?? []).buffer)
      members.push({ id, rank: value, ...(JSON.parse(line) as MemberLine), set, digest: setDigest(set) })
      continue
    }
    if (key !== undefined && key !== own) starts.push(bucketed.length)
    key = own
    bucketed.push(numbers.get(number) ?? unread(number))
  }
  if (key !== undefined) starts.push(bucketed.length)
  return { members, buckets: { starts: Uint32Array.from(starts), rows: Uint32Array.from(bucketed) } }
}

function unread(row: number): never {
  throw new Error(`row ${row} was not read again`)
}
