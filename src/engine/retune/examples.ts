import { join } from 'node:path'
import type { Shard } from '../../model/version.ts'
import { TableReader } from '../../store/table.ts'
import type { Version } from '../../store/version.ts'

/** Where a document's signals stand: a shard of the signals table, and a row of it. */
export interface Place {
  readonly shard: Shard
  /** Number of the shard among those of the table. */
  readonly number: number
  readonly row: number
  readonly isKept: boolean
  /** Value of the signal that decided. */
  readonly value: number
}

/** A document that was drawn or is an example. */
export interface DrawnDocument {
  readonly id: string
  readonly value: number
  readonly url: string | null
  /** `null` where the version does not hold it. */
  readonly text: string | null
}

interface Found {
  readonly url: string | null
  readonly text: string | null
}

const UNKNOWN: Found = { url: null, text: null }

/** The ids of places, with text and URL where the version holds them. Opens only the shards that hold one. */
export async function placeTexts(
  version: Version,
  places: readonly Place[],
): Promise<ReadonlyMap<Place, DrawnDocument>> {
  const byShard = Map.groupBy(places, (place) => place.shard)
  const documents = new Map<Place, DrawnDocument>()
  for (const [shard, mine] of byShard) {
    const ids = await idsOf(join(version.dir, shard.file), mine)
    const found = await documentsOf(version, shard, mine, ids)
    for (const place of mine) {
      const id = ids.get(place.row) ?? ''
      documents.set(place, { id, value: place.value, ...(found.get(place.row) ?? UNKNOWN) })
    }
  }
  return documents
}

async function idsOf(path: string, places: readonly Place[]): Promise<ReadonlyMap<number, string>> {
  const ids = new Map<number, string>()
  const table = await TableReader.open(path)
  try {
    for (const row of rowsOf(places)) {
      const [found] = await table.rows(row, 1, ['id'])
      if (found !== undefined) ids.set(row, String(found['id']))
    }
  } finally {
    await table.close()
  }
  return ids
}

/** The documents beside a shard of signals: shards of one number are written together, in one order. */
async function documentsOf(
  version: Version,
  shard: Shard,
  places: readonly Place[],
  ids: ReadonlyMap<number, string>,
): Promise<ReadonlyMap<number, Found>> {
  const found = new Map<number, Found>()
  const beside = version.manifest.shards.find(({ file }) => file === shard.file.replace(/^signals-/, ''))
  if (beside === undefined || beside.table === 'signals') return found
  const table = await TableReader.open(join(version.dir, beside.file))
  try {
    const wanted = new Map(places.map(({ row }) => [ids.get(row), row]))
    const rows =
      beside.rows === shard.rows
        ? new Map(rowsOf(places).map((row) => [row, row]))
        : await rowsById(table, wanted)
    for (const [row, at] of rows) {
      const [document] = await table.rows(at, 1, ['id', 'url', 'text'])
      if (document === undefined || document['id'] !== ids.get(row)) continue
      found.set(row, { url: stringOrNull(document['url']), text: stringOrNull(document['text']) })
    }
  } finally {
    await table.close()
  }
  return found
}

/** Rows of rejected documents, some of which have no signals. The last of equal ids is the one that was measured. */
async function rowsById(
  table: TableReader,
  wanted: ReadonlyMap<string | undefined, number>,
): Promise<ReadonlyMap<number, number>> {
  const rows = new Map<number, number>()
  for (const group of table.groups) {
    const columns = await table.columns(group, ['id', 'reason'])
    const ids = columns.get('id') ?? []
    const reasons = columns.get('reason') ?? []
    for (let row = 0; row < group.rows; row++) {
      const at = wanted.get(String(ids[row]))
      if (at !== undefined && reasons[row] !== 'duplicate-record') rows.set(at, group.first + row)
    }
  }
  return rows
}

function rowsOf(places: readonly Place[]): readonly number[] {
  return [...new Set(places.map(({ row }) => row))].sort((a, b) => a - b)
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
