import { isUtf8 } from 'node:buffer'
import type { Json } from '../../model/document.ts'
import { jsonErrorOffset } from './json-error.ts'

export type JsonRow =
  | { readonly row: Record<string, Json> }
  | { readonly reason: string; readonly detail: string }

/** Values nested deeper than this are refused: what reads them later may recurse. */
const MAX_DEPTH = 500

/** Parses the bytes of one line into an object. The details never quote the line. */
export function parseJsonRow(bytes: Buffer): JsonRow {
  if (!isUtf8(bytes)) return { reason: 'bad-utf8', detail: 'the line is not valid UTF-8' }
  const text = bytes.toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const column = jsonErrorOffset(text) + 1
    const found = column > text.length ? 'the line ends inside a value' : 'expected other JSON there'
    return { reason: 'bad-json', detail: `column ${column} of ${text.length}: ${found}` }
  }
  if (!isObject(value)) return { reason: 'not-an-object', detail: `the line holds ${kindOf(value)}` }
  return check(value, hasSurrogateEscape(bytes)) ?? { row: value }
}

/** JSON writes a surrogate as `\ud800` to `\udfff`; raw ones cannot be in valid UTF-8. */
function hasSurrogateEscape(bytes: Buffer): boolean {
  return bytes.includes('\\ud') || bytes.includes('\\uD')
}

/** Looks through a row for what no later step could hold. A walk without recursion. */
function check(row: Record<string, Json>, surrogates: boolean): JsonRow | undefined {
  let level: object[] = [row]
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      return { reason: 'too-deep', detail: `values are nested deeper than ${MAX_DEPTH} levels` }
    }
    const next: object[] = []
    for (const container of level) {
      const isArray = Array.isArray(container)
      if (surrogates && !isArray && Object.keys(container).some(isLone)) return loneSurrogate
      const values: readonly unknown[] = isArray ? container : Object.values(container)
      for (const value of values) {
        if (typeof value === 'object' && value !== null) next.push(value)
        else if (surrogates && typeof value === 'string' && isLone(value)) return loneSurrogate
      }
    }
    level = next
  }
  return undefined
}

const loneSurrogate: JsonRow = {
  reason: 'lone-surrogate',
  detail: 'a string holds half of a surrogate pair, which no text in UTF-8 can',
}

function isLone(text: string): boolean {
  return !text.isWellFormed()
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`
}
