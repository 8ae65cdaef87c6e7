import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Shard, TableName } from '../../model/version.ts'
import { contentKey } from '../../plan/canonical.ts'
import { type Plan, stepRecords } from '../../plan/plan.ts'
import { signalNames } from '../../store/version.ts'
import type { RunOptions } from '../engine.ts'
import type { VersionTables } from '../publish-version.ts'
import { sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import type { Done } from './segments.ts'
import { parquet } from './sql/adapters.ts'
import { keptTable, rejectedTable, signalsTable, type TableOfUnits } from './sql/version-sql.ts'
import type { WorkFolder } from './work-folder.ts'

/** A shard holds about so many bytes of text, so that one fits in memory anywhere. */
const SHARD_BYTES = 64 << 20
const SHARD_REJECTIONS = 200_000

export interface VersionTablesOptions {
  readonly plan: Plan
  readonly session: SparkSession
  readonly work: WorkFolder
  readonly results: { readonly all: readonly Done[]; readonly last: Done }
  readonly progress: NonNullable<RunOptions['progress']>
  readonly signal?: AbortSignal | undefined
}

/**
 * The tables of a version: Spark writes and commits them, in the order of provenance, and their files are brought into the folder of
 * the version, hashed on the way.
 */
export async function writeVersionTables(
  options: VersionTablesOptions,
  folder: string,
): Promise<VersionTables> {
  const { plan, session, work, results } = options
  const { all, last } = results
  const homes = new Map<Done, string>()
  for (const [at, done] of all.entries()) homes.set(done, await unitsView(session, done, `homes_${at}`))
  const kept: TableOfUnits = { rows: await last.table.view('row'), units: homes.get(last) ?? '' }
  const rejected: TableOfUnits[] = []
  for (const done of all)
    rejected.push({ rows: await done.table.view('rejected'), units: homes.get(done) ?? '' })
  const sum = (list: readonly Done[], of: (told: Done['units'][number]['told']) => number): number =>
    list.reduce((total, { units }) => total + units.reduce((part, { told }) => part + of(told), 0), 0)
  const keptFiles = Math.ceil(sum([last], ({ textBytes }) => textBytes) / SHARD_BYTES)
  const rejectedFiles = Math.ceil(sum(all, ({ rejections }) => rejections) / SHARD_REJECTIONS)
  const names = signalNames({ steps: stepRecords(plan) })
  const tables: [table: TableName, prefix: string, statement: string][] = [
    ['kept', 'kept', keptTable(kept, keptFiles)],
    ['rejected', 'rejected', rejectedTable(rejected, rejectedFiles)],
  ]
  if (names.length > 0) {
    tables.push(
      ['signals', 'signals-kept', signalsTable([kept], names, { kept: true, files: keptFiles })],
      ['signals', 'signals-rejected', signalsTable(rejected, names, { kept: false, files: rejectedFiles })],
    )
  }
  const shards: Shard[] = []
  for (const [at, [table, prefix, statement]] of tables.entries()) {
    const step = (done: number): void =>
      options.progress({
        phase: 'write',
        name: prefix,
        done,
        total: tables.length,
        doneBytes: 0,
        totalBytes: 0,
      })
    step(at)
    const key = contentKey({ of: all.map((done) => done.key), table: prefix, statement })
    const path = await work.table(key, (to) =>
      session.writeParquet(
        sql(statement),
        { path: to, options: { compression: 'zstd' } },
        { signal: options.signal },
      ),
    )
    shards.push(...(await takeHome(session, path, { table, prefix, folder })))
    step(at + 1)
  }
  return { shards, sums: all.flatMap(({ units }) => units.map(({ told }) => told.sums)) }
}

async function unitsView(session: SparkSession, { units }: Done, name: string): Promise<string> {
  await session.createView(
    name,
    await session.local({
      unit: Int32Array.from(units, (_, at) => at),
      uri: units.map(({ place }) => place.file.uri),
      input: units.map(({ place }) => place.input),
    }),
  )
  return name
}

/** Brings the files of a table into a folder, in their order. */
async function takeHome(
  session: SparkSession,
  path: string,
  { table, prefix, folder }: { readonly table: TableName; readonly prefix: string; readonly folder: string },
): Promise<readonly Shard[]> {
  const rows = await session.rows(
    `SELECT _metadata.file_path AS path, count(*) AS n FROM ${parquet(path)} GROUP BY _metadata.file_path`,
  )
  const files = rows.map((row) => ({ uri: String(row['path']), rows: Number(row['n']) }))
  // Spark numbers its files by partition: part-00000-..., part-00001-...
  files.sort((a, b) => (a.uri < b.uri ? -1 : 1))
  const shards: Shard[] = []
  for (const [number, file] of files.entries()) {
    const name = `${prefix}-${String(number).padStart(5, '0')}.parquet`
    shards.push({
      table,
      file: name,
      rows: file.rows,
      ...(await copied(session, file.uri, join(folder, name))),
    })
  }
  return shards
}

async function copied(
  session: SparkSession,
  uri: string,
  to: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const source = uri.startsWith('file:') ? createReadStream(fileURLToPath(uri)) : contentOf(session, uri)
  await pipeline(source, counted, createWriteStream(to, { flush: true }))
  return { bytes, sha256: hash.digest('hex') }
}

/** A file that Spark can read, and this process perhaps not. */
async function* contentOf(session: SparkSession, uri: string): AsyncGenerator<Uint8Array> {
  for await (const batch of session.batches(
    `SELECT content FROM binaryFile.\`${uri.replaceAll('`', '``')}\``,
  ))
    for (const row of batch) yield row['content'] as Uint8Array
}
