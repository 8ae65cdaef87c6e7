import type { ColumnMetaData, Compressors, DecodedArray, PageHeader, SchemaTree } from 'hyparquet'
import { parquetHeader, readPage } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { decompressPage, readDataPageV2 } from 'hyparquet/src/datapage.js'

type ColumnDecoder = Parameters<typeof readPage>[2]

/** Where the bytes of a column chunk lie in its file. */
export function chunkRange(meta: ColumnMetaData): readonly [start: number, end: number] {
  const start = Number(meta.dictionary_page_offset ?? meta.data_page_offset)
  return [start, start + Number(meta.total_compressed_size)]
}

/**
 * Decodes a column of doubles that we wrote; NaN = null.
 *
 * Values stay in one typed array: as objects, ten million of them are mostly work for the garbage collector.
 */
export function readDoubles(
  bytes: Uint8Array,
  rows: number,
  meta: ColumnMetaData,
  path: SchemaTree[],
  compressors: Compressors,
): Float64Array {
  const decoder: ColumnDecoder = {
    pathInSchema: meta.path_in_schema,
    type: meta.type,
    codec: meta.codec,
    element: path.at(-1)?.element ?? { name: '' },
    schemaPath: path,
    parsers: DEFAULT_PARSERS,
    compressors,
  }
  const values = new Float64Array(rows)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let dictionary: DecodedArray | undefined
  let filled = 0
  while (filled < rows) {
    const header = parquetHeader(reader)
    if (header.type === 'DICTIONARY_PAGE') {
      dictionary = readPage(reader, header, decoder, undefined, undefined, 0).data
      continue
    }
    const page = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size)
    reader.offset += header.compressed_page_size
    filled += fill(values.subarray(filled), page, header, decoder, dictionary)
  }
  return values
}

/** Decodes a page into the beginning of `target`; gives how many rows it has. */
function fill(
  target: Float64Array,
  page: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
  dictionary: DecodedArray | undefined,
): number {
  const facts = header.data_page_header_v2
  if (facts === undefined || facts.num_values === 0) throw new Error('not a page that we wrote')
  const { num_values: rows, num_nulls: nulls, encoding } = facts
  if (nulls === 0 && encoding === 'PLAIN') {
    const levels = facts.definition_levels_byte_length + facts.repetition_levels_byte_length
    const stored = page.subarray(levels)
    const plain =
      facts.is_compressed === false
        ? stored
        : decompressPage(stored, header.uncompressed_page_size - levels, decoder.codec, decoder.compressors)
    // Copied, because what the decompressor gives need not lie on a multiple of eight.
    new Uint8Array(target.buffer, target.byteOffset, rows * 8).set(plain.subarray(0, rows * 8))
    return rows
  }
  const { definitionLevels, dataPage } = readDataPageV2(page, header, decoder)
  const isIndex = encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY'
  let next = 0
  for (let row = 0; row < rows; row++) {
    if (nulls > 0 && definitionLevels?.[row] === 0) {
      target[row] = Number.NaN
      continue
    }
    const value: unknown = dataPage[next++]
    target[row] = Number(isIndex ? dictionary?.[Number(value)] : value)
  }
  return rows
}
