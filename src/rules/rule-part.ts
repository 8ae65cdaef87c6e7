import type { Rule, Signals } from '../model/stage.ts'
import type { TextScan, Words } from './scan/text-scan.ts'

/**
 * The half of a published rule set that decides over pages: what it measures, and the limits over that.
 *
 * The order of the rules is the source's own, as the first broken rule names the reason.
 */
export interface RulePart {
  /** What is measured, and whose definition of it: `gopher-quality@paper`. */
  readonly name: string
  /** Raised whenever the same text would give other signals or verdicts. */
  readonly revision: number
  readonly description: string
  /** How words are cut where nothing is said; `undefined` = it has one way only, and no option. */
  readonly words?: Words
  /** Each signal with its meaning, unit and range. */
  readonly signals: Readonly<Record<string, string>>
  /** Limits as published; `option` is the name under which one is changed. */
  readonly rules: readonly Rule[]
  /** Signals of the text that the scan holds. Pure. */
  measure(scan: TextScan, words: Words): Signals
}

/** Drop where the signal is below the limit; the limit itself is kept. */
export function atLeast(
  signal: string,
  limit: number,
  option: string,
  reason: string,
  peerReason: string,
  source: string,
): Rule {
  return { signal, keep: 'at-least', limit, option, reason, peerReason, source }
}

/** Drop where the signal is above the limit; the limit itself is kept. */
export function atMost(...rule: Parameters<typeof atLeast>): Rule {
  return { ...atLeast(...rule), keep: 'at-most' }
}

/** Drop where the signal is at the limit or below it. */
export function above(...rule: Parameters<typeof atLeast>): Rule {
  return { ...atLeast(...rule), keep: 'above' }
}

/** Drop where the signal is at the limit or above it. */
export function below(...rule: Parameters<typeof atLeast>): Rule {
  return { ...atLeast(...rule), keep: 'below' }
}

/** A share, or `null` of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
