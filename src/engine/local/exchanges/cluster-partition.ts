import { existsSync } from 'node:fs'
import type { Document, FoundIn } from '../../../model/document.ts'
import { clusterStage, comparedRows, compareOf } from '../../units/cluster-stage.ts'
import type { TaskContext } from '../../units/context.ts'
import { RowNumbers } from '../../units/row-numbers.ts'
import type { RowVerdict } from '../../units/row-verdict.ts'
import { PackFiles, type UnitAddress, UnitReader } from '../unit-file.ts'
import { readDigests, type VerdictDigests, writeVerdicts } from '../verdict-file.ts'
import { dealtFiles } from './candidate-buckets.ts'
import { comparePartition, type Partition } from './compare-partition.ts'
import { type MemberEntry, type MemberFile, MemberFiles, MemberWriter } from './member-file.ts'
import { readNumbers } from './number-file.ts'

/** A unit whose candidates are read. */
export interface UnitRows {
  readonly address: UnitAddress
  readonly source: FoundIn
  /** Number of its first row in the exchange. */
  readonly base: number
}

export interface ReadMembersTask {
  /** Number of the group among the plan's steps. */
  readonly step: number
  readonly units: readonly UnitRows[]
  readonly candidates: string
  readonly out: string
}

/** Reads the candidates among the rows of some units again, for their shingles, ranks and ids. */
export function readMembers(context: TaskContext, task: ReadMembersTask): void {
  if (existsSync(task.out)) return
  const compared = comparedRows(context, task.step)
  const [rows = NO_ROWS, partitions = NO_ROWS] = [...readNumbers(task.candidates)][0] ?? []
  const writer = new MemberWriter(task.out)
  const packs = new PackFiles()
  let next = 0
  try {
    for (const { address, source, base } of task.units) {
      let number = base
      const reader = new UnitReader(address, packs)
      for (const row of reader.readRows()) {
        if (rows[next] !== number++) continue
        const { shingles, ...place } = compared(row, source)
        writer.add(partitions[next] ?? 0, { row: rows[next] ?? 0, id: row.id, ...place }, shingles)
        next++
      }
    }
    writer.finish()
  } finally {
    packs.close()
    writer.abandon()
  }
}

/** {@link comparePartition} over files of members: half of what may be held is for whole files. */
function comparedFiles(
  paths: readonly string[],
  cacheBytes: number,
  task: (sources: readonly MemberFile[], cacheBytes: number) => Partition<MemberEntry>,
): ReturnType<typeof comparePartition> {
  const files = new MemberFiles(cacheBytes / 2)
  try {
    const sources = paths.map((path) => files.file(path))
    return comparePartition(task(sources, cacheBytes / 2 + files.room))
  } finally {
    files.close()
  }
}

export interface MeasureComparedTask {
  readonly step: number
  /** Units whose first rows are looked at. */
  readonly units: readonly Omit<UnitRows, 'base'>[]
}

/** Rows of each unit that are looked at. */
const MEASURED_ROWS = 32

/** Bytes that a row is compared by, on average over the first rows of some units that bring keys: 8 a shingle, or a number of a vector. */
export function measureCompared(context: TaskContext, task: MeasureComparedTask): number {
  const { stage, options } = clusterStage(context, task.step)
  const sketched = stage.sketched(options)
  const shinglesOf = stage.shingles(options)
  const packs = new PackFiles()
  let [rows, bytes] = [0, 0]
  try {
    for (const { address, source } of task.units) {
      let left = MEASURED_ROWS
      for (const { id, text, meta, record, signals } of new UnitReader(address, packs).readRows()) {
        if (left-- === 0) break
        const document: Document = { id, text, meta, origin: { ...source, record } }
        if (sketched(document, signals) === undefined) continue
        rows++
        bytes += shinglesOf(document).byteLength
      }
    }
  } finally {
    packs.close()
  }
  return rows === 0 ? 0 : bytes / rows
}

const NO_ROWS = new Uint32Array(0)

export interface DecideClustersTask {
  readonly step: number
  /** Rows of each unit, and behind them of each block of an index. */
  readonly rows: readonly number[]
  /** How many of them are units, whose rows are decided. */
  readonly units: number
  /** Files of the candidates of all of them. */
  readonly members: readonly string[]
  readonly dir: string
  readonly partition: number
  /** Bytes of shingles that are held at a time. */
  readonly cacheBytes: number
  readonly out: string
}

/** Compares the candidates of one partition, and says which stays of each cluster. */
export function decideClusters(context: TaskContext, task: DecideClustersTask): VerdictDigests {
  if (existsSync(task.out)) return readDigests(task.out)
  const { stage, options } = clusterStage(context, task.step)
  const compare = compareOf(stage)
  const { members, found } = comparedFiles(task.members, task.cacheBytes, (sources, cacheBytes) => ({
    sources,
    buckets: dealtFiles.buckets(task.dir),
    partition: task.partition,
    threshold: stage.threshold(options),
    ...(compare === undefined ? {} : { compare }),
    cacheBytes,
  }))
  const rows = new RowNumbers(task.rows)
  const verdicts = new Map<number, RowVerdict[]>()
  const add = (member: number, verdict: (ordinal: number) => RowVerdict): void => {
    const row = members[member]?.row ?? 0
    const unit = rows.unit(row)
    if (unit >= task.units) return
    const list = verdicts.get(unit) ?? []
    if (list.length === 0) verdicts.set(unit, list)
    list.push(verdict(row - rows.base(unit)))
  }
  for (const { member, of, similarity } of found.copies) {
    const winner = members[of]?.id ?? ''
    add(member, (ordinal) => ({ ordinal, winner, ...(similarity === undefined ? {} : { similarity }) }))
  }
  for (const [member, copies] of found.survivors) add(member, (ordinal) => ({ ordinal, copies }))
  for (const list of verdicts.values()) list.sort((a, b) => a.ordinal - b.ordinal)
  writeVerdicts(task.out, verdicts)
  return readDigests(task.out)
}
