import { isUtf8 } from 'node:buffer'
import { extract } from '../html/extract.ts'
import type { Extraction, ExtractOptions } from '../html/extraction.ts'

/** What a line of the output holds of a page beside its metadata. */
export type OutputFormat = 'text' | 'markdown' | 'json'

/** How pages are read, and what is written of them. */
export interface LineSettings {
  readonly format: OutputFormat
  readonly options: ExtractOptions
}

/** Lines of the input in one piece of memory. */
export interface LineBatch {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where each line ends in `bytes`; it begins where the one before ends. -1 for a line above the limit. */
  readonly ends: readonly number[]
  /** Number of the first line, from 1. */
  readonly first: number
}

export interface LineResults {
  /** A line for each line that was not blank, in their order. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly pages: number
  /** How many lines there were with each error. */
  readonly errors: Readonly<Record<string, number>>
}

/** Why a line gives no page; written in its place, and counted. */
export const LINE_ERRORS = {
  'bad-json': 'the line is not JSON',
  'bad-utf8': 'the line is not UTF-8; give bytes of another character set as html_base64',
  'not-an-object': 'the line is JSON, and not an object',
  'no-id': 'the field id is missing, or neither text nor a whole number below 2^53',
  'no-html': 'neither html nor html_base64 is there as text, or both are',
  'bad-base64': 'html_base64 is not base64',
  'bad-url': 'url is there and is not text',
  'line-too-long': 'the line is longer than the limit',
  bug: 'the extractor failed, which it must not; please report the page',
} as const

type LineError = keyof typeof LINE_ERRORS

/** Extracts the pages of a batch. Nothing of one line is kept for the next. */
export function extractBatch(batch: LineBatch, settings: LineSettings): LineResults {
  const parts: string[] = []
  const errors: Record<string, number> = {}
  let pages = 0
  let start = 0
  for (const [index, end] of batch.ends.entries()) {
    const number = batch.first + index
    const line = end < 0 ? undefined : batch.bytes.subarray(start, end)
    if (end >= 0) start = end
    const result = line === undefined ? failed('line-too-long', number) : extractLine(line, number, settings)
    if (result === undefined) continue
    parts.push(result.line, '\n')
    if (result.error === undefined) pages++
    else errors[result.error] = (errors[result.error] ?? 0) + 1
  }
  return { bytes: new TextEncoder().encode(parts.join('')), pages, errors }
}

interface LineResult {
  readonly line: string
  readonly error?: LineError
}

/** `undefined` for a blank line. */
function extractLine(line: Uint8Array, number: number, settings: LineSettings): LineResult | undefined {
  if (!isUtf8(line)) return failed('bad-utf8', number)
  // Leaves out a byte order mark. JSON takes a carriage return at the end for white space.
  const json = new TextDecoder().decode(line)
  if (/^[ \t\r]*$/.test(json)) return undefined
  let row: unknown
  try {
    row = JSON.parse(json)
  } catch {
    return failed('bad-json', number)
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return failed('not-an-object', number)
  const { id, html, html_base64: base64, url } = row as Readonly<Record<string, unknown>>
  if (typeof id !== 'string' && typeof id !== 'number') return failed('no-id', number)
  // A number that JavaScript cannot hold would come out as another one.
  if (typeof id === 'number' && !Number.isSafeInteger(id)) return failed('no-id', number)
  if (typeof url !== 'string' && url !== undefined && url !== null) return failed('bad-url', number, id)
  const place = typeof url === 'string' ? { url } : {}
  if (typeof html === 'string' && isMissing(base64)) {
    // Decoded already, whatever the page says of itself.
    const options = { ...settings.options, ...place, contentType: 'text/html; charset=utf-8' }
    return extractPage(Buffer.from(html), id, number, { ...settings, options })
  }
  if (typeof base64 !== 'string' || !isMissing(html)) return failed('no-html', number, id)
  if (!/^[\w+/-]*={0,2}$/.test(base64)) return failed('bad-base64', number, id)
  const options = { ...settings.options, ...place }
  return extractPage(Buffer.from(base64, 'base64'), id, number, { ...settings, options })
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null
}

function extractPage(
  bytes: Uint8Array,
  id: string | number,
  number: number,
  { format, options }: LineSettings,
): LineResult {
  let found: Extraction
  try {
    found = extract(bytes, { ...options, format })
  } catch {
    // One page must not cost a run over millions of others.
    return failed('bug', number, id)
  }
  const { text, markdown, blocks, title, ...metadata } = found
  const content = format === 'text' ? { text } : format === 'markdown' ? { markdown } : { text, markdown }
  const rest = format === 'json' ? { ...metadata, blocks } : metadata
  return { line: JSON.stringify({ id, ...content, title, ...rest }) }
}

function failed(error: LineError, number: number, id?: string | number): LineResult {
  return { line: JSON.stringify({ id, error, line: number }), error }
}
