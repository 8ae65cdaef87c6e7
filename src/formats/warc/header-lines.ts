/** Header lines of a record or an HTTP message, and where they end. */
export interface HeaderLines {
  /** Values by lower-case name. The first of equal names counts, but lists of codings are joined by a comma. */
  readonly values: Map<string, string>
  /** Bytes from `from` to the end of the blank line. */
  readonly bytes: number
  /** Whether there was a blank line. */
  readonly ended: boolean
}

/** Headers whose repetition makes a list that must be kept whole. */
const LISTS = new Set(['content-encoding', 'transfer-encoding'])

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const TAB = 0x09

/**
 * Reads `name: value` lines from `from` to a blank line, at most to `limit`.
 *
 * Lines end in CRLF or LF; a line that starts with a blank goes on with the one before (obs-fold); a
 * line without a colon is passed over. Bytes above 0x7F are UTF-8 where that is valid, else ISO-8859-1.
 * With `stopAtTag` the header also ends before a line that starts with `<`.
 *
 * @see RFC 9112, section 5; ISO 28500, section 4.
 */
export function headerLines(bytes: Buffer, from: number, limit: number, stopAtTag = false): HeaderLines {
  const end = Math.min(limit, bytes.length)
  const values = new Map<string, string>()
  let name: string | undefined
  for (let at = from; at < end; ) {
    const first = bytes[at]
    // A server that forgot the blank line: the body begins with its first tag.
    if (stopAtTag && first === 0x3c) return { values, bytes: at - from, ended: true }
    const found = bytes.indexOf(LF, at)
    if (found < 0 || found >= end) return { values, bytes: end - from, ended: false }
    const lineEnd = found > at && bytes[found - 1] === CR ? found - 1 : found
    if (lineEnd === at) return { values, bytes: found + 1 - from, ended: true }
    if (first === SPACE || first === TAB) {
      if (name !== undefined)
        values.set(name, `${values.get(name)} ${text(bytes, at, lineEnd).trim()}`.trim())
    } else {
      name = addLine(values, bytes, at, lineEnd)
    }
    at = found + 1
  }
  return { values, bytes: end - from, ended: false }
}

/** Adds a line; gives its name when what follows may continue it. */
function addLine(
  values: Map<string, string>,
  bytes: Buffer,
  at: number,
  lineEnd: number,
): string | undefined {
  const line = text(bytes, at, lineEnd)
  const colon = line.indexOf(':')
  if (colon <= 0) return undefined
  const name = line.slice(0, colon).trim().toLowerCase()
  const value = line.slice(colon + 1).trim()
  const known = values.get(name)
  if (known === undefined) values.set(name, value)
  else if (LISTS.has(name)) values.set(name, `${known}, ${value}`)
  else return undefined
  return name
}

function text(bytes: Buffer, start: number, end: number): string {
  const latin1 = bytes.toString('latin1', start, end)
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  const utf8 = bytes.toString('utf8', start, end)
  return utf8.includes('\ufffd') ? latin1 : utf8
}

/** A media type in lower case without parameters, and its `charset` parameter. */
export function mediaType(value: string | undefined): { contentType?: string; charset?: string } {
  if (value === undefined) return {}
  const contentType = (value.split(/[;,\s]/, 1)[0] ?? '').toLowerCase()
  const charset = /;\s*charset\s*=\s*["']?([^\s;,"']+)/i.exec(value)?.[1]
  return {
    ...(contentType.includes('/') ? { contentType } : {}),
    ...(charset === undefined ? {} : { charset }),
  }
}
