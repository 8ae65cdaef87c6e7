import { formatForPath } from '../formats/catalogue.ts'
import { compressionOf, decompressed } from '../formats/compression/compression.ts'
import { readLines } from '../formats/jsonl/lines.ts'
import { openSource } from '../formats/source/source.ts'
import { MAX_RECORD_BYTES, MAX_WINDOW_BYTES } from './row-limits.ts'
import { type TextRowOptions, textRows } from './text-rows.ts'

/** A row as bytes: of JSONL the line as it is, of other files the row as JSON in UTF-8. */
export interface RowBody {
  /** Number of the line or row in the file, from 0. */
  readonly position: number
  readonly body: Uint8Array
}

/**
 * Rows of a file, in order, in batches, as bytes: lines of JSONL are not parsed. What {@link textRows} finds no row in is among them,
 * where it is a line.
 */
export async function* rowBodies(path: string, options: TextRowOptions): AsyncGenerator<readonly RowBody[]> {
  if (formatForPath(path)?.name === 'jsonl') {
    yield* lineBodies(path)
    return
  }
  for await (const batch of textRows(path, options))
    yield batch.flatMap(({ position, body }) => (body === undefined ? [] : [{ position, body }]))
}

async function* lineBodies(path: string): AsyncGenerator<readonly RowBody[]> {
  const source = await openSource(path)
  const plain = (await compressionOf(source)) === 'plain'
  const chunks = plain
    ? source.read(0, source.size)
    : decompressed(source, { maxWindowBytes: MAX_WINDOW_BYTES })
  const lines = readLines(chunks, {
    start: 0,
    first: 0,
    end: Number.POSITIVE_INFINITY,
    maxLineBytes: MAX_RECORD_BYTES,
    maxRunBytes: Number.POSITIVE_INFINITY,
  })
  for await (const batch of lines)
    yield batch.flatMap(({ number, bytes }) =>
      bytes === undefined ? [] : [{ position: number, body: bytes }],
    )
}
