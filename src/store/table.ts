import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { type BasicType, ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { TilthError } from '../model/error.ts'
import { chunkRange, readDoubles } from './double-column.ts'
import { freeUnused } from './heap.ts'
import { writeWhole } from './write-whole.ts'

/** A column of a table that we write; every column is flat. */
export interface Column {
  readonly name: string
  readonly type: Extract<BasicType, 'STRING' | 'JSON' | 'INT64' | 'DOUBLE' | 'BOOLEAN'>
  readonly nullable: boolean
}

/** A value of a column: `bigint` for INT64, any JSON value for JSON. */
export type Cell = string | number | bigint | boolean | null | object

export type Row = Readonly<Record<string, Cell>>

/** What a finished file is: what the manifest says of a shard. */
export interface TableFile {
  readonly rows: number
  readonly bytes: number
  readonly sha256: string
}

/** A row group is closed at this many rows or text bytes, whichever comes first. */
const GROUP_ROWS = 10_000
const GROUP_BYTES = 8 << 20

/**
 * Writes one Parquet file (zstd, level 3) row by row; it appears under its name only when whole.
 *
 * Memory: one row group, about {@link GROUP_BYTES} of text held as strings and once more encoded.
 */
export class TableWriter {
  readonly #path: string
  readonly #partial: string
  readonly #columns: readonly Column[]
  readonly #hash: Hash = createHash('sha256')
  readonly #bytes = new ByteWriter(1 << 16)
  readonly #parquet: ParquetWriter
  #file: number
  #cells: Cell[][]
  #groupBytes = 0
  #rows = 0
  #written = 0

  constructor(path: string, columns: readonly Column[], metadata: Readonly<Record<string, string>> = {}) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#columns = columns
    this.#cells = columns.map(() => [])
    this.#file = openSync(this.#partial, 'w')
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaFromColumnData({ columnData: columns.map((column) => ({ ...column, data: [] })) }),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      createdBy: 'tilth',
    })
  }

  get rows(): number {
    return this.#rows
  }

  /** Bytes written so far, the open row group not counted. */
  get bytes(): number {
    return this.#written
  }

  append(row: Row): void {
    for (const [index, column] of this.#columns.entries()) {
      const cell = row[column.name] ?? null
      if (cell === null && !column.nullable) throw new Error(`${column.name}: null in a required column`)
      this.#cells[index]?.push(column.type === 'INT64' && typeof cell === 'number' ? BigInt(cell) : cell)
      if (typeof cell === 'string') this.#groupBytes += cell.length
    }
    this.#rows++
    if ((this.#cells[0]?.length ?? 0) >= GROUP_ROWS || this.#groupBytes >= GROUP_BYTES) this.#closeGroup()
  }

  /** Closes the file, makes it durable and gives it its name. */
  finish(): TableFile {
    this.#closeGroup()
    void this.#parquet.finish()
    this.#drain()
    fsyncSync(this.#file)
    closeSync(this.#file)
    this.#file = -1
    renameSync(this.#partial, this.#path)
    return { rows: this.#rows, bytes: this.#written, sha256: this.#hash.digest('hex') }
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    if (this.#file === -1) return
    closeSync(this.#file)
    this.#file = -1
    rmSync(this.#partial, { force: true })
  }

  #closeGroup(): void {
    const rows = this.#cells[0]?.length ?? 0
    if (rows === 0) return
    const isLarge = this.#groupBytes > 2 * GROUP_BYTES
    if (isLarge) freeUnused()
    void this.#parquet.write({
      columnData: this.#columns.map((column, index) => ({ ...column, data: this.#cells[index] ?? [] })),
      rowGroupSize: rows,
    })
    this.#cells = this.#columns.map(() => [])
    this.#groupBytes = 0
    this.#drain()
    if (isLarge) freeUnused()
  }

  /** Moves what the encoder has buffered to the file. */
  #drain(): void {
    const chunk = this.#bytes.getBytes()
    writeWhole(this.#file, chunk)
    this.#hash.update(chunk)
    this.#written += chunk.length
    this.#bytes.index = 0
  }
}

const DECOMPRESSORS: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  // One buffer of the right size: by default the output comes in pieces of 16 KiB that are joined.
  ZSTD: (input, length) => zstdDecompressSync(input, { chunkSize: Math.min(length, MAX_CHUNK) + 64 }),
}

/** What a page says of its length is not believed above this. */
const MAX_CHUNK = 8 << 20

/** Neighbouring rows of a table that are stored together. */
export interface RowGroup {
  readonly index: number
  /** Row of the table that is its first. */
  readonly first: number
  readonly rows: number
  /** Bytes of its columns, decoded. */
  readonly bytes: number
}

/** An open Parquet file that we wrote. */
export class TableReader {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #file: AsyncBuffer
  readonly #metadata: FileMetaData
  readonly #schema: SchemaTree

  private constructor(path: string, handle: FileHandle, file: AsyncBuffer, metadata: FileMetaData) {
    this.#path = path
    this.#handle = handle
    this.#file = file
    this.#metadata = metadata
    this.#schema = parquetSchema(metadata)
  }

  /** @throws TilthError `damaged` when there is no such file, or it is not Parquet. */
  static async open(path: string): Promise<TableReader> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw damagedTable(path, cause)
    })
    try {
      const file: AsyncBuffer = {
        byteLength: (await handle.stat()).size,
        slice: async (start, end) => {
          const length = (end ?? file.byteLength) - start
          const buffer = new ArrayBuffer(length)
          await handle.read(new Uint8Array(buffer), 0, length, start)
          return buffer
        },
      }
      return new TableReader(path, handle, file, await parquetMetadataAsync(file))
    } catch (cause) {
      await handle.close()
      throw damagedTable(path, cause)
    }
  }

  /** Row groups in order: their first row, rows and bytes as decoded. */
  get groups(): readonly RowGroup[] {
    let first = 0
    return this.#metadata.row_groups.map((group, index) => {
      const rows = Number(group.num_rows)
      first += rows
      return { index, first: first - rows, rows, bytes: Number(group.total_byte_size) }
    })
  }

  /** Rows as objects. JSON columns come parsed, INT64 columns as numbers (ours stay below 2^53). */
  async rows(first: number, rows: number, columns?: readonly string[]): Promise<Record<string, Cell>[]> {
    try {
      const objects: Record<string, Cell>[] = await parquetReadObjects({
        file: this.#file,
        metadata: this.#metadata,
        rowStart: first,
        rowEnd: first + rows,
        compressors: DECOMPRESSORS,
        ...(columns === undefined ? {} : { columns: [...columns] }),
      })
      for (const row of objects) {
        for (const name in row) if (typeof row[name] === 'bigint') row[name] = Number(row[name])
        // Spark has no type for JSON: in the tables that it wrote it is text.
        if (typeof row['meta'] === 'string') row['meta'] = JSON.parse(row['meta']) as Cell
      }
      return objects
    } catch (cause) {
      throw damagedTable(this.#path, cause)
    }
  }

  /** Columns of doubles of a row group; NaN = null. Columns that the table does not have are left out. */
  async doubles(group: RowGroup, names: readonly string[]): Promise<ReadonlyMap<string, Float64Array>> {
    const columns = new Map<string, Float64Array>()
    const chunks = (this.#metadata.row_groups[group.index]?.columns ?? []).flatMap(({ meta_data: meta }) => {
      const [name = ''] = meta?.path_in_schema ?? []
      if (meta === undefined || meta.type !== 'DOUBLE' || !names.includes(name)) return []
      const [start, end] = chunkRange(meta)
      return [{ name, meta, start, end }]
    })
    try {
      // Neighbours are read at once: a read costs more than the decoding of a column.
      const first = Math.min(...chunks.map(({ start }) => start))
      const last = Math.max(...chunks.map(({ end }) => end))
      const all = chunks.length > 2 ? await this.#file.slice(first, last) : undefined
      for (const { name, meta, start, end } of chunks) {
        const bytes =
          all === undefined
            ? new Uint8Array(await this.#file.slice(start, end))
            : new Uint8Array(all, start - first, end - start)
        const path = getTreePath(this.#schema, [name])
        columns.set(name, readDoubles(bytes, group.rows, meta, path, DECOMPRESSORS))
      }
    } catch (cause) {
      throw damagedTable(this.#path, cause)
    }
    return columns
  }

  /** Flat columns of a row group as arrays, without making a row of any. */
  async columns(group: RowGroup, names: readonly string[]): Promise<ReadonlyMap<string, ArrayLike<unknown>>> {
    const chunks = new Map<string, ArrayLike<unknown>[]>()
    try {
      await parquetRead({
        file: this.#file,
        metadata: this.#metadata,
        rowStart: group.first,
        rowEnd: group.first + group.rows,
        compressors: DECOMPRESSORS,
        columns: [...names],
        onChunk: ({ columnName, columnData }) => {
          const list = chunks.get(columnName)
          if (list === undefined) chunks.set(columnName, [columnData])
          else list.push(columnData)
        },
      })
    } catch (cause) {
      throw damagedTable(this.#path, cause)
    }
    const columns = new Map<string, ArrayLike<unknown>>()
    for (const [name, [first = [], ...more]] of chunks) {
      columns.set(name, more.length === 0 ? first : [first, ...more].flatMap((chunk) => Array.from(chunk)))
    }
    return columns
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

/**
 * The rows of a Parquet file that we wrote, row group by row group, as {@link TableReader.rows} gives them.
 *
 * @throws TilthError `damaged` when the file is not what was written.
 */
export async function* readTable(
  path: string,
  columns?: readonly string[],
): AsyncGenerator<readonly Record<string, Cell>[]> {
  const table = await TableReader.open(path)
  try {
    for (const { first, rows, bytes } of table.groups) {
      yield await table.rows(first, rows, columns)
      // Whoever reads a whole table would else hold dead texts of several groups: 418 MiB became 311.
      if (bytes > GROUP_BYTES / 2) freeUnused()
    }
  } finally {
    await table.close()
  }
}

function damagedTable(path: string, cause: unknown): TilthError {
  const why =
    (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'is not a readable Parquet file'
  return new TilthError('damaged', `${path} ${why}`, {
    hint: 'restore the file, or remove the version (tilth versions rm NAME@NUMBER) and run its recipe again',
    cause,
  })
}

/** SHA-256 of a file's bytes, lower-case hex, read in 1 MiB pieces. */
export function fileSha256(path: string): string {
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.allocUnsafe(1 << 20)
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, read))
    }
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}
