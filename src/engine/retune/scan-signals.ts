import { join } from 'node:path'
import type { PlanRecord, Shard } from '../../model/version.ts'
import { TableReader } from '../../store/table.ts'
import { ChangeTally, type PlainTally } from './change-tally.ts'
import type { ChangedPlan } from './changed-plan.ts'
import { Decisions, type SignalColumn } from './decide-again.ts'

/** A shard of signals to decide again. Plain data: crosses threads. */
export interface ScanTask {
  /** Directory of the version. */
  readonly dir: string
  readonly record: PlanRecord
  readonly change: ChangedPlan
  readonly shard: Shard
  /** Number of the shard among those of the table. */
  readonly number: number
}

/** Decides every row of a shard again, reading the columns that decide. */
export async function scanSignals(
  _context: unknown,
  { dir: versionDir, record, change: plan, shard, number }: ScanTask,
): Promise<PlainTally> {
  const { imported } = plan
  const decisions = new Decisions(record, plan)
  const tally = new ChangeTally(decisions)
  const table = await TableReader.open(join(versionDir, shard.file))
  const beside: TableReader[] = []
  try {
    for (const { dir } of imported) beside.push(await TableReader.open(join(dir, shard.file)))
    for (const group of table.groups) {
      const columns: (SignalColumn | undefined)[] = []
      const read = async (places: readonly number[]): Promise<void> => {
        const wanted = places.filter((place) => columns[place] === undefined)
        const names = wanted.map((place) => decisions.names[place] ?? '')
        for (const each of [table, ...beside]) {
          const values = await each.doubles(group, names)
          for (const [at, place] of wanted.entries()) columns[place] ??= values.get(names[at] ?? '')
        }
      }
      const kept = (await table.columns(group, ['kept'])).get('kept') ?? []
      const keptRows = rowsWhere(group.rows, (row) => kept[row] === true)
      if (keptRows.length > 0) await read(decisions.keptColumns)
      if (keptRows.length < group.rows) await read(decisions.looseColumns)
      const returning =
        keptRows.length === group.rows
          ? []
          : rowsWhere(group.rows, (row) => kept[row] !== true && decisions.mayReturn(columns, row))
      // Most groups of dropped documents are done with: nothing in them is near a changed limit.
      if (returning.length > 0) await read(decisions.droppedColumns)
      tally.enter(group.rows, keptRows.length)
      const decide = (row: number, isKept: boolean): void => {
        const change = isKept ? decisions.ofKept(columns, row) : decisions.ofDropped(columns, row)
        if (change !== undefined) {
          tally.add(change, columns, row, { shard, number, row: group.first + row, isKept })
        }
      }
      for (const row of keptRows) decide(row, true)
      for (const row of returning) decide(row, false)
    }
  } finally {
    for (const each of [table, ...beside]) await each.close()
  }
  return tally.plain
}

function rowsWhere(rows: number, holds: (row: number) => boolean): readonly number[] {
  const found: number[] = []
  for (let row = 0; row < rows; row++) if (holds(row)) found.push(row)
  return found
}
