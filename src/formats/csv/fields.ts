import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import type { RawRow } from './rows.ts'

/** The fields of a row, or what is wrong with it. */
export type Fields = readonly string[] | { readonly reason: string; readonly detail: string }

type ReadableRow = Extract<RawRow, { readonly bytes: Buffer }>

/**
 * Cuts rows into fields. Those without a quote are cut at delimiters at once; the others are parsed
 * together, and one by one when any of them is wrong.
 */
export function fieldsOf(
  rows: readonly RawRow[],
  delimiter: string,
  quote: string | undefined,
): readonly Fields[] {
  const quoted = rows.filter(
    (row): row is ReadableRow => 'bytes' in row && row.hasQuotes && isUtf8(row.bytes),
  )
  const parsed = new Map<RawRow, Fields>()
  const all = parseRows(quoted, delimiter, quote)
  quoted.forEach((row, index) => {
    parsed.set(row, all?.[index] ?? parseRows([row], delimiter, quote)?.[0] ?? badQuotes)
  })
  return rows.map((row) => {
    if ('reason' in row) return row
    if (!isUtf8(row.bytes)) return { reason: 'bad-utf8', detail: 'the row is not valid UTF-8' }
    return parsed.get(row) ?? row.bytes.toString('utf8').split(delimiter)
  })
}

const badQuotes = { reason: 'bad-csv', detail: 'a quote stands where none may be' } as const

/** `undefined` when any of the rows is wrong. */
function parseRows(
  rows: readonly ReadableRow[],
  delimiter: string,
  quote: string | undefined,
): readonly (readonly string[])[] | undefined {
  if (rows.length === 0) return []
  const feed = Buffer.from('\n')
  try {
    const parsed = parse(Buffer.concat(rows.flatMap(({ bytes }) => [bytes, feed])), {
      delimiter,
      quote: quote ?? false,
      escape: quote ?? false,
      record_delimiter: ['\n', '\r\n'],
      relax_column_count: true,
    })
    return parsed.length === rows.length ? parsed : undefined
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return undefined
  }
}
