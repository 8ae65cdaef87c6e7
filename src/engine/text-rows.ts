import { FORMATS, formatForPath } from '../formats/catalogue.ts'
import { openSource } from '../formats/source/source.ts'
import type { Json } from '../model/document.ts'
import { TilthError } from '../model/error.ts'
import { rowId } from './row-id.ts'
import { MAX_RECORD_BYTES, MAX_WINDOW_BYTES } from './row-limits.ts'

/** A row with a text, or why a row has none. */
export type TextRow =
  | {
      readonly id: string
      readonly text: string
      readonly fields: Readonly<Record<string, Json>>
      /** Number of the line or row in the file, from 0. */
      readonly position: number
      /** The row as JSON in UTF-8; of JSONL, the line. */
      readonly body: Uint8Array
    }
  | {
      readonly id: string | null
      readonly error: string
      readonly position: number
      /** Where the row itself could be read, and has no text. */
      readonly body?: Uint8Array
      readonly fields?: Readonly<Record<string, Json>>
    }

export interface TextRowOptions {
  /** Fields that hold the id and the text; dots lead into objects. */
  readonly id?: string
  readonly text?: string
  /** Only rows at these positions, rising. */
  readonly only?: readonly number[] | Uint32Array
  /** Stands before the number of a row that has no id. */
  readonly prefix?: string
}

const ROW_FORMATS = ['jsonl', 'csv', 'parquet']

/**
 * Rows of a JSONL, CSV or Parquet file with their text, in order, in batches; JSONL and CSV plain, `.gz` or `.zst`.
 *
 * A row without an id has its number, from 0. What cannot be read is a row with an error, a stable name such as
 * `bad-json` or `no-text`.
 *
 * @throws TilthError `input` where the file is not there, or its ending is of no such format.
 */
export async function* textRows(
  path: string,
  options: TextRowOptions = {},
): AsyncGenerator<readonly TextRow[]> {
  const format = formatForPath(path)
  if (format === undefined || !ROW_FORMATS.includes(format.name)) {
    const endings = FORMATS.filter((each) => ROW_FORMATS.includes(each.name)).flatMap(
      (each) => each.extensions,
    )
    throw new TilthError('input', `${path}: expected a file of rows`, {
      hint: `its name must end in one of ${endings.join(' ')}`,
    })
  }
  const source = await openSource(path)
  const split = { start: 0, end: source.size, first: 0 }
  const fields = {
    ...(options.id === undefined ? {} : { id: options.id }),
    ...(options.text === undefined ? {} : { text: options.text }),
  }
  const reading = format.read(source, split, {
    options: format.options.parse({ fields }),
    maxRecordBytes: MAX_RECORD_BYTES,
    maxWindowBytes: MAX_WINDOW_BYTES,
    ...(options.only === undefined ? {} : { only: options.only }),
  })
  for await (const batch of reading) {
    const rows: TextRow[] = []
    for (const item of batch) {
      if ('failure' in item) {
        rows.push({ id: null, error: item.failure.reason, position: item.failure.position })
        continue
      }
      if (!('record' in item)) continue
      const { fields: found, position } = item.record
      const id = rowId(found['id'], `${options.prefix ?? ''}${position}`)
      const text = found['text']
      if (typeof text === 'string') rows.push({ id, text, fields: found, position, body: item.record.body })
      else
        rows.push({
          id,
          error: text === undefined || text === null ? 'no-text' : 'not-a-string',
          position,
          body: item.record.body,
          fields: found,
        })
    }
    yield rows
  }
}
