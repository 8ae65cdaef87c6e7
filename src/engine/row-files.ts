import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { formatNamed } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import { TilthError } from '../model/error.ts'
import type { StageFile } from '../model/stage.ts'
import type { Store } from '../store/store.ts'
import { keptRows } from '../store/version.ts'
import { readFiles } from './read-files.ts'
import { MAX_RECORD_BYTES, MAX_WINDOW_BYTES } from './row-limits.ts'

/** What begins the name of a version where a path could stand. */
const VERSION = 'version:'
const PACKED = /\.(?:gz|zst)$/i
const PARQUET = /\.(?:parquet|pq)$/i

/**
 * The files of a path with their rows as a stage can read them: Parquet as JSON lines, what is packed unpacked. `version:NAME@NUMBER`
 * gives the ids and texts of its kept documents.
 *
 * @param location where the path leads to.
 * @throws TilthError `input` for what cannot be read, `not-found` where there is no such version.
 */
export async function readRowFiles(
  path: string,
  location: string,
  store: Store | undefined,
): Promise<readonly StageFile[]> {
  if (path.startsWith(VERSION)) return [{ name: '', bytes: await versionLines(path, store) }]
  return await Promise.all(
    readFiles(location).map(({ name, bytes }) => asLines(name, join(location, name), bytes)),
  )
}

/**
 * Where those files lie, for the threads that read them: the path itself where nothing is to be changed in them, or else a copy in the
 * store, found again by what it was made of.
 */
export async function rowFilesLocation(
  path: string,
  location: string,
  store: Store | undefined,
): Promise<string> {
  const isVersion = path.startsWith(VERSION)
  const sources = isVersion ? [] : readFiles(location)
  const names = sources.map(({ name }) => (name === '' ? location : name))
  if (!isVersion && !names.some((name) => PACKED.test(name) || PARQUET.test(name))) return location
  if (store === undefined) throw new TilthError('recipe', `${path}: no store to unpack it into`)
  const files = await readRowFiles(path, location, store)
  const hash = createHash('sha256')
  for (const { name, bytes } of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes)
  const dir = store.path('cache', 'rows', hash.digest('hex'))
  if (!existsSync(dir)) {
    const partial = `${store.ensure('cache', 'rows')}/${process.pid}.partial`
    for (const { name, bytes } of files) {
      const to = join(partial, name === '' ? 'rows' : name)
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, bytes)
    }
    // Another process may have been faster with the same.
    if (existsSync(dir)) rmSync(partial, { recursive: true, force: true })
    else renameSync(partial, dir)
  }
  return files[0]?.name === '' ? join(dir, 'rows') : dir
}

async function asLines(name: string, location: string, bytes: Uint8Array): Promise<StageFile> {
  const called = name === '' ? location : name
  if (PACKED.test(called)) return { name: name.replace(PACKED, ''), bytes: unpacked(location, bytes) }
  if (!PARQUET.test(called)) return { name, bytes }
  const source = await openSource(location)
  const lines: Uint8Array[] = []
  for await (const batch of formatNamed('parquet').read(
    source,
    { start: 0, end: source.size, first: 0 },
    {
      options: formatNamed('parquet').options.parse({}),
      maxRecordBytes: MAX_RECORD_BYTES,
      maxWindowBytes: MAX_WINDOW_BYTES,
    },
  )) {
    for (const item of batch) {
      if ('failure' in item)
        throw new TilthError('input', `${location}: ${item.failure.reason}: ${item.failure.detail}`)
      if ('record' in item) lines.push(item.record.body, NEW_LINE)
    }
  }
  return { name: name === '' ? '' : `${name}.jsonl`, bytes: Buffer.concat(lines) }
}

const NEW_LINE = Buffer.from('\n')

function unpacked(location: string, bytes: Uint8Array): Uint8Array {
  try {
    return /\.gz$/i.test(location) ? gunzipSync(bytes) : zstdDecompressSync(bytes)
  } catch (cause) {
    throw new TilthError('input', `${location}: damaged, or not packed as its name says`, { cause })
  }
}

async function versionLines(path: string, store: Store | undefined): Promise<Uint8Array> {
  if (store === undefined) throw new TilthError('recipe', `${path}: no store to look in`)
  const lines: string[] = []
  for await (const { id, text } of keptRows(await store.open(path.slice(VERSION.length)), ['id', 'text']))
    lines.push(`${JSON.stringify({ id, text })}\n`)
  return Buffer.from(lines.join(''))
}
