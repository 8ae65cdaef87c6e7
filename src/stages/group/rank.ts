import type { Document, Json } from '../../model/document.ts'
import type { StepSignals } from '../../model/stage.ts'
import { timeOf } from '../../text/time.ts'
import type { Preference } from './preference.ts'

/** What makes one document better than another; the highest wins. Finite. */
export function rankBy(prefer: Preference): (document: Document, signals?: StepSignals) => number {
  if (typeof prefer === 'string') return RANKS[prefer]
  if ('signal' in prefer) return (_, signals = {}) => finite(signals[prefer.signal]) ?? LAST
  if ('input' in prefer) {
    const places = new Map(prefer.input.map((name, place) => [name, -place]))
    return ({ origin }) => places.get(origin.name ?? '') ?? LAST
  }
  const places = new Map(prefer.order.map((value, place) => [value, -place]))
  return ({ meta }) => places.get(String(meta[prefer.field] ?? '')) ?? LAST
}

const LAST = Number.MIN_SAFE_INTEGER

/** Whether a document has what is preferred by; what has none comes last. */
export function isRanked(rank: number): boolean {
  return rank !== LAST
}

const RANKS: Readonly<Record<Extract<Preference, string>, (document: Document) => number>> = {
  'smallest-id': () => 0,
  longest: ({ text }) => text.length,
  'highest-score': ({ meta }) => scoreOf(meta['link']) ?? scoreOf(meta) ?? LAST,
  newest: ({ meta }) => timeOf(meta['date']) ?? LAST,
  oldest: ({ meta }) => -(timeOf(meta['date']) ?? -LAST),
}

function scoreOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('score' in value)) return undefined
  return finite(value.score)
}

/** A number that can be written and read again: JSON makes 1e999 of a crawl an infinity, and of that nothing. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Age of what has none that can be read: younger than everything, so that it never wins. */
export const UNKNOWN_AGE = Number.MAX_SAFE_INTEGER

/**
 * Age of a document as a number, smaller is older, from a date as {@link timeOf} reads it, the name of a crawl with its week
 * (`CC-MAIN-2023-06`), another number, or a name with a number (`crawl-3`), whose digits count. Dates and weeks are of one order, and other
 * numbers of another, all of it older than dates. A number of less than nine digits is no date: crawls are counted, and 2013 is then a number
 * among numbers.
 */
export function ageOf(value: Json | undefined): number {
  if (typeof value === 'number' && Math.abs(value) < 1e8) return value + NUMBERS
  const time = timeOf(value)
  if (time !== undefined) return time
  if (typeof value === 'number') return Number.isFinite(value) ? value + NUMBERS : UNKNOWN_AGE
  if (typeof value !== 'string' || !/^[\p{L}\p{N}._-]+$/u.test(value)) return UNKNOWN_AGE
  const [, year, week] = /\p{L}.*-(\d{4})-(\d\d)$/u.exec(value) ?? []
  const monday = timeOf(`${year}-W${week}`)
  if (monday !== undefined) return monday
  // What looks like a date and is none says nothing: 2013-02-30.
  if (/^\d+[.-]\d/.test(value)) return UNKNOWN_AGE
  const digits = value.replaceAll(/\D/g, '')
  const dated = digits.length === 8 || digits.length === 14 ? timeOf(digits) : undefined
  return dated ?? (digits === '' ? UNKNOWN_AGE : Number(digits.slice(0, 13)) + NUMBERS)
}

/** Brings numbers up to 10^13 before all dates of this era; fractions of 1/256 remain. */
const NUMBERS = -(2 ** 44)
