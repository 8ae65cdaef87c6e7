import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../model/document.ts'
import type { Manifest, PlanRecord, StepTotal, TableName } from '../../model/version.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Plan, stageOf, stepRecords } from '../../plan/plan.ts'
import { checkRoom } from '../../store/room.ts'
import { type Store, writeWholeFile } from '../../store/store.ts'
import { signalNames } from '../../store/version.ts'
import { TEXT_HASH_SPECIFICATION } from '../../text/hash.ts'
import { checkBalance, checkYield, stepTotals } from '../balance.ts'
import { CONTENT_HASH_SPECIFICATION, ContentHash } from '../content-hash.ts'
import type { RunOptions, RunResult } from '../engine.ts'
import { type KeptIndex, NEAR_FILE } from '../near-indexes.ts'
import { textRuntime } from '../text-runtime.ts'
import { idleOptions, unusedFiles } from '../units/row-verdicts.ts'
import type { KnownFile } from './input-cache.ts'
import type { Journal } from './journal.ts'
import type { Pool } from './pool.ts'
import type { ShardResult, ShardTask } from './shard-tasks.ts'
import type { Unit } from './units.ts'

/** A shard holds about so many bytes of text, so that one fits in memory anywhere. */
const SHARD_BYTES = 64 << 20
const SHARD_REJECTIONS = 200_000

export interface Publication {
  readonly plan: Plan
  readonly planId: string
  readonly dataset: string
  readonly sampleRatio: number
  readonly store: Store
  readonly pool: Pool
  readonly journal: Journal
  readonly files: readonly KnownFile[]
  readonly indexes: readonly KeptIndex[]
  readonly units: { readonly all: readonly Unit[]; readonly last: readonly Unit[] }
  readonly progress: NonNullable<RunOptions['progress']>
  readonly cost: () => Manifest['cost']
}

/**
 * Writes the shards and the manifest of a new version. They are made in `building/`, which is
 * renamed as the very last act: what stands under the name of a version is whole.
 */
export async function publish(publication: Publication): Promise<RunResult> {
  const { plan, planId, dataset, store, units, files } = publication
  const totals = stepTotals(
    plan,
    units.all.map((unit) => unit.summary.counts),
  )
  checkYield(plan, totals)
  const building = store.ensure('building', `${dataset}-${planId.slice(0, 16)}`)
  const parts = store.ensure('building', `${dataset}-${planId.slice(0, 16)}.parts`)
  const results = await writeShards(publication, building, parts)
  const shards = results.flatMap((result) => result.shards)
  const rows = (table: TableName): number =>
    shards.reduce((sum, shard) => sum + (shard.table === table ? shard.rows : 0), 0)
  checkBalance(plan, totals, { kept: rows('kept'), rejected: rows('rejected') })

  const record: PlanRecord = { planId, recipe: recipeRecord(plan), steps: stepRecords(plan) }
  await writeWholeFile(join(building, 'plan.json'), `${JSON.stringify(record, undefined, 2)}\n`)
  const previous = store.numbers(dataset).at(-1)
  const number = store.nextNumber(dataset)
  const manifest: Manifest = {
    formatVersion: 1,
    name: dataset,
    number,
    planId,
    recipe: plan.name,
    created: new Date().toISOString(),
    runtime: { node: process.versions.node, ...textRuntime() },
    specifications: {
      id: 'sha256-128-format-key-payload-1',
      textHash: TEXT_HASH_SPECIFICATION,
      contentHash: CONTENT_HASH_SPECIFICATION,
    },
    parents: previous === undefined ? [] : [`${dataset}@${previous}`],
    inputs: files.map(({ file, hash, bytes }) => ({ input: file.input, uri: file.uri, hash, bytes })),
    shards: shards.toSorted((a, b) => (a.file < b.file ? -1 : 1)),
    steps: await Promise.all(totals.map((total) => withIdle(plan, total))),
    hashes: {
      kept: sumOf(results, 'kept'),
      rejected: sumOf(results, 'rejected'),
      signals: sumOf(results, 'signals'),
    },
    sampleRatio: publication.sampleRatio,
    cost: publication.cost(),
  }
  publication.progress({
    phase: 'publish',
    name: `${dataset}@${number}`,
    done: 0,
    total: 1,
    doneBytes: 0,
    totalBytes: 0,
  })
  if (publication.indexes.length > 0)
    await writeWholeFile(join(building, NEAR_FILE), `${JSON.stringify(publication.indexes)}\n`)
  // What the version was made of, so that gc knows which results the next run will want again.
  const used = [...new Set(units.all.map((unit) => unit.key))].sort()
  await writeWholeFile(join(building, 'units.json'), `${JSON.stringify(used)}\n`)
  await writeWholeFile(join(building, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  // A stopped run of an older Tilth may have left files that this one does not know.
  const known = new Set([
    'manifest.json',
    'plan.json',
    'units.json',
    NEAR_FILE,
    ...shards.map((shard) => shard.file),
  ])
  for (const name of readdirSync(building)) if (!known.has(name)) rmSync(join(building, name))
  const dir = store.path(`${dataset}@${number}`)
  renameSync(building, dir)
  rmSync(parts, { recursive: true, force: true })
  publication.journal.note('published', { version: `${dataset}@${number}`, hash: manifest.hashes.kept })
  publication.progress({
    phase: 'publish',
    name: `${dataset}@${number}`,
    done: 1,
    total: 1,
    doneBytes: 0,
    totalBytes: 0,
  })
  return { manifest, dir, upToDate: false }
}

/** A step's counts as a manifest has them: with what its options named in vain. */
async function withIdle(plan: Plan, { having, ...total }: StepTotal): Promise<StepTotal> {
  const step = plan.steps.find(({ name }) => name === total.name)
  if (step === undefined) return total
  const idle = [
    ...idleOptions({ ...total, ...(having === undefined ? {} : { having }) }, stageOf(step), step),
  ]
  idle.push(...(await unusedFiles(step)))
  return idle.length === 0 ? total : { ...total, idle }
}

/** Writes the shards that are not there yet from an earlier, stopped run of the same plan. */
async function writeShards(
  publication: Publication,
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

function sumOf(results: readonly ShardResult[], table: TableName): string {
  const sum = new ContentHash()
  for (const { sums } of results) sum.addSum(sums[table])
  return sum.hex
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

function recipeRecord(plan: Plan): Json {
  const { segments: _, ...recipe } = plan
  return JSON.parse(JSON.stringify(recipe)) as Json
}
