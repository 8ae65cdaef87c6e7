import type { DecodedArray, SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { getTreePath } from 'hyparquet/src/schema.js'
import type { Source } from '../../model/record.ts'
import { PARSERS } from './codecs.ts'
import { ColumnPages, type Run } from './column-pages.ts'
import type { RowGroupPlace } from './footer.ts'

/** Neighbouring rows of a row group, by column; or rows that cannot be read. */
export type Slice =
  | { readonly first: number; readonly rows: number; readonly columns: ReadonlyMap<string, DecodedArray> }
  | { readonly first: number; readonly rows: number; readonly damage: string }

interface Cursor {
  readonly path: string
  readonly pages: ColumnPages
  run: Run | undefined
  /** Rows of the run that were taken. */
  taken: number
}

/** Rows of one slice. */
const SLICE_ROWS = 256

/** Reads a row group in slices: no more than a page of each column is held. */
export async function* readRowGroup(
  source: Source,
  schema: SchemaTree,
  place: RowGroupPlace,
  limits: { readonly maxPageBytes: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Slice> {
  const cursors = openColumns(source, schema, place, limits)
  if (typeof cursors === 'string') {
    yield { first: place.first, rows: place.rows, damage: cursors }
    return
  }
  let lost: Extract<Slice, { readonly damage: string }> | undefined
  for (let row = 0; row < place.rows; ) {
    for (const cursor of cursors) {
      if (cursor.run !== undefined && cursor.taken < cursor.run.rows) continue
      cursor.run = await cursor.pages.next()
      cursor.taken = 0
    }
    const damaged = cursors.find(({ run }) => run?.values === undefined)
    const left = Math.min(...cursors.map(({ run, taken }) => (run?.rows ?? 0) - taken))
    const rows = damaged === undefined ? Math.min(left, SLICE_ROWS) : left
    const first = place.first + row
    const slice: Slice =
      damaged === undefined
        ? { first, rows, ...assemble(schema, cursors, rows) }
        : { first, rows, damage: `column ${damaged.path}: ${damaged.run?.damage ?? 'no rows'}` }
    // Lost rows next to each other are one slice, however the pages of the other columns lie.
    if ('damage' in slice && lost?.damage === slice.damage) {
      lost = { ...lost, rows: lost.rows + rows }
    } else {
      if (lost !== undefined) yield lost
      lost = 'damage' in slice ? slice : undefined
      if (!('damage' in slice)) yield slice
    }
    for (const cursor of cursors) cursor.taken += rows
    row += rows
  }
  if (lost !== undefined) yield lost
}

function openColumns(
  source: Source,
  schema: SchemaTree,
  place: RowGroupPlace,
  limits: { readonly maxPageBytes: number; readonly signal: AbortSignal | undefined },
): readonly Cursor[] | string {
  const cursors: Cursor[] = []
  for (const { meta_data: meta, file_path: file } of place.group.columns) {
    if (meta === undefined) return 'a column without a description'
    if (file) return 'a column in another file'
    let path: SchemaTree[]
    try {
      path = getTreePath(schema, meta.path_in_schema)
    } catch {
      return 'a column that the schema does not have'
    }
    const pages = new ColumnPages({ source, meta, path, rows: place.rows, ...limits })
    cursors.push({ path: meta.path_in_schema.join('.'), pages, run: undefined, taken: 0 })
  }
  return cursors
}

function assemble(
  schema: SchemaTree,
  cursors: readonly Cursor[],
  rows: number,
): { readonly columns: ReadonlyMap<string, DecodedArray> } | { readonly damage: string } {
  const leaves = new Map<string, DecodedArray>()
  for (const { path, run, taken } of cursors) {
    if (run?.values !== undefined) leaves.set(path, run.values.slice(taken, taken + rows))
  }
  const columns = new Map<string, DecodedArray>()
  for (const child of schema.children) {
    const name = child.element.name
    try {
      if (child.children.length > 0) assembleNested(leaves, child, PARSERS)
    } catch {
      return { damage: `column ${name}: its parts do not fit together` }
    }
    const values = leaves.get(name)
    if (values === undefined || values.length !== rows) return { damage: `column ${name}: no values` }
    columns.set(name, values)
  }
  return { columns }
}
