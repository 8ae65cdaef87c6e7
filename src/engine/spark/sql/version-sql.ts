/** The tables of a version, out of what units gave: for Spark alone, as JSON is taken apart. */

export interface TableOfUnits {
  /** View of rows or rejections. */
  readonly rows: string
  /** View of `unit, uri, input`. */
  readonly units: string
}

const ORIGIN = 'u.uri AS source, u.input AS input, t.number AS record'

/** Rows in the order of provenance, in about so many files. */
function inOrder(columns: string, from: string, files: number): string {
  const parts = Math.max(1, files)
  return `SELECT ${columns} FROM (SELECT /*+ REPARTITION_BY_RANGE(${parts}, place, unit, ordinal) */ * FROM (${from})
    SORT BY place, unit, ordinal)`
}

/** Columns of the `kept` shards. */
export function keptTable({ rows, units }: TableOfUnits, files: number): string {
  const from = `SELECT 0 AS place, t.unit, t.ordinal, t.id, t.text, t.mark AS url, t.meta, ${ORIGIN}
    FROM ${rows} t JOIN ${units} u ON u.unit = t.unit`
  return inOrder('id, text, url, meta, source, input, record', from, files)
}

const ENDING =
  'kind STRING, step STRING, reason STRING, signal STRING, value DOUBLE, limit DOUBLE, duplicateOf STRING, detail STRING'

/** Columns of the `rejected` shards. */
export function rejectedTable(tables: readonly TableOfUnits[], files: number): string {
  const from = tables.map(
    (
      { rows, units },
      place,
    ) => `SELECT ${place} AS place, t.unit, t.ordinal, t.id, t.text, t.mark AS url, t.meta, ${ORIGIN},
      from_json(t.line, '${ENDING}') AS e FROM ${rows} t JOIN ${units} u ON u.unit = t.unit`,
  )
  const columns =
    'id, e.kind, e.step, e.reason, e.signal, e.value, e.limit AS `limit`, e.duplicateOf, e.detail, url, text, meta, source, input, record'
  return inOrder(columns, from.join(' UNION ALL '), files)
}

/** Columns of the `signals` shards: of kept documents, or of rejected ones that were measured. */
export function signalsTable(
  tables: readonly Pick<TableOfUnits, 'rows'>[],
  names: readonly string[],
  { kept, files }: { readonly kept: boolean; readonly files: number },
): string {
  const from = tables.map(
    ({ rows }, place) =>
      `SELECT ${place} AS place, unit, ordinal, id, from_json(line, 'signals MAP<STRING, DOUBLE>').signals AS s FROM ${rows}`,
  )
  const measured = `SELECT * FROM (${from.join(' UNION ALL ')})${kept ? '' : ' WHERE size(s) > 0'}`
  const columns = names.map((name) => `try_element_at(s, ${quoted(name)}) AS ${identifier(name)}`)
  return inOrder(['id', `${kept} AS kept`, ...columns].join(', '), measured, files)
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
