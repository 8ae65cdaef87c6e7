import { compressible } from '../compression/endings.ts'

/** Endings of files of JSON lines. */
export const JSON_LINES_ENDINGS = compressible('.jsonl', '.ndjson')

/** Whether a path or URL names a file of JSON lines, as the catalogue of formats would say; without loading any. */
export function isJsonLines(path: string): boolean {
  const name = fileName(path)
  return JSON_LINES_ENDINGS.some((ending) => name.endsWith(ending))
}

/** The last part of a path or URL, in lower case. */
export function fileName(path: string): string {
  const isUrl = /^https?:\/\//i.test(path)
  return (isUrl ? path.replace(/[?#].*$/s, '') : path).toLowerCase().split(/[\\/]/).at(-1) ?? ''
}
