import type { Line } from '../jsonl/lines.ts'

/** One row as it stands in the file, over one line or more; or a line that is no row. */
export type RawRow =
  | { readonly line: number; readonly bytes: Buffer; readonly hasQuotes: boolean }
  | { readonly line: number; readonly reason: string; readonly detail: string }

export interface Dialect {
  readonly delimiter: Buffer
  /** `undefined` = nothing is quoted. */
  readonly quote: number | undefined
}

const LINE_FEED = Buffer.from('\n')

/**
 * Joins lines to rows: a quoted field may hold line ends. A quote opens a field at its start only, as
 * in RFC 4180, so a stray one costs its own row.
 *
 * A field that is not closed within `maxRecordBytes` or the file is taken as damage of its first line, and
 * the lines behind that are read as rows: an unclosed quote must not swallow the file.
 */
export class RowJoiner {
  readonly #dialect: Dialect
  readonly #maxRecordBytes: number
  #open: Line[] = []
  #bytes = 0

  constructor(dialect: Dialect, maxRecordBytes: number) {
    this.#dialect = dialect
    this.#maxRecordBytes = maxRecordBytes
  }

  /** The rows that end with this line. */
  push(line: Line): readonly RawRow[] {
    const { bytes } = line
    if (bytes === undefined) return [...this.finish(), tooLarge(line, this.#maxRecordBytes)]
    if (this.#open.length === 0 && isBlank(bytes)) return []
    const quoted = this.#endsInQuotes(bytes, this.#open.length > 0)
    if (!quoted && this.#open.length === 0) return [this.#row([line])]
    this.#open.push(line)
    this.#bytes += bytes.length + 1
    if (quoted) return this.#bytes > this.#maxRecordBytes ? this.finish() : []
    const row = this.#row(this.#open)
    this.#clear()
    return [row]
  }

  /** What is left when no line follows: a row whose quote was never closed. */
  finish(): readonly RawRow[] {
    const [first, ...rest] = this.#open
    this.#clear()
    if (first === undefined) return []
    const rows: RawRow[] = [unclosed(first)]
    for (const line of rest) {
      if (line.bytes === undefined || isBlank(line.bytes)) continue
      rows.push(this.#endsInQuotes(line.bytes, false) ? unclosed(line) : this.#row([line]))
    }
    return rows
  }

  #row(lines: readonly Line[]): RawRow {
    const parts = lines.flatMap(({ bytes }, index) =>
      bytes === undefined ? [] : index === 0 ? [bytes] : [LINE_FEED, bytes],
    )
    const joined = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    const bytes = joined.at(-1) === 0x0d ? joined.subarray(0, -1) : joined
    const { quote } = this.#dialect
    return { line: lines[0]?.number ?? 0, bytes, hasQuotes: quote !== undefined && bytes.includes(quote) }
  }

  /** Whether a line that begins inside a quoted field, or not, ends inside one. Leaps from mark to mark. */
  #endsInQuotes(bytes: Buffer, begins: boolean): boolean {
    const { delimiter, quote } = this.#dialect
    if (quote === undefined) return false
    let quoted = begins
    let at = 0
    let nextQuote = bytes.indexOf(quote)
    while (nextQuote >= 0) {
      if (quoted) {
        nextQuote = bytes.indexOf(quote, at)
        if (nextQuote < 0) return true
        at = nextQuote + 1
        if (bytes[at] === quote) {
          at++
          continue
        }
        quoted = false
      } else if (bytes[at] === quote) {
        quoted = true
        at++
        continue
      }
      const next = bytes.indexOf(delimiter, at)
      if (next < 0) return false
      at = next + delimiter.length
    }
    return quoted
  }

  #clear(): void {
    this.#open = []
    this.#bytes = 0
  }
}

function unclosed(line: Line): RawRow {
  return { line: line.number, reason: 'bad-csv', detail: 'a quoted field is not closed' }
}

function tooLarge(line: Line, limit: number): RawRow {
  const detail = `${line.length} bytes, above the limit of ${limit}`
  return { line: line.number, reason: 'record-too-large', detail }
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length === 0 || (bytes.length === 1 && bytes[0] === 0x0d)
}
