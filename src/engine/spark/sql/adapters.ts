import { WHAT } from '../executor/unit-rows.ts'

/** What only Spark is asked, around the statements that it shares with DuckDB. */

/** Columns of what units are given; see `executor/unit-rows.ts`. */
const INPUT = ['unit', 'ordinal', 'what', 'number', 'value', 'id', 'text', 'meta', 'line', 'bytes'] as const
const NULL_OF: Readonly<Record<string, string>> = {
  number: 'CAST(NULL AS BIGINT)',
  value: 'CAST(NULL AS DOUBLE)',
  bytes: 'CAST(NULL AS BINARY)',
}

/** A table of Parquet files as SQL names it. */
export function parquet(path: string): string {
  return `parquet.\`${path.replaceAll('`', '``')}\``
}

/** The columns of a unit's input; those that a source does not have are null. */
function input(from: string, given: Readonly<Partial<Record<(typeof INPUT)[number], string>>>): string {
  const columns = INPUT.map((name) => `${given[name] ?? NULL_OF[name] ?? 'CAST(NULL AS STRING)'} AS ${name}`)
  return `SELECT ${columns.join(', ')} FROM ${from}`
}

/** Partitions of a shuffle by unit, at most. */
export const MOST_PARTITIONS = 10_000

function shuffled(partitions: number): number {
  return Math.min(MOST_PARTITIONS, Math.max(1, partitions))
}

const WORK = { unit: 'unit', ordinal: 'CAST(-1 AS BIGINT)', what: `${WHAT.work}`, line: 'line' }

/**
 * Units that have nothing but their work, a partition each.
 *
 * @param works view of `unit, line`.
 */
export function worksAlone(works: string, units: number): string {
  return `SELECT /*+ REPARTITION(${Math.max(1, units)}) */ * FROM (${input(works, WORK)})`
}

/**
 * Units with their work, what was decided of their rows, and their rows, in this order, unit by unit.
 *
 * @param works view of `unit, line`.
 * @param verdicts view of {@link VERDICT_COLUMNS}.
 * @param rows view of `unit, ordinal, number, id, text, meta, line`.
 */
export function worksWithRows(works: string, verdicts: string, rows: string, partitions: number): string {
  const decided = input(verdicts, {
    unit: 'unit',
    ordinal: 'ordinal',
    what: 'what',
    number: 'number',
    value: 'value',
    id: 'id',
    line: 'line',
  })
  const whole = input(rows, {
    unit: 'unit',
    ordinal: 'ordinal',
    what: `${WHAT.row}`,
    number: 'number',
    id: 'id',
    text: 'text',
    meta: 'meta',
    line: 'line',
  })
  return `SELECT /*+ REPARTITION(${shuffled(partitions)}, unit) */ * FROM (
    ${input(works, WORK)} UNION ALL ${decided} UNION ALL ${whole}) SORT BY unit, ordinal, what, number`
}

/**
 * Units with their work, and those of their rows that are candidates; the partition of each is its `value`.
 *
 * @param candidates view of `unit, ordinal, partition`.
 */
export function worksWithCandidates(
  works: string,
  rows: string,
  candidates: string,
  partitions: number,
): string {
  const chosen = `(SELECT r.*, c.partition FROM ${rows} r JOIN ${candidates} c ON c.unit = r.unit AND c.ordinal = r.ordinal)`
  const whole = input(chosen, {
    unit: 'unit',
    ordinal: 'ordinal',
    what: `${WHAT.row}`,
    number: 'number',
    value: 'CAST(partition AS DOUBLE)',
    id: 'id',
    text: 'text',
    meta: 'meta',
    line: 'line',
  })
  return `SELECT /*+ REPARTITION(${shuffled(partitions)}, unit) */ * FROM (
    ${input(works, WORK)} UNION ALL ${whole}) SORT BY unit, ordinal, what`
}

/**
 * Partitions of candidates, each a unit: its members, and behind them the rows of each key.
 *
 * @param members view of what `members` units gave, with `key` as the partition.
 * @param shared view of `key, row, partition`.
 */
export function comparisons(works: string, members: string, shared: string, partitions: number): string {
  const told = input(members, {
    unit: 'CAST(key AS INT)',
    ordinal: 'CAST(0 AS BIGINT)',
    what: `${WHAT.member}`,
    number: 'number',
    value: 'rank',
    id: 'id',
    line: 'line',
    bytes: 'bytes',
  })
  const keyed = input(shared, { unit: 'partition', ordinal: 'key', what: `${WHAT.keyed}`, number: 'row' })
  return `SELECT /*+ REPARTITION(${shuffled(partitions)}, unit) */ * FROM (
    ${input(works, WORK)} UNION ALL ${told} UNION ALL ${keyed}) SORT BY unit, what, ordinal, number`
}
