import type { ReadItem } from '../../model/record.ts'
import { type Dialect, type HeadProblem, type RecordHead } from './dialect.ts'
import { httpItem } from './http-item.ts'

/** Longest header line; URLs in old crawls reach some KiB. */
const MAX_LINE_BYTES = 16 << 10

const LF = 0x0a

/**
 * The ARC record format, versions 1 and 2: a line of URL, IP address, date, media type (version 2: status,
 * checksum, location, offset, file name) and length, then the block.
 *
 * @see https://archive.org/web/researcher/ArcFileFormat.php
 */
export function arcDialect(maxRecordBytes: number): Dialect {
  return {
    startBytes: MAX_LINE_BYTES,
    startsAt: (bytes, at) => lineAt(bytes, at) !== undefined,
    mayStartAt: isCutLine,
    findStart,
    head: readHead,
    item: (head, block, position) => arcItem(head, block, position, maxRecordBytes),
  }
}

function findStart(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(LF, Math.max(0, from - 1))
  while (at >= 0 && lineAt(bytes, at + 1) === undefined) at = bytes.indexOf(LF, at + 1)
  return at < 0 ? -1 : at + 1
}

interface ArcLine {
  readonly url: string
  readonly ip: string
  readonly date: string
  readonly contentType: string
  readonly contentLength: number
  /** Of the line with its end. */
  readonly bytes: number
}

/** The header line at `at`: looks at no more than it must, as it is asked about every line after damage. */
function lineAt(bytes: Buffer, at: number): ArcLine | undefined {
  if (!/^[a-z][a-z0-9+.-]{1,20}:\S/i.test(bytes.toString('latin1', at, at + 24))) return undefined
  const end = bytes.indexOf(LF, at)
  if (end < 0 || end - at > MAX_LINE_BYTES) return undefined
  const line = bytes.toString('latin1', at, end).trimEnd()
  const parts = line.split(' ')
  const length = parts.at(-1) ?? ''
  // URLs and media types may hold blanks; an address followed by a date is what to hold on to.
  const ip = parts.findIndex(
    (part, index) => index > 0 && isAddress(part) && /^\d{12,14}$/.test(parts[index + 1] ?? ''),
  )
  if (ip < 0 || parts.length < ip + 4 || !/^\d{1,12}$/.test(length)) return undefined
  return {
    url: parts.slice(0, ip).join(' '),
    ip: parts[ip] ?? '',
    date: parts[ip + 1] ?? '',
    contentType: parts[ip + 2] ?? '',
    contentLength: Number(length),
    bytes: end + 1 - at,
  }
}

/** Whether the bytes end inside a line that may be a header. */
function isCutLine(bytes: Buffer, at: number): boolean {
  if (bytes.length - at > MAX_LINE_BYTES || bytes.indexOf(LF, at) >= 0) return false
  return /^[a-z][a-z0-9+.-]*(:|$)/i.test(bytes.toString('latin1', at, at + 24))
}

function isAddress(text: string): boolean {
  return text === '-' || /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^[0-9a-f]*:[0-9a-f:.]+$/i.test(text)
}

function readHead(bytes: Buffer): RecordHead | HeadProblem {
  const line = lineAt(bytes, 0)
  if (line === undefined) {
    const cut = bytes.length < MAX_LINE_BYTES && bytes.indexOf(LF) < 0
    return {
      problem: 'expected a line of URL, address, date, type and length',
      reason: 'bad-arc-header',
      cut,
    }
  }
  const { url } = line
  const skip = url.startsWith('filedesc:') ? 'filedesc' : /^https?:/i.test(url) ? undefined : 'not-http'
  return {
    bytes: line.bytes,
    contentLength: line.contentLength,
    url,
    values: new Map([
      ['date', line.date],
      ['content-type', line.contentType],
    ]),
    ...(skip === undefined ? {} : { skip }),
  }
}

function arcItem(head: RecordHead, block: Buffer, position: number, maxRecordBytes: number): ReadItem {
  const { url = '', values } = head
  const date = isoDate(values.get('date') ?? '')
  return httpItem(
    { format: 'arc', position, url },
    date === undefined ? {} : { date },
    block,
    { maxRecordBytes, truncated: false },
    (reason, detail) => ({ failure: { position, reason, detail, url } }),
  )
}

/** `20080430204825` → `2008-04-30T20:48:25Z`. */
function isoDate(date: string): string | undefined {
  const iso = date.padEnd(14, '0').replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')
  return Number.isNaN(Date.parse(iso)) ? undefined : iso
}
