import type { Json } from '../../model/document.ts'
import type { PayloadRecord, ReadItem } from '../../model/record.ts'
import { type Dialect, type HeadProblem, MAX_HEAD_BYTES, type RecordHead } from './dialect.ts'
import { headerLines, mediaType } from './header-lines.ts'
import { httpItem } from './http-item.ts'

/** Types of WARC records that can be wanted as documents. */
export const WARC_RECORD_TYPES = ['response', 'resource', 'conversion', 'metadata'] as const
export type WarcRecordType = (typeof WARC_RECORD_TYPES)[number]

/** Types of the standard; any other is skipped as `unknown-type`. */
const KNOWN_TYPES = new Set<string>([...WARC_RECORD_TYPES, 'warcinfo', 'request', 'revisit', 'continuation'])

/** `WARC/1.0` and a line end. */
const START_BYTES = 10

/** The WARC record format, 0.17 to 1.1. Payloads above `maxRecordBytes` become failures. */
export function warcDialect(wanted: readonly WarcRecordType[], maxRecordBytes: number): Dialect {
  return {
    startBytes: START_BYTES,
    startsAt: startsWarc,
    mayStartAt: isCutStart,
    findStart,
    head: (bytes) => readHead(bytes, wanted),
    item: (head, block, position) => warcItem(head, block, position, maxRecordBytes),
  }
}

/** `WARC/`, digit, `.`, digits, line end. */
function startsWarc(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== 0x57 || bytes.length < at + START_BYTES - 1) return false
  return /^WARC\/\d\.\d{1,2}\r?\n?/.test(bytes.toString('latin1', at, at + START_BYTES))
}

/** Whether the bytes end inside what may be a first line. */
function isCutStart(bytes: Buffer, at: number): boolean {
  if (bytes.length - at >= START_BYTES) return false
  const text = bytes.toString('latin1', at)
  return 'WARC/'.startsWith(text.slice(0, 5)) && /^\d?\.?\d{0,2}\r?$/.test(text.slice(5))
}

function findStart(bytes: Buffer, from: number): number {
  let at = bytes.indexOf('\nWARC/', Math.max(0, from - 1), 'latin1')
  while (at >= 0 && !startsWarc(bytes, at + 1)) at = bytes.indexOf('\nWARC/', at + 1, 'latin1')
  return at < 0 ? -1 : at + 1
}

function readHead(bytes: Buffer, wanted: readonly WarcRecordType[]): RecordHead | HeadProblem {
  const bad = (problem: string, cut = false): HeadProblem => ({ problem, reason: 'bad-warc-header', cut })
  const version = bytes.toString('latin1', 0, 12).match(/^WARC\/\d\.\d{1,2}[ \t]*\r?\n/)?.[0]
  if (version === undefined) {
    return bad('expected a line "WARC/1.0" or the like', isCutStart(bytes, 0))
  }
  const lines = headerLines(bytes, version.length, MAX_HEAD_BYTES)
  if (!lines.ended) {
    return bad(`the header has no end within ${MAX_HEAD_BYTES} bytes`, bytes.length < MAX_HEAD_BYTES)
  }
  const { values } = lines
  const type = values.get('warc-type')?.toLowerCase()
  if (type === undefined) return bad('the header has no WARC-Type')
  const length = values.get('content-length') ?? ''
  if (!/^\d{1,15}$/.test(length)) {
    const problem = `expected a Content-Length in bytes, found "${length.slice(0, 40)}"`
    return { problem, reason: 'bad-content-length', cut: false }
  }
  const url = targetOf(values)
  const skip = skipOf(type, values, wanted, url)
  return {
    bytes: version.length + lines.bytes,
    contentLength: Number(length),
    values,
    ...(url === undefined ? {} : { url }),
    ...skip,
  }
}

/** Some writers put the URI in angle brackets, as the grammar of 1.0 said by mistake. */
function targetOf(values: ReadonlyMap<string, string>): string | undefined {
  return values.get('warc-target-uri')?.replace(/^<(.*)>$/, '$1')
}

function skipOf(
  type: string,
  values: ReadonlyMap<string, string>,
  wanted: readonly WarcRecordType[],
  url: string | undefined,
): { skip?: string; skipDetail?: string } {
  if (!KNOWN_TYPES.has(type)) return { skip: 'unknown-type', skipDetail: `WARC-Type ${type.slice(0, 40)}` }
  if (type === 'revisit') return { skip: type, skipDetail: refersTo(values) }
  if (!wanted.some((name) => name === type)) return { skip: type }
  if (type === 'response' && !isHttp(values, url)) return { skip: 'not-http' }
  return {}
}

/** What a revisit record says it repeats. */
function refersTo(values: ReadonlyMap<string, string>): string {
  const id = values.get('warc-refers-to')
  const uri = values.get('warc-refers-to-target-uri')
  const date = values.get('warc-refers-to-date')
  const digest = values.get('warc-payload-digest')
  const target = [id, uri, date].filter((value) => value !== undefined).join(' ')
  return `same payload as ${target === '' ? (digest ?? 'an earlier record') : target}`
}

function isHttp(values: ReadonlyMap<string, string>, url: string | undefined): boolean {
  const declared = mediaType(values.get('content-type')).contentType
  return declared === undefined ? /^https?:/i.test(url ?? '') : declared === 'application/http'
}

function warcItem(head: RecordHead, block: Buffer, position: number, maxRecordBytes: number): ReadItem {
  const { values, url } = head
  const type = values.get('warc-type')?.toLowerCase() ?? ''
  const key = values.get('warc-record-id')?.replace(/^<(.*)>$/, '$1')
  const base: Pick<PayloadRecord, 'format' | 'position' | 'url' | 'key'> = {
    format: 'warc',
    position,
    ...(key === undefined ? {} : { key }),
    ...(url === undefined ? {} : { url }),
  }
  const fail = (reason: string, detail: string): ReadItem => ({
    failure: { position, reason, detail, ...(url === undefined ? {} : { url }) },
  })
  if (values.has('warc-segment-number')) {
    return fail('segmented-record', 'the payload is cut into segments of several records')
  }
  const fields = fieldsOf(type, values)
  if (type === 'response') {
    return httpItem(base, fields, block, { maxRecordBytes, truncated: values.has('warc-truncated') }, fail)
  }
  if (block.length > maxRecordBytes) return fail('record-too-large', `a payload of ${block.length} bytes`)
  const declared = values.get('content-type')
  return {
    record: {
      ...base,
      ...mediaType(declared),
      body: block,
      fields: declared === undefined ? fields : { ...fields, contentType: declared },
    },
  }
}

function fieldsOf(type: string, values: ReadonlyMap<string, string>): Record<string, Json> {
  const fields: Record<string, Json> = { warcType: type }
  const names = [
    ['date', 'warc-date'],
    ['payloadDigest', 'warc-payload-digest'],
    ['refersTo', 'warc-refers-to'],
    ['truncated', 'warc-truncated'],
  ] as const
  for (const [field, name] of names) {
    const value = values.get(name)
    if (value !== undefined) fields[field] = value
  }
  return fields
}
