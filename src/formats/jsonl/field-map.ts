import type { Json } from '../../model/document.ts'
import type { FieldNames } from './field-names.ts'

type Fields = Readonly<Record<string, Json>>

/** What a row says of itself in fields that every format knows. */
export interface MappedRow {
  /** The row's own fields, and the mapped ones under their canonical names. */
  readonly fields: Fields
  readonly key?: string
  readonly url?: string
}

/**
 * Makes canonical names of a file's own: under `text: content` a row has `text`, whatever its `content` is,
 * and keeps `content`. A field of its own that is called `text` gives way, so that a stage never takes
 * another text than the one that was named.
 */
export function fieldMapper(names: FieldNames): (row: Record<string, Json>) => MappedRow {
  const moves = Object.entries(names)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== entry[1])
    .map(([canonical, name]) => ({ canonical, name, path: name.split('.') }))
  return (row) => {
    const found = moves.map(({ name, path }) => valueAt(row, name, path))
    moves.forEach(({ canonical }, index) => {
      const value = found[index]
      if (value === undefined) delete row[canonical]
      else row[canonical] = value
    })
    const key = keyOf(own(row, 'id'))
    const url = own(row, 'url')
    return {
      fields: row,
      ...(key === undefined ? {} : { key }),
      ...(typeof url === 'string' && url !== '' ? { url } : {}),
    }
  }
}

function valueAt(row: Fields, name: string, path: readonly string[]): Json | undefined {
  const whole = own(row, name)
  if (whole !== undefined || path.length === 1) return whole
  let value: Json | undefined = row
  for (const part of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    value = own(value as Fields, part)
  }
  return value
}

function own(row: Fields, name: string): Json | undefined {
  return Object.hasOwn(row, name) ? row[name] : undefined
}

function keyOf(id: Json | undefined): string | undefined {
  if (typeof id === 'number' && Number.isFinite(id)) return String(id)
  return typeof id === 'string' && id !== '' ? id : undefined
}
