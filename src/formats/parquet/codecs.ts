import { isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors, ParquetParsers } from 'hyparquet'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'

const require = createRequire(import.meta.url)

/** Stands for a string that is not valid UTF-8. */
export const BAD_UTF8 = Symbol('bad-utf8')

/** Loaded by the first page that asks for one of them: our own tables do not, and few files do. */
let others: typeof import('hyparquet-compressors').compressors | undefined

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array

function other(codec: 'SNAPPY' | 'LZ4' | 'LZ4_RAW'): Decompress {
  return (bytes, length) => {
    others ??= (require('hyparquet-compressors') as typeof import('hyparquet-compressors')).compressors
    const decompress = others[codec]
    if (decompress === undefined) throw new Error(`no codec ${codec}`)
    return decompress(bytes, length)
  }
}

/** Decompression of pages: Node's own where it has it, which stops at the length that the page declares. */
export const CODECS: Compressors = {
  SNAPPY: other('SNAPPY'),
  LZ4: other('LZ4'),
  LZ4_RAW: other('LZ4_RAW'),
  GZIP: (bytes, length) => gunzipSync(bytes, limit(length)),
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, limit(length)),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, limit(length)),
}

/** How values become ours: strings are checked, and JSON stays text, as the file has it. */
export const PARSERS: ParquetParsers = {
  ...DEFAULT_PARSERS,
  stringFromBytes: textOf,
  jsonFromBytes: textOf,
}

function limit(length: number): { readonly maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, length) }
}

function textOf(bytes: Uint8Array | undefined): string | typeof BAD_UTF8 | undefined {
  if (bytes === undefined) return undefined
  if (!isUtf8(bytes)) return BAD_UTF8
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
