import {
  brotliCompressSync,
  constants,
  crc32,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import type { Format, ReadItem, Source, Split } from '../../../src/model/record.ts'

/** A source over bytes in memory, given in pieces of `pieceBytes`. */
export function memorySource(bytes: Uint8Array, uri = 'memory.warc.gz', pieceBytes = 1 << 20): Source {
  return {
    uri,
    size: bytes.length,
    etag: String(bytes.length),
    async *read(start, end) {
      for (let at = start; at < Math.min(end, bytes.length); at += pieceBytes) {
        yield bytes.subarray(at, Math.min(at + pieceBytes, end, bytes.length))
      }
    },
  }
}

export interface MadeRecord {
  readonly type?: string
  readonly url?: string
  readonly id?: string
  readonly contentType?: string
  readonly more?: readonly string[]
  readonly block: string | Uint8Array
}

/** A WARC record with its two line ends. */
export function warcRecord(made: MadeRecord): Buffer {
  const block = Buffer.from(made.block)
  const type = made.type ?? 'response'
  const lines = [
    'WARC/1.0',
    `WARC-Type: ${type}`,
    `WARC-Record-ID: <urn:uuid:${made.id ?? '00000000-0000-0000-0000-000000000000'}>`,
    'WARC-Date: 2024-05-06T07:08:09Z',
    ...(made.url === undefined ? [] : [`WARC-Target-URI: ${made.url}`]),
    `Content-Type: ${made.contentType ?? (type === 'response' ? 'application/http; msgtype=response' : 'text/plain')}`,
    ...(made.more ?? []),
    `Content-Length: ${block.length}`,
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), block, Buffer.from('\r\n\r\n')])
}

/** An HTTP response as a block. */
export function http(
  body: string | Uint8Array,
  headers: readonly string[] = [],
  status = 'HTTP/1.1 200 OK',
): Buffer {
  return Buffer.concat([
    Buffer.from(`${[status, ...headers].join('\r\n')}\r\n\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}

/** A page's record by number: small, and different from all others. */
export function page(number: number, filler = 0): Buffer {
  // Digits of a generator, so that the bytes do not compress to nothing.
  let state = number + 1
  let noise = ''
  while (noise.length < filler) {
    state = (state * 48271) % 2147483647
    noise += state.toString(36)
  }
  return warcRecord({
    url: `https://made.test/${number}`,
    id: `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`,
    block: http(`<p>page ${number} ${noise}`, ['Content-Type: text/html; charset=utf-8']),
  })
}

/** A gzip member that stores its content uncompressed: what embeds another archive byte by byte. */
export function storedMember(content: Uint8Array): Buffer {
  return gzipSync(content, { level: constants.Z_NO_COMPRESSION })
}

export const codings = {
  gzip: (body: string): Buffer => gzipSync(body),
  zlib: (body: string): Buffer => deflateSync(body),
  raw: (body: string): Buffer => deflateRawSync(body),
  br: (body: string): Buffer => brotliCompressSync(body),
  zstd: (body: string): Buffer => zstdCompressSync(body),
}

/** Chunked transfer coding in chunks of `size` bytes. */
export function chunked(body: Uint8Array, size = 7): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; at += size) {
    const part = Buffer.from(body.subarray(at, at + size))
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')])
}

export interface ReadSettings {
  readonly records?: readonly string[]
  readonly maxRecordBytes?: number
  readonly only?: readonly number[]
}

/** Every item of one split, and where it ended. */
export async function readSplit(
  format: Format,
  source: Source,
  split: Split,
  settings: ReadSettings = {},
): Promise<{ items: ReadItem[]; next: number }> {
  const { records, maxRecordBytes = 32 << 20, only } = settings
  const reading = format.read(source, split, {
    options: format.options.parse(records === undefined ? {} : { records }),
    maxRecordBytes,
    maxWindowBytes: 1 << 27,
    ...(only === undefined ? {} : { only }),
  })
  const items: ReadItem[] = []
  for (;;) {
    const batch = await reading.next()
    if (batch.done) return { items, next: batch.value.next }
    items.push(...batch.value)
  }
}

/** Every item of a source, read as one split. */
export async function readWhole(
  format: Format,
  source: Source,
  settings: ReadSettings = {},
): Promise<ReadItem[]> {
  const { items } = await readSplit(format, source, { start: 0, end: source.size, first: 0 }, settings)
  return items
}

/** An item as a plain line: short, and telling all that matters of it. */
export function summary(item: ReadItem): string {
  if ('record' in item) return `record ${item.record.position} ${item.record.url} ${crc32(item.record.body)}`
  if ('failure' in item) return `failure ${item.failure.position} ${item.failure.reason}`
  return `skipped ${item.skipped.position} ${item.skipped.skip}`
}

export function bodiesOf(items: readonly ReadItem[]): string[] {
  return items.flatMap((item) => ('record' in item ? [Buffer.from(item.record.body).toString()] : []))
}

export function failuresOf(items: readonly ReadItem[]): string[] {
  return items.flatMap((item) => ('failure' in item ? [item.failure.reason] : []))
}
