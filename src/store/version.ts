import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Meta } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import type { KeptRow, Manifest, PlanRecord, RejectedRow, SignalRow, TableName } from '../model/version.ts'
import { type Cell, type Column, readTable } from './table.ts'

/** An immutable version, opened for reading. */
export interface Version {
  /** `name@number`. */
  readonly ref: string
  readonly dir: string
  readonly manifest: Manifest
  readonly plan: PlanRecord
}

const text = (name: string, nullable = false): Column => ({ name, type: 'STRING', nullable })

const ORIGIN: readonly Column[] = [
  text('source'),
  text('input'),
  { name: 'record', type: 'INT64', nullable: false },
]

/** Columns of the `kept` shards. */
export const KEPT_COLUMNS: readonly Column[] = [
  text('id'),
  text('text'),
  text('url', true),
  { name: 'meta', type: 'JSON', nullable: false },
  ...ORIGIN,
]

/** Columns of the `rejected` shards. */
export const REJECTED_COLUMNS: readonly Column[] = [
  text('id'),
  text('kind'),
  text('step'),
  text('reason'),
  text('signal', true),
  { name: 'value', type: 'DOUBLE', nullable: true },
  { name: 'limit', type: 'DOUBLE', nullable: true },
  text('duplicateOf', true),
  text('detail', true),
  text('url', true),
  text('text', true),
  { name: 'meta', type: 'JSON', nullable: false },
  ...ORIGIN,
]

/** Columns of the `signals` shards, given the plan's `STEP.SIGNAL` names. */
export function signalColumns(names: readonly string[]): readonly Column[] {
  return [
    text('id'),
    { name: 'kept', type: 'BOOLEAN', nullable: false },
    ...names.map((name): Column => ({ name, type: 'DOUBLE', nullable: true })),
  ]
}

/** Every `STEP.SIGNAL` of a plan, in the order of its steps. */
export function signalNames(plan: Pick<PlanRecord, 'steps'>): readonly string[] {
  return plan.steps.flatMap((step) => Object.keys(step.signals).map((signal) => `${step.name}.${signal}`))
}

/**
 * Opens the version in `dir`.
 *
 * @throws TilthError `not-found` when there is none, `damaged` when its manifest cannot be read.
 */
export async function openVersion(dir: string): Promise<Version> {
  if (!existsSync(join(dir, 'manifest.json'))) {
    throw new TilthError('not-found', `${dir}: no version here`, { hint: 'list them with tilth versions' })
  }
  const manifest = await readJson<Manifest>(join(dir, 'manifest.json'))
  if (manifest.formatVersion !== 1) {
    throw new TilthError('damaged', `${dir}: format version ${manifest.formatVersion}, this Tilth reads 1`, {
      hint: 'use the Tilth that wrote it, or a later one',
    })
  }
  const plan = await readJson<PlanRecord>(join(dir, 'plan.json'))
  return { ref: `${manifest.name}@${manifest.number}`, dir, manifest, plan }
}

async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (cause) {
    throw new TilthError('damaged', `${path}: not readable as JSON`, { cause })
  }
}

/** Rows of one table, shard by shard, in batches; `columns` limits what is decoded. */
async function* tableRows(
  version: Version,
  table: TableName,
  columns?: readonly string[],
): AsyncGenerator<readonly Record<string, Cell>[]> {
  for (const shard of version.manifest.shards) {
    if (shard.table === table) yield* readTable(join(version.dir, shard.file), columns)
  }
}

/** The kept documents, in provenance order. Columns left out by `columns` are missing from the rows. */
export async function* keptRows(
  version: Version,
  columns?: readonly (keyof KeptRow)[],
): AsyncGenerator<KeptRow> {
  for await (const batch of tableRows(version, 'kept', columns)) {
    for (const row of batch) yield row as unknown as KeptRow
  }
}

/** The documents that were dropped or failed. */
export async function* rejectedRows(
  version: Version,
  columns?: readonly (keyof RejectedRow)[],
): AsyncGenerator<RejectedRow> {
  for await (const batch of tableRows(version, 'rejected', columns)) {
    for (const row of batch) yield row as unknown as RejectedRow
  }
}

/** The signals of every document that was measured. */
export async function* signalRows(version: Version): AsyncGenerator<SignalRow> {
  for await (const batch of tableRows(version, 'signals')) {
    for (const { id, kept, ...signals } of batch) {
      yield { id: String(id), kept: kept === true, signals: signals as SignalRow['signals'] }
    }
  }
}

/** The URL of a row's meta, for the `url` column. */
export function urlOf(meta: Meta): string | null {
  return typeof meta['url'] === 'string' ? meta['url'] : null
}
