import type { Json } from '../../model/document.ts'
import type { PayloadRecord, ReadItem } from '../../model/record.ts'
import { dechunk } from './chunked.ts'
import { decodeContent, isCoding } from './content-coding.ts'
import { MAX_HEAD_BYTES } from './dialect.ts'
import { type HeaderLines, headerLines, mediaType } from './header-lines.ts'

/** How a payload is taken out of an HTTP message. */
export interface PayloadOptions {
  readonly maxRecordBytes: number
  /** The record says that its payload was cut: then what is there is kept. */
  readonly truncated: boolean
}

/** Headers that are kept as fields. */
const FIELDS = [
  ['contentType', 'content-type'],
  ['contentLanguage', 'content-language'],
  ['lastModified', 'last-modified'],
  ['location', 'location'],
] as const

/**
 * Makes a record of an HTTP response: status and some headers as fields, the payload as body.
 *
 * Transfer and content codings are removed, the last applied first. `X-Crawler-...` headers name
 * codings that the crawler has removed itself. A coding that is declared and not there is ignored; a
 * body that breaks off inside a coding is a failure, for half a page is a wrong document, unless the
 * record says that it was cut.
 *
 * @see RFC 9112, sections 6 to 8; RFC 9110, section 8.4.
 */
export function httpItem(
  base: Pick<PayloadRecord, 'format' | 'position' | 'url' | 'key'>,
  given: Readonly<Record<string, Json>>,
  block: Buffer,
  options: PayloadOptions,
  fail: (reason: string, detail: string) => ReadItem,
): ReadItem {
  const message = readMessage(block)
  if (typeof message === 'string') return fail('http-header', message)
  const { values } = message.headers
  const payload = decodePayload(block.subarray(message.bodyStart), values, options)
  if ('reason' in payload) return fail(payload.reason, payload.detail)
  if (payload.body.length > options.maxRecordBytes) {
    return fail('record-too-large', `a payload of ${payload.body.length} bytes`)
  }
  const fields: Record<string, Json> = { ...given, status: message.status }
  for (const [field, name] of FIELDS) {
    const value = values.get(name)
    if (value !== undefined) fields[field] = value
  }
  return { record: { ...base, ...mediaType(values.get('content-type')), body: payload.body, fields } }
}

interface Message {
  readonly status: number
  readonly headers: HeaderLines
  readonly bodyStart: number
}

/** Status line and headers; interim answers (1xx) before the answer are passed over. */
function readMessage(block: Buffer): Message | string {
  let at = 0
  for (let interim = 0; interim < 5; interim++) {
    const lineEnd = block.subarray(0, at + MAX_HEAD_BYTES).indexOf(0x0a, at)
    const lineBytes = (lineEnd < 0 ? Math.min(block.length, at + MAX_HEAD_BYTES) : lineEnd + 1) - at
    const line = block.toString('latin1', at, at + Math.min(lineBytes, 64))
    const status = /^HTTP\/\d(?:\.\d{1,2})?[ \t]+(\d{3})(?!\d)/i.exec(line)?.[1]
    if (status === undefined) return 'expected a status line "HTTP/1.1 200 OK" or the like'
    const headers = headerLines(block, at + lineBytes, at + lineBytes + MAX_HEAD_BYTES, true)
    if (!headers.ended && headers.bytes >= MAX_HEAD_BYTES) {
      return `the header has no end within ${MAX_HEAD_BYTES} bytes`
    }
    at += lineBytes + headers.bytes
    const more =
      status.startsWith('1') && status !== '101' && block.toString('latin1', at, at + 5) === 'HTTP/'
    if (!more) return { status: Number(status), headers, bodyStart: at }
  }
  return 'more than 4 interim answers'
}

function decodePayload(
  body: Buffer,
  headers: ReadonlyMap<string, string>,
  options: PayloadOptions,
): { body: Buffer } | { reason: string; detail: string } {
  const codings = [
    ...codingsOf(headers.get('content-encoding')),
    ...codingsOf(headers.get('transfer-encoding')),
  ]
  if (codings.filter((coding) => coding !== 'identity').length > 8) {
    return { reason: 'content-encoding', detail: `${codings.length} codings` }
  }
  let bytes = body
  for (const coding of codings.reverse()) {
    if (bytes.length === 0) break
    const decoded =
      coding === 'chunked'
        ? dechunk(bytes, options.truncated)
        : isCoding(coding)
          ? decodeContent(bytes, coding, options)
          : { body: bytes }
    if ('reason' in decoded) return decoded
    bytes = decoded.body
  }
  return { body: bytes }
}

function codingsOf(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').map((coding) => coding.trim().toLowerCase())
}
