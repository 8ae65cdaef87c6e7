import { z } from 'zod'
import type { Json } from '../../model/document.ts'
import { defineFormat, type ReadItem, type ReadOptions, type Source } from '../../model/record.ts'
import { decompressed } from '../compression/compression.ts'
import { compressible } from '../compression/endings.ts'
import { fieldMapper, type MappedRow } from '../jsonl/field-map.ts'
import { fieldNames } from '../jsonl/field-names.ts'
import { type Line, readLines } from '../jsonl/lines.ts'
import { Wanted } from '../jsonl/wanted.ts'
import type { Fields } from './fields.ts'
import { type RawRow, RowJoiner } from './rows.ts'

const options = z.strictObject({
  fields: fieldNames,
  delimiter: z
    .string()
    .min(1)
    .max(8)
    .default('auto')
    .describe('What parts the fields; `auto`: a tab in files named .tsv, a comma in others'),
  quote: z
    .string()
    .regex(/^[\x21-\x7e]?$/, 'expected one ASCII character, or nothing')
    .default('"')
    .describe('What encloses fields that hold delimiters or line ends, doubled within; empty: nothing does'),
})

/** Bytes without a line end that end the reading. */
const ENDLESS_BYTES = 2 ** 30

const BATCH_BYTES = 1 << 20

/**
 * Rows of text with a header, as in RFC 4180. Position: number of the row behind the header, from 0,
 * blank lines not counted. Key: the field `id`. Body: the row as JSON with its keys in order.
 *
 * A column without a name is called `column_3`; a name that comes again, `name_2`. Reasons: `bad-csv`
 * (stray or unclosed quotes), `wrong-columns`, `bad-utf8`, `record-too-large`, and what the compression says
 * of damage; each names the line, from 1.
 */
export const csv = defineFormat({
  name: 'csv',
  revision: 1,
  description: 'Comma- or tab-separated values with a header; plain, .gz or .zst',
  extensions: compressible('.csv', '.tsv'),
  options,
  split: async (source) => [{ start: 0, end: source.size, first: 0 }],
  async *read(source, split, readOptions) {
    if (split.start > 0) return { next: source.size }
    // Behind it is a parser that other formats need not read.
    const { fieldsOf } = await import('./fields.ts')
    const { options: given, only } = readOptions
    const delimiter = given.delimiter === 'auto' ? delimiterOf(source.uri) : given.delimiter
    const quote = given.quote === '' ? undefined : given.quote
    const wanted = new Wanted(only)
    const mapped = fieldMapper(given.fields)
    let header: readonly string[] | undefined
    let position = 0
    for await (const rows of rawRows(source, readOptions, delimiter, quote)) {
      const fields = fieldsOf(rows, delimiter, quote)
      const items: ReadItem[] = []
      for (const [index, row] of rows.entries()) {
        const cells = fields[index] ?? []
        if (header === undefined) {
          if ('reason' in cells) {
            yield [failure(0, row, { ...cells, detail: `the header cannot be read: ${cells.detail}` })]
            return { next: source.size }
          }
          header = columnNames(cells)
          continue
        }
        if (wanted.has(position)) items.push(itemOf(row, cells, header, position, mapped))
        position++
      }
      if (items.length > 0) yield items
      if (wanted.isOver(position)) break
    }
    return { next: source.size }
  },
})

/** Rows in batches. */
async function* rawRows(
  source: Source,
  readOptions: ReadOptions<unknown>,
  delimiter: string,
  quote: string | undefined,
): AsyncGenerator<readonly RawRow[]> {
  const { maxRecordBytes } = readOptions
  const dialect = { delimiter: Buffer.from(delimiter), quote: quote?.charCodeAt(0) }
  const joiner = new RowJoiner(dialect, maxRecordBytes)
  const lines = readLines(decompressed(source, readOptions), {
    start: 0,
    first: 0,
    end: Number.POSITIVE_INFINITY,
    maxLineBytes: maxRecordBytes,
    maxRunBytes: Math.max(ENDLESS_BYTES, 16 * maxRecordBytes),
  })
  try {
    for (;;) {
      const step = await lines.next()
      if (step.done) {
        const { damage, endless, number: line } = step.value
        const rest = [...joiner.finish()]
        if (damage !== undefined) rest.push({ line, reason: damage.reason, detail: damage.message })
        if (endless)
          rest.push({ line, reason: 'record-too-large', detail: 'the rest of the file was given up' })
        if (rest.length > 0) yield rest
        return
      }
      let batch: RawRow[] = []
      let bytes = 0
      for (const line of step.value) {
        batch.push(...joiner.push(unmarked(line)))
        bytes += line.length
        if (bytes < BATCH_BYTES) continue
        yield batch
        batch = []
        bytes = 0
      }
      if (batch.length > 0) yield batch
    }
  } finally {
    await lines.return({ next: 0, number: 0, damage: undefined, endless: false })
  }
}

/** Without a byte order mark, which only the first line can have. */
function unmarked(line: Line): Line {
  const { bytes } = line
  if (line.number > 0 || bytes?.[0] !== 0xef || bytes[1] !== 0xbb || bytes[2] !== 0xbf) return line
  return { ...line, bytes: bytes.subarray(3) }
}

function itemOf(
  row: RawRow,
  cells: Fields,
  header: readonly string[],
  position: number,
  mapped: (row: Record<string, Json>) => MappedRow,
): ReadItem {
  if ('reason' in cells) return failure(position, row, cells)
  if (cells.length !== header.length) {
    const detail = `${cells.length} fields, where the header has ${header.length}`
    return failure(position, row, { reason: 'wrong-columns', detail })
  }
  const fields = Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']))
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { record: { format: 'csv', position, body: Buffer.from(JSON.stringify(sorted)), ...mapped(fields) } }
}

function failure(
  position: number,
  row: RawRow,
  { reason, detail }: { reason: string; detail: string },
): ReadItem {
  return { failure: { position, reason, detail: `line ${row.line + 1}: ${detail}` } }
}

function columnNames(cells: readonly string[]): readonly string[] {
  const seen = new Map<string, number>()
  return cells.map((cell, index) => {
    const name = cell.trim() === '' ? `column_${index + 1}` : cell.trim()
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
}

function delimiterOf(uri: string): string {
  return /\.tsv(?:\.gz|\.zst)?$/i.test(uri.replace(/[?#].*$/s, '')) ? '\t' : ','
}
