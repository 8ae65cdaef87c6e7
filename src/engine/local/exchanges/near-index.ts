import { existsSync, statSync } from 'node:fs'
import type { Document, FoundIn } from '../../../model/document.ts'
import type { ClusterGroup, StepSignals } from '../../../model/stage.ts'
import type { KeptRow } from '../../../model/version.ts'
import type { PlanStep } from '../../../plan/plan.ts'
import { readTable } from '../../../store/table.ts'
import { type NearBlock, nearFiles } from '../../near-index-state.ts'
import { clusterStage } from '../../units/cluster-stage.ts'
import type { TaskContext } from '../../units/context.ts'
import { PackFiles, PackWriter, type UnitAddress, UnitReader, UnitWriter } from '../unit-file.ts'
import { VerdictFiles } from '../verdict-file.ts'
import { type CandidateMember, MemberFiles, MemberWriter } from './member-file.ts'
import { readNumbers } from './number-file.ts'

/** Age of documents of an index: older than any that is compared with them. */
export const INDEXED_LEVEL = Number.MIN_SAFE_INTEGER

/** Writes one block of an index; its rows are numbered as they come. */
class BlockWriter {
  readonly #files: readonly [keys: string, members: string]
  readonly #pack: PackWriter
  readonly #keys: UnitWriter
  readonly #members: MemberWriter
  readonly #sketched: ReturnType<ClusterGroup['sketched']>
  readonly #shingles: ReturnType<ClusterGroup['shingles']>
  #rows = 0

  constructor(dir: string, block: number, stage: ClusterGroup, options: PlanStep['options']) {
    this.#files = [nearFiles.keys(dir, block), nearFiles.members(dir, block)]
    this.#pack = new PackWriter(this.#files[0])
    this.#keys = new UnitWriter(this.#pack)
    this.#members = new MemberWriter(this.#files[1])
    this.#sketched = stage.sketched(options)
    this.#shingles = stage.shingles(options)
  }

  /** @param cluster id of the document that stands for this one. */
  add(document: Document, signals: StepSignals, cluster: string): void {
    const sketch = this.#sketched(document, signals)
    if (sketch === undefined) return
    const row = this.#rows++
    this.#keys.sketch(row, sketch.keys)
    const { rank, scope } = sketch
    const member = { row, id: document.id, rank, level: INDEXED_LEVEL, scope, cluster }
    this.#members.add(0, member, this.#shingles(document))
  }

  finish(): NearBlock {
    const { start, length } = this.#keys.finish({ counts: [], textBytes: 0, bytesRead: 0 })
    this.#members.finish()
    this.#pack.finish()
    const [keys, members] = this.#files
    return { rows: this.#rows, start, length, bytes: [statSync(keys).size, statSync(members).size] }
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    this.#members.abandon()
    this.#pack.abandon()
  }
}

export interface IndexUnitsTask {
  readonly step: number
  readonly dir: string
  readonly block: number
  readonly units: readonly {
    readonly address: UnitAddress
    readonly source: FoundIn
    readonly number: number
  }[]
  readonly verdicts: readonly string[]
}

/** Indexes all rows of some units, those that the group drops included. */
export function indexUnits(context: TaskContext, task: IndexUnitsTask): NearBlock {
  const { stage, options } = clusterStage(context, task.step)
  const writer = new BlockWriter(task.dir, task.block, stage, options)
  const packs = new PackFiles()
  const verdicts = new VerdictFiles(task.verdicts)
  try {
    for (const { address, source, number } of task.units) {
      const decided = verdicts.of(number)
      let ordinal = 0
      for (const { id, text, meta, record, signals } of new UnitReader(address, packs).readRows()) {
        const verdict = decided.get(ordinal++)
        const cluster = verdict !== undefined && 'winner' in verdict ? verdict.winner : id
        writer.add({ id, text, meta, origin: { ...source, record } }, signals, cluster)
      }
    }
    return writer.finish()
  } finally {
    verdicts.close()
    packs.close()
    writer.abandon()
  }
}

export interface IndexShardTask {
  readonly step: number
  readonly dir: string
  readonly block: number
  /** A shard of the kept documents of a version. */
  readonly shard: string
}

/** Indexes the kept documents of a version that has no index of its own. */
export async function indexShard(context: TaskContext, task: IndexShardTask): Promise<NearBlock> {
  const { stage, options } = clusterStage(context, task.step)
  const writer = new BlockWriter(task.dir, task.block, stage, options)
  try {
    for await (const batch of readTable(task.shard)) {
      for (const row of batch as unknown as readonly KeptRow[]) {
        const { id, text, meta, source: uri, input, record } = row
        writer.add({ id, text, meta, origin: { uri, input, record } }, {}, id)
      }
    }
    return writer.finish()
  } finally {
    writer.abandon()
  }
}

export interface CopyMembersTask {
  /** The block's file of members. */
  readonly members: string
  /** Number of the block's first row in the exchange. */
  readonly base: number
  readonly candidates: string
  readonly out: string
}

/** Brings the candidates of one block of an index into an exchange, with their shingles as they were. */
export function copyMembers(_context: TaskContext, task: CopyMembersTask): void {
  if (existsSync(task.out)) return
  const [rows = NO_ROWS, partitions = NO_ROWS] = [...readNumbers(task.candidates)][0] ?? []
  const writer = new MemberWriter(task.out)
  const files = new MemberFiles()
  let next = 0
  try {
    const file = files.file(task.members)
    // Members of a block stand in the order of their rows.
    for (const entry of rows.length === 0 ? [] : file.members(0)) {
      const row = rows[next]
      if (row === undefined) break
      if (entry.row !== row - task.base) continue
      const { id, rank, level, scope, cluster } = entry
      const member: Omit<CandidateMember, 'digest'> = {
        row,
        id,
        rank,
        level,
        scope,
        ...(cluster === undefined ? {} : { cluster }),
      }
      writer.add(partitions[next++] ?? 0, member, file.shingles(entry))
    }
    if (next < rows.length) throw new Error(`row ${rows[next]} is not in its block`)
    writer.finish()
  } finally {
    files.close()
    writer.abandon()
  }
}

const NO_ROWS = new Uint32Array(0)
