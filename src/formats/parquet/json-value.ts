import type { Json } from '../../model/document.ts'
import { BAD_UTF8 } from './codecs.ts'

/** A string of the row is not valid UTF-8. */
export class BadUtf8 extends Error {}

/**
 * A Parquet value as JSON: whole numbers beyond 2^53 as text, dates as ISO 8601, bytes in base64, keys of
 * structs in order, and `null` for what JSON has no word for. Depth is bounded by the schema.
 */
export function jsonValue(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : null
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
    case 'symbol':
      if (value === BAD_UTF8) throw new BadUtf8()
      return null
    case 'object':
      return value === null ? null : objectValue(value)
    default:
      return null
  }
}

function objectValue(value: object): Json {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map(jsonValue)
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, jsonValue)
  const keys = Object.keys(value).sort()
  return Object.fromEntries(keys.map((key) => [key, jsonValue((value as Record<string, unknown>)[key])]))
}
