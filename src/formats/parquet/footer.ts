import { type FileMetaData, parquetMetadata, parquetSchema, type RowGroup, type SchemaTree } from 'hyparquet'
import type { Source } from '../../model/record.ts'
import { readRange } from '../source/source.ts'

/** Rows that lie together, and where. */
export interface RowGroupPlace {
  readonly group: RowGroup
  /** First byte of its data. */
  readonly start: number
  /** Number of its first row in the file. */
  readonly first: number
  readonly rows: number
}

export interface Footer {
  readonly schema: SchemaTree
  /** In the order of the file's rows. */
  readonly groups: readonly RowGroupPlace[]
}

/** The file is no Parquet file that can be read. */
export interface BadFooter {
  readonly reason: 'bad-parquet' | 'encrypted'
  readonly detail: string
}

/** Length and magic at the end of the file. */
const TAIL_BYTES = 8
const MAX_FOOTER_BYTES = 128 << 20
const MAX_SCHEMA_DEPTH = 64

/** Reads what the end of a file says of its rows, and checks all of it that would lead astray. */
export async function readFooter(source: Source, signal?: AbortSignal): Promise<Footer | BadFooter> {
  const tail = asBuffer(await readRange(source, Math.max(0, source.size - TAIL_BYTES), source.size, signal))
  const magic = tail.toString('latin1', 4)
  if (magic === 'PARE') return { reason: 'encrypted', detail: 'the footer is encrypted' }
  if (tail.length < TAIL_BYTES || magic !== 'PAR1')
    return bad('the file does not end as Parquet files do: it is cut, or none')
  const length = tail.readUInt32LE(0)
  if (length > source.size - TAIL_BYTES) return bad(`a footer of ${length} bytes in a file of ${source.size}`)
  if (length > MAX_FOOTER_BYTES) return bad(`a footer of ${length} bytes, above ${MAX_FOOTER_BYTES}`)
  const bytes = await readRange(source, source.size - TAIL_BYTES - length, source.size, signal)
  let metadata: FileMetaData
  let schema: SchemaTree
  try {
    metadata = parquetMetadata(bytes, { geoparquet: false })
    schema = parquetSchema(metadata)
  } catch {
    // Whatever the parser of hostile bytes throws, the footer cannot be read.
    return bad('the footer cannot be parsed')
  }
  return checked(schema, metadata.row_groups, source.size)
}

function checked(schema: SchemaTree, rowGroups: readonly RowGroup[], size: number): Footer | BadFooter {
  if (isDeep(schema)) return bad(`columns are nested deeper than ${MAX_SCHEMA_DEPTH} levels`)
  if (schema.children.length === 0) return bad('the schema has no columns')
  const groups: RowGroupPlace[] = []
  let first = 0
  for (const group of rowGroups) {
    const rows = Number(group.num_rows)
    const start = Math.min(
      ...group.columns.map(({ meta_data: meta }) => (meta === undefined ? -1 : chunkStart(meta))),
    )
    if (!Number.isSafeInteger(rows) || rows < 0) return bad(`a row group of ${rows} rows`)
    if (group.columns.length === 0 || !(start >= 0 && start < size)) {
      return bad(`row group ${groups.length} does not say where its columns are`)
    }
    groups.push({ group, start, first, rows })
    first += rows
  }
  return { schema, groups }
}

/** First byte of a column chunk: that of its dictionary, where it has one. */
export function chunkStart(meta: { dictionary_page_offset?: bigint; data_page_offset: bigint }): number {
  return Number(meta.dictionary_page_offset || meta.data_page_offset)
}

function isDeep(schema: SchemaTree): boolean {
  let level: readonly SchemaTree[] = [schema]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_SCHEMA_DEPTH) return true
    level = level.flatMap((node) => node.children)
  }
  return false
}

function bad(detail: string): BadFooter {
  return { reason: 'bad-parquet', detail }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
