import { type TextRow, type TextRowOptions, textRows } from '../text-rows.ts'
import { blockOf } from './line-scan.ts'
import { NOWHERE, type OtherRow, type RowTexts, type TextBlock } from './row-texts.ts'

/** Rows of a file of any format of rows, with names of fields that may have dots. */
export class FormatRows implements RowTexts {
  readonly #path: string
  readonly #options: TextRowOptions

  constructor(path: string, options: TextRowOptions) {
    this.#path = path
    this.#options = options
  }

  all(): AsyncGenerator<TextBlock | OtherRow> {
    return items(textRows(this.#path, this.#options))
  }

  at(positions: Uint32Array): AsyncGenerator<TextBlock | OtherRow> {
    return items(textRows(this.#path, { ...this.#options, only: positions }))
  }
}

async function* items(batches: AsyncIterable<readonly TextRow[]>): AsyncGenerator<TextBlock | OtherRow> {
  for await (const batch of batches) {
    for (const row of batch) {
      const { position } = row
      if ('error' in row) yield { position, error: row.error, isRow: row.body !== undefined }
      else yield blockOf({ id: row.id, text: row.text, meta: row.fields, origin: NOWHERE }, position)
    }
  }
}
