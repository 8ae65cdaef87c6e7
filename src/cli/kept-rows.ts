import { LineRows } from '../engine/near-rows/line-rows.ts'
import type { RowTexts } from '../engine/near-rows/row-texts.ts'
import type { RowOutput } from './row-output.ts'

export interface KeptRows {
  readonly input: string
  /** The same input, as it was read for its texts. */
  readonly rows: RowTexts
  readonly fields: { readonly text?: string; readonly id?: string }
  readonly stays: (position: number) => boolean
  /** Told how many rows are written. */
  readonly progress: (written: number) => void
}

/** Writes the rows that stay as they are in the input, in its order: lines to lines in long pieces, others row by row. */
export async function writeKept(
  output: RowOutput,
  { input, rows, fields, stays, progress }: KeptRows,
): Promise<void> {
  if (rows instanceof LineRows && output.writeLines !== undefined) {
    for await (const lines of rows.staying(stays)) {
      const waiting = output.writeLines(lines)
      if (waiting !== undefined) await waiting
    }
    return
  }
  const { rowBodies } = await import('../engine/row-bodies.ts')
  let written = 0
  for await (const batch of rowBodies(input, fields)) {
    for (const { position, body } of batch) {
      if (!stays(position)) continue
      written++
      const waiting = output.write(body)
      if (waiting !== undefined) await waiting
    }
    progress(written)
  }
}
