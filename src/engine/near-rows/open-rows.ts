import { isJsonLines } from '../../formats/jsonl/json-lines-name.ts'
import { LineRows } from './line-rows.ts'
import type { RowTexts } from './row-texts.ts'

/** Longest name of a field that the kernel looks for, in bytes. */
const MOST_NAME = 256

/** A file of rows, read for its texts. Only what the file needs is loaded. */
export async function openRows(
  path: string,
  { text = 'text', id = 'id' }: { readonly text?: string; readonly id?: string },
): Promise<RowTexts> {
  if (isJsonLines(path) && isPlain(text) && isPlain(id)) return new LineRows(path, { text, id })
  const { FormatRows } = await import('./format-rows.ts')
  return new FormatRows(path, { text, id })
}

function isPlain(name: string): boolean {
  return name !== '' && !name.includes('.') && Buffer.byteLength(name) <= MOST_NAME
}
