import { z } from 'zod'
import type { Json } from '../../model/document.ts'
import { defineFormat, type ReadItem, type ReadOptions, type Source, type Split } from '../../model/record.ts'
import { fieldMapper, type MappedRow } from '../jsonl/field-map.ts'
import { fieldNames } from '../jsonl/field-names.ts'
import { Wanted } from '../jsonl/wanted.ts'
import { readFooter } from './footer.ts'
import { BadUtf8, jsonValue } from './json-value.ts'
import { readRowGroup, type Slice } from './row-group.ts'

const options = z.strictObject({ fields: fieldNames })

const BATCH_BYTES = 1 << 20

/**
 * Parquet files. Position: number of the row, from 0. Key: the field `id`. Body: the row as JSON with
 * its keys in order: whole numbers beyond 2^53 as text, dates as ISO 8601, bytes in base64.
 *
 * Splits are row groups, by their first byte; within one, a page of each column is held. Reasons:
 * `bad-parquet` (once for rows next to each other that cannot be read), `encrypted`, `bad-utf8`,
 * `record-too-large`.
 */
export const parquet = defineFormat({
  name: 'parquet',
  revision: 1,
  description: 'Apache Parquet; every row is a record',
  extensions: ['.parquet', '.pq'],
  options,
  async split(source, _options, targetBytes) {
    const whole = [{ start: 0, end: source.size, first: 0 }]
    const footer = await readFooter(source)
    // A file that is written in another order is read as one.
    if ('reason' in footer || !isRising(footer.groups.map(({ start }) => start))) return whole
    const starts = [{ start: 0, first: 0 }]
    for (const { start, first } of footer.groups.slice(1)) {
      if (start - (starts.at(-1)?.start ?? 0) >= targetBytes) starts.push({ start, first })
    }
    return starts.map((split, index) => ({ ...split, end: starts[index + 1]?.start ?? source.size }))
  },
  async *read(source, split, readOptions) {
    const { maxWindowBytes, signal, only } = readOptions
    const footer = await readFooter(source, signal)
    if ('reason' in footer) {
      const { reason, detail } = footer
      if (split.start === 0) yield [{ failure: { position: 0, reason, detail } }]
      return { next: source.size }
    }
    const { schema, groups } = footer
    for (const group of groups.filter((each) => isIn(split, each.start, source))) {
      if (only !== undefined && !only.some((row) => row >= group.first && row < group.first + group.rows))
        continue
      for await (const slice of readRowGroup(source, schema, group, {
        maxPageBytes: maxWindowBytes,
        signal,
      })) {
        yield* batches(slice, readOptions)
      }
    }
    const behind = groups.map(({ start }) => start).filter((start) => start >= split.end)
    return { next: only === undefined ? Math.min(source.size, ...behind) : split.end }
  },
})

function isIn(split: Split, start: number, source: Source): boolean {
  return start >= split.start && (start < split.end || split.end === source.size)
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
}

function* batches(
  slice: Slice,
  { options: { fields }, maxRecordBytes, only }: ReadOptions<z.output<typeof options>>,
): Generator<readonly ReadItem[]> {
  const wanted = new Wanted(only)
  if ('damage' in slice) {
    const last = slice.first + slice.rows - 1
    const rows = slice.rows === 1 ? `row ${last}` : `rows ${slice.first} to ${last}`
    const item = { position: slice.first, reason: 'bad-parquet', detail: `${rows}: ${slice.damage}` }
    if (only === undefined || only.some((row) => row >= slice.first && row <= last)) yield [{ failure: item }]
    return
  }
  const mapped = fieldMapper(fields)
  const names = [...slice.columns.keys()].sort()
  let batch: ReadItem[] = []
  let bytes = 0
  for (let index = 0; index < slice.rows; index++) {
    const position = slice.first + index
    if (!wanted.has(position)) continue
    const item = itemOf(slice.columns, names, index, position, maxRecordBytes, mapped)
    batch.push(item)
    if ('record' in item) bytes += item.record.body.length
    if (bytes < BATCH_BYTES) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

function itemOf(
  columns: ReadonlyMap<string, ArrayLike<unknown>>,
  names: readonly string[],
  index: number,
  position: number,
  maxRecordBytes: number,
  mapped: (row: Record<string, Json>) => MappedRow,
): ReadItem {
  try {
    const row = Object.fromEntries(names.map((name) => [name, jsonValue(columns.get(name)?.[index])]))
    const body = Buffer.from(JSON.stringify(row))
    if (body.length <= maxRecordBytes)
      return { record: { format: 'parquet', position, body, ...mapped(row) } }
    const detail = `a row of ${body.length} bytes of JSON, above the limit of ${maxRecordBytes}`
    return { failure: { position, reason: 'record-too-large', detail } }
  } catch (error) {
    if (!(error instanceof BadUtf8)) throw error
    return { failure: { position, reason: 'bad-utf8', detail: 'a string of the row is not valid UTF-8' } }
  }
}
