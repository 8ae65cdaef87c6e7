import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { formatForPath } from '../../formats/catalogue.ts'
import type { Json } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import type { Store } from '../../store/store.ts'
import { readTable } from '../../store/table.ts'
import { domainOf } from '../../text/url.ts'
import { textRows } from '../text-rows.ts'
import type { Refusals } from './refusals.ts'

/** Fields of a row of a plain file that hold its id and its text. */
export interface FitFields {
  readonly id?: string
  readonly text?: string
}

/** A file whose texts are read by one worker: a shard of a version, or a file of rows. Plain data: crosses threads. */
export interface TextUnit {
  readonly kind: 'shard' | 'rows'
  readonly path: string
  /** Bytes as stored. */
  readonly bytes: number
  readonly fields: FitFields
  /** Stands before the number of a row that has no id. */
  readonly prefix: string
}

/** Texts that a fit takes under one name. */
export interface FitSource {
  readonly name: string
  /** `NAME@NUMBER`, or the path or glob as given. */
  readonly ref: string
  /** Content hash of the version's kept documents, or SHA-256 over the files and the fields that are read. */
  readonly hash: string
  readonly units: readonly TextUnit[]
}

export interface FitText {
  readonly id: string
  readonly text: string
  /** Host of its URL, or else the file it is from. */
  readonly domain: string
}

/**
 * Texts by name: a version of the store, or files of rows by path or glob; `NAME=` before either gives it another name.
 *
 * @throws TilthError `not-found` or `input`: no such version, no such file, or a file of no format of rows.
 */
export async function fitSource(
  given: string,
  store: Store,
  fields: FitFields,
  cwd: string,
): Promise<FitSource> {
  const [, alias, ref = given] = /^([\w.-]+)=(.+)$/.exec(given) ?? []
  const files = await filesOf(ref, cwd)
  if (files === undefined) {
    const version = await store.open(ref)
    const { name, shards, hashes } = version.manifest
    const units = shards
      .filter(({ table }) => table === 'kept')
      .map(({ file, bytes }) => ({
        kind: 'shard' as const,
        path: join(version.dir, file),
        bytes,
        fields: {},
        prefix: '',
      }))
    return { name: alias ?? name, ref: version.ref, hash: hashes.kept, units }
  }
  const units = files.map((path) => ({
    kind: 'rows' as const,
    path,
    bytes: statSync(path).size,
    fields,
    prefix: files.length > 1 ? `${relative(cwd, path)}:` : '',
  }))
  const hash = createHash('sha256')
  for (const { path } of units) hash.update(await hashOfFile(path))
  const { id = 'id', text = 'text' } = fields
  if (id !== 'id' || text !== 'text') hash.update(`${id}\0${text}`)
  return { name: alias ?? shortName(ref), ref, hash: hash.digest('hex'), units }
}

/** Lists of sources are parted by commas, which braces of a glob may hold, too. */
export function listed(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => value.match(/(?:\{[^}]*\}|[^,])+/g) ?? [])
}

function shortName(ref: string): string {
  return basename(ref).replace(/\.(?:jsonl|ndjson|json|csv|parquet)(?:\.(?:gz|zst))?$/i, '')
}

/** The files that a path or glob leads to; `undefined` where it is the name of a version. */
async function filesOf(ref: string, cwd: string): Promise<readonly string[] | undefined> {
  const path = resolve(cwd, ref)
  if (existsSync(path) && statSync(path).isFile()) return [path]
  if (/[*?[{]/.test(ref)) {
    const found: string[] = []
    for await (const file of glob(ref, { cwd })) found.push(resolve(cwd, file))
    if (found.length === 0) throw new TilthError('input', `${ref}: no file matches it`)
    return found.sort()
  }
  if (formatForPath(ref) !== undefined || ref.includes('/'))
    throw new TilthError('input', `${ref}: there is no such file`)
  return undefined
}

async function hashOfFile(path: string): Promise<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest()
}

/** The texts of a unit, in order, in batches. Rows without a text are passed over, and counted among `refusals`. */
export async function* unitTexts(unit: TextUnit, refusals?: Refusals): AsyncGenerator<readonly FitText[]> {
  if (unit.kind === 'shard') {
    for await (const batch of readTable(unit.path, ['id', 'text', 'url', 'source'])) {
      yield batch.map((row) => {
        const url = typeof row['url'] === 'string' ? row['url'] : undefined
        return {
          id: String(row['id']),
          text: String(row['text']),
          domain: domainFor(url, String(row['source'])),
        }
      })
    }
    return
  }
  const file = unit.prefix === '' ? basename(unit.path) : unit.prefix
  for await (const batch of textRows(unit.path, { ...unit.fields, prefix: unit.prefix })) {
    yield batch.flatMap((row) => {
      if ('error' in row) {
        refusals?.add(row.error, row.body)
        return []
      }
      const { url, meta } = row.fields
      const inner = (meta as Readonly<Record<string, Json>> | null | undefined)?.['url']
      const given = typeof url === 'string' ? url : typeof inner === 'string' ? inner : undefined
      return [{ id: row.id, text: row.text, domain: domainFor(given, file) }]
    })
  }
}

function domainFor(url: string | undefined, file: string): string {
  const domain = url === undefined ? '' : domainOf(url)
  return domain === '' ? file : domain
}
