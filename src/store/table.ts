import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { type BasicType, ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { TilthError } from '../model/error.ts'
import { freeUnused } from './heap.ts'

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

/** Writes all of `bytes`: a single `write` may write less, and a full disk must not go unseen. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(file, bytes, done)
}

const DECOMPRESSORS: Compressors = {
  GZIP: (input) => gunzipSync(input),
  BROTLI: (input) => brotliDecompressSync(input),
  ZSTD: (input) => zstdDecompressSync(input),
}

/**
 * The rows of a Parquet file that we wrote, row group by row group. JSON columns come parsed, INT64
 * columns as numbers (ours stay below 2^53).
 *
 * @throws TilthError `damaged` when the file is not what was written.
 */
export async function* readTable(
  path: string,
  columns?: readonly string[],
): AsyncGenerator<readonly Record<string, Cell>[]> {
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
    const metadata = await parquetMetadataAsync(file)
    let rowStart = 0
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows)
      const rows: Record<string, Cell>[] = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors: DECOMPRESSORS,
        ...(columns === undefined ? {} : { columns: [...columns] }),
      })
      for (const row of rows) {
        for (const name in row) if (typeof row[name] === 'bigint') row[name] = Number(row[name])
      }
      yield rows
      rowStart = rowEnd
      // Whoever reads a whole table would else hold dead texts of several groups: 418 MiB became 311.
      if (Number(group.total_byte_size) > GROUP_BYTES / 2) freeUnused()
    }
  } catch (cause) {
    if (cause instanceof TilthError) throw cause
    throw damagedTable(path, cause)
  } finally {
    await handle.close()
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
