import type { Json } from '../../model/document.ts'
import type { PayloadRecord, ReadEnd, ReadItem, ReadOptions, Source, Split } from '../../model/record.ts'
import { compressionOf, decompressed } from '../compression/compression.ts'
import { type JsonRow, parseJsonRow } from './json-row.ts'
import { type Line, readLines } from './lines.ts'
import { Wanted } from './wanted.ts'

/** Makes a record of a parsed line. */
export type RecordOf = (row: Record<string, Json>, position: number, body: Uint8Array) => PayloadRecord

const BATCH_ITEMS = 256
const BATCH_BYTES = 1 << 20

/** A compressed file is given up when so many times the largest record, but at least 1 GiB, has no line end. */
const ENDLESS_RECORDS = 16
const ENDLESS_BYTES = 2 ** 30

/** Bytes without a line end at which a file is given up. */
export function endlessBytes(plain: boolean, maxRecordBytes: number): number {
  return plain ? Number.POSITIVE_INFINITY : Math.max(ENDLESS_BYTES, ENDLESS_RECORDS * maxRecordBytes)
}

/**
 * Reads the JSON objects of a split, one a line. Position: the number of the line, from 0; blank lines
 * count and give nothing. A byte order mark and carriage returns at line ends are passed over.
 *
 * Reasons: `bad-json`, `not-an-object`, `bad-utf8`, `lone-surrogate`, `too-deep`, `record-too-large`, and
 * what the compression says of damage.
 */
export async function* readJsonLines(
  source: Source,
  split: Split,
  options: ReadOptions<unknown>,
  recordOf: RecordOf,
): AsyncGenerator<readonly ReadItem[], ReadEnd> {
  const { maxRecordBytes, signal } = options
  const plain = (await compressionOf(source, signal)) === 'plain'
  const wanted = new Wanted(options.only)
  const lines = readLines(plain ? plainChunks(source, split, signal) : decompressed(source, options), {
    start: plain ? split.start : 0,
    first: split.first,
    end: plain ? split.end : Number.POSITIVE_INFINITY,
    maxLineBytes: maxRecordBytes,
    maxRunBytes: endlessBytes(plain, maxRecordBytes),
  })
  let batch: ReadItem[] = []
  let bytes = 0
  try {
    for (;;) {
      const step = await lines.next()
      if (step.done) {
        const { number: position, damage, endless } = step.value
        if (damage !== undefined) batch.push(failure(position, damage.reason, damage.message))
        if (endless)
          batch.push(
            failure(position, 'record-too-large', 'no line end for so long that the rest was given up'),
          )
        const last = wanted.has(position)
          ? batch
          : batch.filter((item) => !('failure' in item && item.failure.position === position))
        if (last.length > 0) yield last
        return { next: plain && options.only === undefined ? step.value.next : split.end }
      }
      for (const line of step.value) {
        if (!wanted.has(line.number)) continue
        const item = itemOf(line, maxRecordBytes, recordOf)
        if (item === undefined) continue
        batch.push(item)
        bytes += line.bytes?.length ?? 0
        if (batch.length < BATCH_ITEMS && bytes < BATCH_BYTES) continue
        yield batch
        batch = []
        bytes = 0
      }
      if (wanted.isOver((step.value.at(-1)?.number ?? 0) + 1)) {
        if (batch.length > 0) yield batch
        return { next: split.end }
      }
    }
  } finally {
    // A reader may stop early: the file behind the lines is let go of.
    await lines.return({ next: 0, number: 0, damage: undefined, endless: false })
  }
}

function itemOf(line: Line, maxRecordBytes: number, recordOf: RecordOf): ReadItem | undefined {
  const { number: position, length } = line
  if (line.bytes === undefined) {
    return failure(
      position,
      'record-too-large',
      `a line of ${length} bytes, above the limit of ${maxRecordBytes}`,
    )
  }
  const parsed = parseLine(line.bytes, position)
  if (parsed === undefined) return undefined
  if ('reason' in parsed) return failure(position, parsed.reason, parsed.detail)
  return { record: recordOf(parsed.row, position, parsed.body) }
}

/** Parses a line by its number, without its end; `body` is what is left without marks around the row. `undefined` for a blank line. */
export function parseLine(line: Buffer, position: number): (JsonRow & { readonly body: Buffer }) | undefined {
  const body = trimmed(line, position === 0)
  return isBlank(body) ? undefined : { ...parseJsonRow(body), body }
}

/** The bytes of a split, and of what follows it only if a line goes on there. */
async function* plainChunks(source: Source, split: Split, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  yield* source.read(split.start, split.end, signal)
  yield* source.read(split.end, source.size, signal)
}

function trimmed(bytes: Buffer, first: boolean): Buffer {
  const marked = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length
  return marked || end < bytes.length ? bytes.subarray(marked ? 3 : 0, end) : bytes
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false
  }
  return true
}

function failure(position: number, reason: string, detail: string): ReadItem {
  return { failure: { position, reason, detail } }
}
