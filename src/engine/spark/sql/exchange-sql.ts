import type { Repeats } from '../../../model/stage.ts'
import { WHAT } from '../executor/unit-rows.ts'

/**
 * What exchanges decide, as SQL that Spark and DuckDB read the same: views with plain columns, windows, joins and unions; keys are signed
 * numbers of 64 bits that stages made, and nothing is hashed, cut or parsed here.
 *
 * Verdicts have the columns of a unit's input: `unit, ordinal, what, number, value, id, line`.
 */
export const VERDICT_COLUMNS = 'unit, ordinal, what, number, value, id, line'

const NO_NUMBER = 'CAST(NULL AS BIGINT)'
const NO_VALUE = 'CAST(NULL AS DOUBLE)'
const NO_TEXT = 'CAST(NULL AS STRING)'

/** A verdict; what is not given is null. */
function verdict(
  what: keyof typeof WHAT,
  { number = NO_NUMBER, id = NO_TEXT, line = NO_TEXT }: { number?: string; id?: string; line?: string },
): string {
  return `unit, ordinal, ${WHAT[what]} AS what, ${number} AS number, ${NO_VALUE} AS value, ${id} AS id, ${line} AS line`
}

/** Order of survival: highest rank first, then smallest id. */
const SURVIVAL = 'PARTITION BY key, mark ORDER BY rank DESC, id'

/**
 * Of each key the first in the order of survival is kept, unless a document of another version has it: then that one is named, and all go.
 *
 * @param keys view of `unit, ordinal, key, mark, rank, id`.
 * @param known the same of documents of other versions, where there are any.
 */
export function survivors(keys: string, known?: string): string {
  const ranked = (of: string): string => `
    SELECT unit, ordinal, row_number() OVER (${SURVIVAL}) AS place,
      count(*) OVER (PARTITION BY key, mark) AS copies, first_value(id) OVER (${SURVIVAL}) AS winner
    FROM ${of}`
  const decided = (of: string): string => `
    SELECT ${verdict('winner', { id: 'winner' })} FROM (${ranked(of)}) a WHERE place > 1
    UNION ALL
    SELECT ${verdict('copies', { number: 'copies' })} FROM (${ranked(of)}) b WHERE place = 1 AND copies > 1`
  if (known === undefined) return decided(keys)
  const older = `
    SELECT key, mark, id FROM (SELECT key, mark, id, row_number() OVER (${SURVIVAL}) AS place FROM ${known}) c
    WHERE place = 1`
  const fresh = `(SELECT k.* FROM ${keys} k WHERE NOT EXISTS (
      SELECT 1 FROM ${known} o WHERE o.key = k.key AND o.mark = k.mark)) d`
  return `
    SELECT ${verdict('winner', { id: 'winner' })} FROM (
      SELECT k.unit, k.ordinal, o.id AS winner FROM ${keys} k JOIN (${older}) o ON o.key = k.key AND o.mark = k.mark) e
    UNION ALL ${decided(fresh)}`
}

/** Each key of a side of a join, with its place in the order of survival and the first of that order. */
function side(keys: string): string {
  return `(SELECT unit, ordinal, key, mark, id, line, row_number() OVER (${SURVIVAL}) AS place,
    first_value(id) OVER (${SURVIVAL}) AS winner FROM ${keys})`
}

/**
 * The left side of a join: of each key the first in the order of survival matches; the others are superseded, and where nothing on
 * the right has the key all are unmatched.
 *
 * @param left view of `unit, ordinal, key, mark, rank, id, line`.
 * @param right the same of the right side.
 */
export function joinLeft(left: string, right: string): string {
  const found = `EXISTS (SELECT 1 FROM ${right} r WHERE r.key = l.key AND r.mark = l.mark)`
  return `
    SELECT ${verdict('unmatched', {})} FROM ${left} l WHERE NOT ${found}
    UNION ALL
    SELECT ${verdict('winner', { id: 'winner' })} FROM ${side(left)} l WHERE place > 1 AND ${found}`
}

/** The right side of a join: the first of a key that the left side has gets what the left document gives; the others are superseded. */
export function joinRight(left: string, right: string): string {
  return `
    SELECT ${verdict('match', { line: 'given' })} FROM (
      SELECT r.unit, r.ordinal, l.line AS given FROM ${side(right)} r
      JOIN ${side(left)} l ON l.key = r.key AND l.mark = r.mark AND l.place = 1
      WHERE r.place = 1) a
    UNION ALL
    SELECT ${verdict('winner', { id: 'winner' })} FROM ${side(right)} r
    WHERE place > 1 AND EXISTS (SELECT 1 FROM ${left} l WHERE l.key = r.key AND l.mark = r.mark)`
}

/**
 * Parts that are repeats, as {@link Repeats} says.
 *
 * @param parts view of `unit, ordinal, key, number, id`.
 * @param known view of `key`: of parts that other versions have; each is a repeat here, however often it is.
 */
export function repeatedParts(
  parts: string,
  { least, most, count, spareFirst }: Repeats,
  known?: string,
): string {
  const isKnown = `EXISTS (SELECT 1 FROM ${known} o WHERE o.key = p.key)`
  const fresh = known === undefined ? parts : `(SELECT p.* FROM ${parts} p WHERE NOT ${isKnown})`
  const counted =
    count === 'occurrences'
      ? `SELECT key, count(*) AS times FROM ${fresh} q GROUP BY key`
      : `SELECT key, count(*) AS times FROM (SELECT DISTINCT key, unit, ordinal FROM ${fresh} q) r GROUP BY key`
  const enough = `times >= ${least}${most === undefined ? '' : ` AND times <= ${most}`}`
  // Rows stand in the order of their ids, as far as the first 16 digits tell them apart.
  const place = 'row_number() OVER (PARTITION BY key ORDER BY substr(id, 1, 16), unit, ordinal, number)'
  const told = `
    SELECT ${verdict('part', { number: 'number' })} FROM (
      SELECT p.unit, p.ordinal, p.number, ${spareFirst ? 'p.place' : '2'} AS place
      FROM (SELECT *, ${spareFirst ? place : '2'} AS place FROM ${fresh} s) p
      JOIN (${counted}) c ON c.key = p.key WHERE ${enough}) t WHERE place > 1`
  if (known === undefined) return told
  return `${told} UNION ALL SELECT ${verdict('part', { number: 'number' })} FROM ${parts} p WHERE ${isKnown}`
}

/** Records whose id an earlier one has, in the order of provenance: `unit, number`, the number of the record. @param ids view of `unit, number, id`. */
export function duplicateRecords(ids: string): string {
  return `SELECT unit, number FROM (
    SELECT unit, number, row_number() OVER (PARTITION BY id ORDER BY unit, number) AS place FROM ${ids}) a
    WHERE place > 1`
}

/**
 * Rows that have a key in common with others: `key, row`, where rows are numbered unit by unit.
 *
 * @param keys view of `unit, ordinal, key`.
 * @param bases view of `unit, base`: the number of each unit's first row.
 */
export function sharedKeys(keys: string, bases: string): string {
  return `SELECT s.key AS key, b.base + s.ordinal AS row, s.unit AS unit, s.ordinal AS ordinal
    FROM ${keys} s JOIN ${bases} b ON b.unit = s.unit
    WHERE s.key IN (SELECT key FROM ${keys} GROUP BY key HAVING count(*) > 1)`
}

/**
 * What comparisons decided, as verdicts. @param winners, copies views of `unit, ordinal, id, rank` and of `unit, ordinal, key`.
 */
export function comparedVerdicts(winners: string, copies: string): string {
  return `
    SELECT unit, ordinal, ${WHAT.winner} AS what, ${NO_NUMBER} AS number, rank AS value, id, ${NO_TEXT} AS line FROM ${winners}
    UNION ALL
    SELECT ${verdict('copies', { number: 'key' })} FROM ${copies}`
}
