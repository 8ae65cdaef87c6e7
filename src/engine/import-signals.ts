import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFooter } from '../formats/parquet/footer.ts'
import { readRowGroup } from '../formats/parquet/row-group.ts'
import { openSource } from '../formats/source/source.ts'
import { TilthError } from '../model/error.ts'
import type { Shard } from '../model/version.ts'
import { importsDir } from '../store/imported-signals.ts'
import { SignalLookupWriter } from '../store/signal-lookup.ts'
import { writeWholeFile } from '../store/store.ts'
import { TableReader, TableWriter } from '../store/table.ts'
import { signalColumns, type Version } from '../store/version.ts'

/** What became of the rows of an imported file. */
export interface SignalImport {
  readonly name: string
  /** Numeric columns that were joined. */
  readonly columns: readonly string[]
  /** Columns that hold no numbers and were left out. */
  readonly passed: readonly string[]
  readonly rows: number
  /** Rows whose id no measured document of the version has. */
  readonly unknown: number
  /** Rows whose id an earlier row has. */
  readonly repeated: number
  /** Documents with signals in the version, and those that no row is about. */
  readonly documents: number
  readonly missing: number
}

/** Documents that are looked for in one reading of the file: what bounds memory, about 200 MB. */
const BATCH_DOCUMENTS = 1_000_000
const NAME = /^[a-z][a-z0-9-]*$/
const MAX_PAGE_BYTES = 256 << 20

/**
 * Joins the numeric columns of a Parquet file with a column `id` to the documents of a version. Memory does not grow
 * with the version but for a bit for each row of the file, which is read once for each million documents.
 *
 * @throws TilthError `usage` or `input`: the name is taken, or there is no column `id` of text, no numeric one, or no
 *   id that a document of the version has.
 */
export async function importSignals(
  version: Version,
  path: string,
  name: string,
  batchDocuments: number = BATCH_DOCUMENTS,
): Promise<SignalImport> {
  checkName(version, name)
  const file = await SignalFile.open(path)
  const dir = join(importsDir(version), name)
  const partial = `${dir}.${process.pid}.partial`
  mkdirSync(partial, { recursive: true })
  try {
    const seen = new Uint8Array(Math.ceil(file.rows / 8))
    const lookup = new SignalLookupWriter(partial, file.columns)
    const totals = { unknown: file.rows, repeated: 0, documents: 0, missing: 0 }
    for (const shards of batches(version, batchDocuments)) {
      const batch = await Documents.read(version, shards, file.columns)
      for await (const slice of file.slices()) batch.take(slice, seen, totals)
      totals.documents += batch.size
      totals.missing += batch.write(partial, name, file.columns)
      batch.enter(lookup)
    }
    if (totals.missing === totals.documents) {
      throw new TilthError('input', `${path}: no id of its is that of a document of ${version.ref}`, {
        hint: 'its column id must hold the ids of the version, as its table of signals or an export has them',
      })
    }
    const result: SignalImport = {
      name,
      columns: file.columns,
      passed: file.passed,
      rows: file.rows,
      ...totals,
    }
    const stored = { ...result, lookup: lookup.finish() }
    await writeWholeFile(join(partial, 'import.json'), `${JSON.stringify(stored, undefined, 2)}\n`)
    mkdirSync(dirname(dir), { recursive: true })
    renameSync(partial, dir)
    return result
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

function checkName(version: Version, name: string): void {
  if (!NAME.test(name)) {
    throw new TilthError('usage', `--as ${name}: expected lower-case letters, digits and "-"`)
  }
  if (version.plan.steps.some((step) => step.name === name)) {
    throw new TilthError('usage', `--as ${name}: a step of ${version.ref} has this name`, {
      hint: 'give the signals another name',
    })
  }
  if (existsSync(join(importsDir(version), name))) {
    throw new TilthError('usage', `--as ${name}: ${version.ref} has imported signals of this name`, {
      hint: 'give these another name',
    })
  }
  if (!version.manifest.shards.some((shard) => shard.table === 'signals')) {
    throw new TilthError('usage', `${version.ref} has no table of signals to join to`, {
      hint: 'measure something in its recipe, such as use: text-stats',
    })
  }
}

/** Shards of signals, so many that they hold about so many documents. */
function batches(version: Version, documents: number): readonly (readonly Shard[])[] {
  const list: Shard[][] = []
  let rows = Number.POSITIVE_INFINITY
  for (const shard of version.manifest.shards) {
    if (shard.table !== 'signals') continue
    if (rows + shard.rows > documents) {
      list.push([])
      rows = 0
    }
    list.at(-1)?.push(shard)
    rows += shard.rows
  }
  return list
}

interface FileSlice {
  readonly first: number
  readonly ids: ArrayLike<unknown>
  readonly values: readonly ArrayLike<unknown>[]
}

/** A Parquet file of somebody else. */
class SignalFile {
  readonly columns: readonly string[]
  readonly passed: readonly string[]
  readonly rows: number
  readonly slices: () => AsyncGenerator<FileSlice>

  private constructor(
    columns: readonly string[],
    passed: readonly string[],
    rows: number,
    slices: () => AsyncGenerator<FileSlice>,
  ) {
    this.columns = columns
    this.passed = passed
    this.rows = rows
    this.slices = slices
  }

  static async open(path: string): Promise<SignalFile> {
    const location = resolve(path)
    if (!existsSync(location)) throw new TilthError('not-found', `${path}: no such file`)
    const source = await openSource(pathToFileURL(location).href)
    const footer = await readFooter(source)
    if ('reason' in footer) {
      throw new TilthError('input', `${path} is not a readable Parquet file: ${footer.detail}`)
    }
    const { schema, groups } = footer
    const names = schema.children.map(({ element }) => element.name)
    const numeric = schema.children
      .filter(({ element, children }) => children.length === 0 && isNumeric(element))
      .map(({ element }) => element.name)
      .filter((name) => name !== 'id')
    if (!names.includes('id') || numeric.length === 0) {
      throw new TilthError(
        'input',
        `${path}: expected a column id and numeric columns, and there are ${names.join(', ')}`,
      )
    }
    const passed = names.filter((name) => name !== 'id' && !numeric.includes(name))
    const rows = groups.reduce((sum, group) => sum + group.rows, 0)
    return new SignalFile(numeric, passed, rows, async function* () {
      for (const group of groups) {
        const limits = { maxPageBytes: MAX_PAGE_BYTES, signal: undefined }
        for await (const slice of readRowGroup(source, schema, group, limits)) {
          if ('damage' in slice) {
            throw new TilthError('damaged', `${path}: row ${slice.first}: ${slice.damage}`)
          }
          const values = numeric.map((name) => slice.columns.get(name) ?? [])
          yield { first: slice.first, ids: slice.columns.get('id') ?? [], values }
        }
      }
    })
  }
}

/** Whole and floating-point numbers, and truth values; no times, decimals or dates, whatever holds them. */
function isNumeric({
  type,
  converted_type: converted,
  logical_type: logical,
  repetition_type: repetition,
}: {
  readonly type?: string
  readonly converted_type?: string
  readonly logical_type?: { readonly type: string }
  readonly repetition_type?: string
}): boolean {
  if (repetition === 'REPEATED') return false
  if (!['INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BOOLEAN'].includes(type ?? '')) return false
  const isWhole = (name: string | undefined): boolean => name === undefined || /^U?INT/.test(name)
  return isWhole(converted) && (logical === undefined || logical.type === 'INTEGER')
}

/** Documents of a few shards of signals, and the values that were found for them. */
class Documents {
  readonly #shards: readonly Shard[]
  readonly #kept: readonly boolean[]
  readonly #ids: readonly string[]
  readonly #placeOf: ReadonlyMap<string, number>
  readonly #values: readonly Float64Array[]
  readonly #found: Uint8Array

  private constructor(
    shards: readonly Shard[],
    ids: readonly string[],
    kept: readonly boolean[],
    columns: number,
  ) {
    this.#shards = shards
    this.#ids = ids
    this.#kept = kept
    this.#placeOf = new Map(ids.map((id, place) => [id, place]))
    this.#values = Array.from({ length: columns }, () => new Float64Array(ids.length).fill(Number.NaN))
    this.#found = new Uint8Array(ids.length)
  }

  static async read(
    version: Version,
    shards: readonly Shard[],
    columns: readonly string[],
  ): Promise<Documents> {
    const ids: string[] = []
    const kept: boolean[] = []
    for (const shard of shards) {
      const table = await TableReader.open(join(version.dir, shard.file))
      try {
        for (const group of table.groups) {
          const read = await table.columns(group, ['id', 'kept'])
          for (const id of Array.from(read.get('id') ?? [])) ids.push(String(id))
          for (const each of Array.from(read.get('kept') ?? [])) kept.push(each === true)
        }
      } finally {
        await table.close()
      }
    }
    return new Documents(shards, ids, kept, columns.length)
  }

  get size(): number {
    return this.#ids.length
  }

  /** Takes the rows that are about one of the documents; the first of equal ids counts. */
  take(slice: FileSlice, seen: Uint8Array, totals: { unknown: number; repeated: number }): void {
    for (let at = 0; at < slice.ids.length; at++) {
      const place = this.#placeOf.get(String(slice.ids[at]))
      if (place === undefined) continue
      const row = slice.first + at
      const byte = row >>> 3
      const bit = 1 << (row & 7)
      if (((seen[byte] ?? 0) & bit) === 0) {
        seen[byte] = (seen[byte] ?? 0) | bit
        totals.unknown--
      }
      if (this.#found[place] === 1) {
        totals.repeated++
        continue
      }
      this.#found[place] = 1
      for (const [column, values] of this.#values.entries()) {
        values[place] = numberOf(slice.values[column]?.[at])
      }
    }
  }

  /** Makes the documents that have a row findable by id. */
  enter(lookup: SignalLookupWriter): void {
    const places = this.#ids.flatMap((_, place) => (this.#found[place] === 1 ? [place] : []))
    lookup.add(
      places.map((place) => this.#ids[place] ?? ''),
      (at) => this.#values.map((values) => values[places[at] ?? -1] ?? Number.NaN),
    )
  }

  /** Writes a table for each shard; gives how many documents had no row. */
  write(dir: string, name: string, columns: readonly string[]): number {
    let place = 0
    for (const shard of this.#shards) {
      const names = columns.map((column) => `${name}.${column}`)
      const table = new TableWriter(join(dir, shard.file), signalColumns(names))
      try {
        for (const end = place + shard.rows; place < end; place++) {
          const cells = names.map((column, at) => {
            const value = this.#values[at]?.[place] ?? Number.NaN
            return [column, Number.isNaN(value) ? null : value] as const
          })
          table.append({
            id: this.#ids[place] ?? '',
            kept: this.#kept[place] ?? false,
            ...Object.fromEntries(cells),
          })
        }
        table.finish()
      } finally {
        table.abandon()
      }
    }
    return this.#found.reduce((missing, found) => missing + (found === 1 ? 0 : 1), 0)
  }
}

/** NaN where there is no number. */
function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : Number.NaN
}
