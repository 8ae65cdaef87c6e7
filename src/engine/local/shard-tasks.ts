import type { KeptRow, RejectedRow, Shard, TableName } from '../../model/version.ts'
import { type Row, type TableFile, TableWriter } from '../../store/table.ts'
import { KEPT_COLUMNS, REJECTED_COLUMNS, signalColumns, urlOf } from '../../store/version.ts'
import type { FlowRejection, FlowRow } from '../units/unit-output.ts'
import { isMeasured, VersionSums } from '../units/version-sums.ts'
import { PackFiles, type UnitAddress, UnitReader } from './unit-file.ts'

/** A finished unit and the input it was made of. */
export interface UnitPlace {
  readonly key: string
  readonly address: UnitAddress
  readonly uri: string
  readonly input: string
}

export interface ShardTask {
  readonly table: Extract<TableName, 'kept' | 'rejected'>
  /** In provenance order. */
  readonly units: readonly UnitPlace[]
  /** Directory of the version being built. */
  readonly dir: string
  /** Number of this shard of its table. */
  readonly number: number
  /** `STEP.SIGNAL` names; no signals shard is written when empty. */
  readonly signals: readonly string[]
}

export interface ShardResult {
  readonly shards: readonly Shard[]
  /** Sums to add to the version's content hashes. */
  readonly sums: Readonly<Record<TableName, string>>
}

/** Writes one shard of kept or rejected rows, and beside it the shard of their signals. */
export async function writeShard(_context: unknown, task: ShardTask): Promise<ShardResult> {
  const suffix = String(task.number).padStart(5, '0')
  const file = `${task.table}-${suffix}.parquet`
  const signalsFile = `signals-${task.table}-${suffix}.parquet`
  const columns = task.table === 'kept' ? KEPT_COLUMNS : REJECTED_COLUMNS
  const rows = new TableWriter(`${task.dir}/${file}`, columns)
  const measured = new TableWriter(`${task.dir}/${signalsFile}`, signalColumns(task.signals))
  const packs = new PackFiles()
  const sums = new VersionSums(task.signals.length > 0)
  try {
    for (const place of task.units) {
      const unit = new UnitReader(place.address, packs)
      for (const row of task.table === 'kept' ? unit.readRows() : unit.readRejections()) {
        const rejection = 'step' in row ? (row as FlowRejection) : undefined
        if (rejection === undefined) {
          rows.append({ ...keptRow(row, place) })
          sums.kept(row)
        } else {
          rows.append({ ...rejectedRow(rejection, place) })
          sums.rejected(rejection)
        }
        if (task.signals.length > 0 && (rejection === undefined || isMeasured(rejection)))
          measured.append({ id: row.id, kept: rejection === undefined, ...row.signals } as Row)
      }
    }
    const shards = [shard(task.table, file, rows.finish())]
    if (measured.rows > 0) shards.push(shard('signals', signalsFile, measured.finish()))
    return { shards, sums: sums.hex }
  } finally {
    packs.close()
    rows.abandon()
    measured.abandon()
  }
}

function shard(table: TableName, file: string, written: TableFile): Shard {
  return { table, file, ...written }
}

function keptRow(row: FlowRow, place: UnitPlace): KeptRow {
  const { id, text, meta, record } = row
  return { id, text, url: urlOf(meta), meta, source: place.uri, input: place.input, record }
}

function rejectedRow(row: FlowRejection, place: UnitPlace): RejectedRow {
  return {
    id: row.id,
    kind: row.kind,
    step: row.step,
    reason: row.reason,
    signal: row.signal ?? null,
    value: row.value ?? null,
    limit: row.limit ?? null,
    duplicateOf: row.duplicateOf ?? null,
    detail: row.detail ?? null,
    url: urlOf(row.meta),
    text: row.hasText ? row.text : null,
    meta: row.meta,
    source: place.uri,
    input: place.input,
    record: row.record,
  }
}
