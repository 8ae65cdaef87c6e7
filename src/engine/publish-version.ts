import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../model/document.ts'
import type { Manifest, PlanRecord, Shard, StepTotal, TableName } from '../model/version.ts'
import { type Plan, stageOf, stepRecords } from '../plan/plan.ts'
import { type Store, writeWholeFile } from '../store/store.ts'
import { TEXT_HASH_SPECIFICATION } from '../text/hash.ts'
import { checkBalance, checkYield, stepTotals } from './balance.ts'
import { CONTENT_HASH_SPECIFICATION, ContentHash } from './content-hash.ts'
import type { RunOptions, RunResult } from './engine.ts'
import type { KnownFile } from './input-cache.ts'
import type { Journal } from './journal.ts'
import { type KeptIndex, NEAR_FILE } from './near-indexes.ts'
import { textRuntime } from './text-runtime.ts'
import { idleOptions, unusedFiles } from './units/row-verdicts.ts'

/** The files of a version's tables, and sums that add up to its content hashes. */
export interface VersionTables {
  readonly shards: readonly Shard[]
  readonly sums: readonly Readonly<Record<TableName, string>>[]
}

export interface Publication {
  readonly plan: Plan
  readonly planId: string
  readonly dataset: string
  readonly sampleRatio: number
  readonly store: Store
  readonly journal: Journal
  readonly files: readonly KnownFile[]
  /** What each unit counted. */
  readonly counts: readonly (readonly StepTotal[])[]
  readonly indexes: readonly KeptIndex[]
  /** Keys of the results that it is made of. */
  readonly used: readonly string[]
  readonly progress: NonNullable<RunOptions['progress']>
  readonly cost: () => Manifest['cost']
  /** Writes the tables into a folder; `parts` is one for what is worth keeping of a run that is stopped meanwhile. */
  readonly write: (building: string, parts: string) => Promise<VersionTables>
}

/**
 * Writes the tables and the manifest of a new version. They are made in `building/`, which is
 * renamed as the very last act: what stands under the name of a version is whole.
 */
export async function publishVersion(publication: Publication): Promise<RunResult> {
  const { plan, planId, dataset, store, files } = publication
  const totals = stepTotals(plan, publication.counts)
  checkYield(plan, totals)
  const building = store.ensure('building', `${dataset}-${planId.slice(0, 16)}`)
  const parts = store.ensure('building', `${dataset}-${planId.slice(0, 16)}.parts`)
  const { shards, sums } = await publication.write(building, parts)
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
      kept: sumOf(sums, 'kept'),
      rejected: sumOf(sums, 'rejected'),
      signals: sumOf(sums, 'signals'),
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
  const used = [...new Set(publication.used)].sort()
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

function sumOf(sums: VersionTables['sums'], table: TableName): string {
  const sum = new ContentHash()
  for (const each of sums) sum.addSum(each[table])
  return sum.hex
}

function recipeRecord(plan: Plan): Json {
  const { segments: _, ...recipe } = plan
  return JSON.parse(JSON.stringify(recipe)) as Json
}
