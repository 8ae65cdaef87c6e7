import { crc32 } from 'node:zlib'
import type { ColumnMetaData, DecodedArray, PageHeader, SchemaTree } from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { convert } from 'hyparquet/src/convert.js'
import { getMaxRepetitionLevel, isFlatColumn } from 'hyparquet/src/schema.js'
import { TilthError } from '../../model/error.ts'
import type { Source } from '../../model/record.ts'
import { CODECS, PARSERS } from './codecs.ts'
import { chunkStart } from './footer.ts'
import { RangeReader } from './range-reader.ts'

/** Rows of one column that lie together: their values, or what is wrong with them. */
export interface Run {
  readonly rows: number
  readonly values: DecodedArray | undefined
  readonly damage?: string
}

/** Header bytes that are tried at first, and at most: statistics may hold long values. */
const HEADER_BYTES = 1 << 10
const MAX_HEADER_BYTES = 16 << 20

/** Values of one page: beyond it memory is at risk from a few bytes of run lengths. */
const MAX_PAGE_VALUES = 1 << 24

export interface ColumnPlace {
  readonly source: Source
  readonly meta: ColumnMetaData
  /** From the root of the schema to the column. */
  readonly path: SchemaTree[]
  /** Rows of the row group. */
  readonly rows: number
  readonly maxPageBytes: number
  readonly signal: AbortSignal | undefined
}

/**
 * Reads one column of one row group, page by page, so that memory holds a page and not a row group.
 *
 * A damaged page of a flat column is a run of rows without values, and the next page is read; in a
 * column of lists nobody can tell where the next row begins, and the rest of it is given up. Checksums
 * are checked where the writer made them; headers of pages have none in this format.
 */
export class ColumnPages {
  readonly #place: ColumnPlace
  readonly #reader: RangeReader
  readonly #isFlat: boolean
  readonly #isRepeated: boolean
  #rowsLeft: number
  #valuesLeft: number
  #dictionary: DecodedArray | undefined
  /** The last row of a column of lists, while the next page may go on with it. */
  #open: unknown[] = []

  constructor(place: ColumnPlace) {
    const { source, meta, path, rows, signal } = place
    const start = chunkStart(meta)
    const end = Math.min(source.size, start + Number(meta.total_compressed_size))
    this.#place = place
    this.#reader = new RangeReader(source, start, end, signal)
    this.#isFlat = isFlatColumn(path)
    this.#isRepeated = getMaxRepetitionLevel(path) > 0
    this.#rowsLeft = rows
    this.#valuesLeft = Number(meta.num_values)
  }

  /** The next rows; `undefined` behind the last row. Rows of all runs add up to the row group's. */
  async next(): Promise<Run | undefined> {
    while (this.#rowsLeft > 0) {
      const run = await this.#nextPage()
      if (run === undefined || run.rows === 0) continue
      const rows = Math.min(run.rows, this.#rowsLeft)
      this.#rowsLeft -= rows
      return { ...run, rows }
    }
    return undefined
  }

  async #nextPage(): Promise<Run | undefined> {
    if (this.#reader.left <= 0) return this.#ended()
    const header = await this.#readHeader()
    if (typeof header === 'string') return this.#lost(header)
    this.#checkMemory(header)
    const bytes = await this.#reader.peek(header.compressed_page_size)
    if (bytes.length < header.compressed_page_size) return this.#lost('a page is cut')
    this.#reader.advance(bytes.length)
    const count = valueCount(header)
    if (count > 0) this.#valuesLeft -= count
    try {
      if (header.crc !== undefined && header.crc >>> 0 !== crc32(bytes)) throw new Error('bad checksum')
      return this.#decode(header, bytes)
    } catch {
      // The decoder throws what it likes at hostile bytes; its messages may hold values.
      if (this.#isFlat && header.type !== 'DICTIONARY_PAGE') {
        return { rows: count, values: undefined, damage: 'a page cannot be decoded' }
      }
      return this.#lost('a page cannot be decoded')
    }
  }

  #decode(header: PageHeader, bytes: Uint8Array): Run | undefined {
    const { meta, path } = this.#place
    const element = path.at(-1)?.element ?? { name: '' }
    const decoder = {
      pathInSchema: meta.path_in_schema,
      type: meta.type,
      codec: meta.codec,
      element,
      schemaPath: path,
      parsers: PARSERS,
      compressors: CODECS,
      utf8: false,
    }
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
    if (header.type === 'DICTIONARY_PAGE') {
      const { data } = readPage(reader, header, decoder, undefined, undefined, 0)
      this.#dictionary = data === undefined ? undefined : convert(data, decoder)
      return undefined
    }
    if (header.type === 'INDEX_PAGE' || valueCount(header) === 0) return undefined
    const { data } = readPage(
      reader,
      header,
      decoder,
      this.#dictionary,
      this.#isFlat ? undefined : this.#open,
      0,
    )
    if (data === undefined) throw new Error('no values')
    if (this.#isFlat) {
      if (data.length !== valueCount(header)) throw new Error('another number of values')
      return { rows: data.length, values: data }
    }
    // A row of lists may go on in the next page.
    const rows = Array.from(data as Iterable<unknown>)
    this.#open = this.#isRepeated && this.#valuesLeft > 0 ? rows.splice(-1) : []
    return { rows: rows.length, values: rows }
  }

  async #readHeader(): Promise<PageHeader | string> {
    for (let length = HEADER_BYTES; ; length *= 16) {
      const bytes = await this.#reader.peek(length)
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
      try {
        const header = parquetHeader(reader)
        this.#reader.advance(reader.offset)
        return this.#fault(header) ?? header
      } catch {
        // Too few bytes, or no header at all: only more bytes can tell.
        if (bytes.length < length || length >= MAX_HEADER_BYTES) return 'no page header where one should be'
      }
    }
  }

  #fault(header: PageHeader): string | undefined {
    const { compressed_page_size: stored, uncompressed_page_size: size } = header
    if (!(stored >= 0 && stored <= this.#reader.left && size >= 0))
      return 'a page header gives impossible sizes'
    if (size > Number(this.#place.meta.total_uncompressed_size)) return 'a page is larger than its column'
    if (header.type === 'DICTIONARY_PAGE' || header.type === 'INDEX_PAGE') return undefined
    const count = valueCount(header)
    if (!(count >= 0 && count <= this.#valuesLeft)) return 'a page has more values than its column'
    return count > MAX_PAGE_VALUES ? `a page of ${count} values, above ${MAX_PAGE_VALUES}` : undefined
  }

  #checkMemory({ uncompressed_page_size: size }: PageHeader): void {
    const { source, maxPageBytes } = this.#place
    if (size <= maxPageBytes) return
    const mib = Math.ceil(size / 2 ** 20)
    throw new TilthError('memory', `${source.uri}: one Parquet page takes ${mib} MiB`, {
      hint: `--memory ${Math.ceil((4 * size) / 2 ** 30 + 0.5)}G --workers 1, or write the file with smaller pages`,
    })
  }

  #ended(): Run {
    if (this.#open.length > 0) {
      const rows = this.#open
      this.#open = []
      return { rows: rows.length, values: rows }
    }
    return this.#lost('a column has fewer rows than its row group')
  }

  #lost(damage: string): Run {
    this.#open = []
    return { rows: this.#rowsLeft, values: undefined, damage }
  }
}

function valueCount(header: PageHeader): number {
  return header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0
}
