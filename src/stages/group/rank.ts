import type { Document, Json } from '../../model/document.ts'
import type { StepSignals } from '../../model/stage.ts'
import type { Preference } from './preference.ts'

/** What makes one document better than another; the highest wins. Finite. */
export function rankBy(prefer: Preference): (document: Document, signals?: StepSignals) => number {
  if (typeof prefer === 'string') return RANKS[prefer]
  if ('signal' in prefer) return (_, signals = {}) => signals[prefer.signal] ?? LAST
  const places = new Map(prefer.order.map((value, place) => [value, -place]))
  return ({ meta }) => places.get(String(meta[prefer.field] ?? '')) ?? LAST
}

const LAST = Number.MIN_SAFE_INTEGER

const RANKS: Readonly<Record<Extract<Preference, string>, (document: Document) => number>> = {
  'smallest-id': () => 0,
  longest: ({ text }) => text.length,
  'highest-score': ({ meta }) => scoreOf(meta['link']) ?? scoreOf(meta) ?? LAST,
  newest: ({ meta }) => {
    const time = typeof meta['date'] === 'string' ? Date.parse(meta['date']) : Number.NaN
    return Number.isFinite(time) ? time : LAST
  },
}

function scoreOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('score' in value)) return undefined
  return typeof value.score === 'number' ? value.score : undefined
}

/**
 * Age of a document as a number, from a value such as a date, a year, or the name of a crawl: smaller is older. A number is itself, a date
 * its time, and of another text the digits count, as in `CC-MAIN-2023-06`.
 */
export function ageOf(value: Json | undefined): number {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.MAX_SAFE_INTEGER
  const time = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isFinite(time)) return time
  const digits = value.replaceAll(/\D/g, '').slice(0, 15)
  return digits === '' ? Number.MAX_SAFE_INTEGER : Number(digits)
}
