import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { contentKey } from '../../plan/canonical.ts'
import { stepRecords } from '../../plan/plan.ts'
import { checkRoom } from '../../store/room.ts'
import { writeWholeFile } from '../../store/store.ts'
import { signalNames } from '../../store/version.ts'
import type { RunResult } from '../engine.ts'
import { type Publication, publishVersion } from '../publish-version.ts'
import type { Pool } from './pool.ts'
import type { ShardResult, ShardTask } from './shard-tasks.ts'
import type { Unit } from './units.ts'

/** A shard holds about so many bytes of text, so that one fits in memory anywhere. */
const SHARD_BYTES = 64 << 20
const SHARD_REJECTIONS = 200_000

export interface LocalPublication extends Omit<Publication, 'counts' | 'used' | 'write'> {
  readonly pool: Pool
  readonly units: { readonly all: readonly Unit[]; readonly last: readonly Unit[] }
}

/** Publishes a version of the units of a run, shard by shard on the threads of its pool. */
export function publish(publication: LocalPublication): Promise<RunResult> {
  const { all } = publication.units
  return publishVersion({
    ...publication,
    counts: all.map(({ summary }) => summary.counts),
    used: all.map(({ key }) => key),
    write: async (building, parts) => {
      const results = await writeShards(publication, building, parts)
      return { shards: results.flatMap(({ shards }) => shards), sums: results.map(({ sums }) => sums) }
    },
  })
}

/** Writes the shards that are not there yet from an earlier, stopped run of the same plan. */
async function writeShards(
  publication: LocalPublication,
  building: string,
  partsDir: string,
): Promise<readonly ShardResult[]> {
  const { plan, pool, units, progress, journal } = publication
  const signals = signalNames({ steps: stepRecords(plan) })
  const cut = (
    table: ShardTask['table'],
    list: readonly Unit[],
    limit: (unit: Unit) => number,
  ): readonly ShardTask[] =>
    bundles(list, limit).map((bundle, number) => ({
      table,
      units: bundle.map(({ key, address, uri, input }) => ({ key, address, uri, input })),
      dir: building,
      number,
      signals,
    }))
  const tasks = [
    ...cut('kept', units.last, (unit) => unit.summary.textBytes / SHARD_BYTES),
    ...cut('rejected', units.all, (unit) =>
      Math.max(unit.summary.rejections / SHARD_REJECTIONS, unit.address.length / SHARD_BYTES),
    ),
  ]
  const results: (ShardResult | undefined)[] = tasks.map((task) => readPart(building, partsDir, task))
  const missing = tasks.flatMap((_, at) => (results[at] === undefined ? [at] : []))
  let done = tasks.length - missing.length
  progress({ phase: 'write', name: 'shards', done, total: tasks.length, doneBytes: 0, totalBytes: 0 })
  const todo = missing.map((at) => tasks[at]).filter((task) => task !== undefined)
  const rowBytes = new Map(units.last.map((unit) => [unit.key, keptBytes(unit)]))
  const keptUnits = todo.flatMap((task) => (task.table === 'kept' ? task.units : []))
  checkRoom(
    building,
    'shards of the kept documents',
    keptUnits.reduce((sum, { key }) => sum + (rowBytes.get(key) ?? 0), 0) / 2,
  )
  const parts: Promise<void>[] = []
  await pool.each(
    'writeShard',
    todo,
    (result, index) => {
      const task = todo[index]
      results[missing[index] ?? 0] = result
      if (task !== undefined)
        parts.push(writeWholeFile(join(partsDir, partName(task)), JSON.stringify(result)))
      progress({
        phase: 'write',
        name: 'shards',
        done: ++done,
        total: tasks.length,
        doneBytes: 0,
        totalBytes: 0,
      })
    },
    (index) => journal.note('writing', { shard: `${todo[index]?.table}-${todo[index]?.number}` }),
  )
  await Promise.all(parts)
  return results.filter((result) => result !== undefined)
}

/** What a unit's rows take, compressed: a shard of them is about as large, and never half of it. */
function keptBytes({ address, summary }: Unit): number {
  const { rows, rejections, keyBytes, idBytes } = summary
  return ((address.length - keyBytes - idBytes) * rows) / Math.max(1, rows + rejections)
}

/** A shard's result lies apart until the version is published: it says that the shard is whole. */
function partName(task: ShardTask): string {
  const key = contentKey(task.units.map((unit) => unit.key))
  return `${task.table}-${task.number}-${key.slice(0, 16)}.json`
}

function readPart(building: string, parts: string, task: ShardTask): ShardResult | undefined {
  const path = join(parts, partName(task))
  if (!existsSync(path)) return undefined
  const result = JSON.parse(readFileSync(path, 'utf8')) as ShardResult
  const whole = result.shards.every(({ file, bytes }) => {
    const shard = join(building, file)
    return existsSync(shard) && statSync(shard).size === bytes
  })
  return whole ? result : undefined
}

/** Consecutive units, as many as fill one shard: depends on content alone. */
function bundles(units: readonly Unit[], share: (unit: Unit) => number): readonly (readonly Unit[])[] {
  const list: Unit[][] = [[]]
  let filled = 0
  for (const unit of units) {
    if (filled >= 1) {
      list.push([])
      filled = 0
    }
    list.at(-1)?.push(unit)
    filled += share(unit)
  }
  return list
}
