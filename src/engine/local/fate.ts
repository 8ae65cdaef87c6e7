import { decide, type Rule, type Signals, type Verdict } from '../../model/stage.ts'
import type { FlowRejection, FlowRow } from '../units/unit-output.ts'
import type { ChangedLimits, DecidedStep } from './changed-limits.ts'

/** What other limits make of the earlier result of one document. Places are those of steps in the segment. */
export type Fate =
  /** Nothing; `measureOn` = it ended, and has yet to be measured by the steps behind the last. */
  | { readonly kind: 'same'; readonly measureOn: boolean }
  /** It ends at this step, by this rule. */
  | {
      readonly kind: 'ends'
      readonly place: number
      readonly rule: Rule
      readonly value: number
      readonly measureOn: boolean
    }
  /** It goes on at this step. */
  | { readonly kind: 'goes-on'; readonly place: number }
  /** Its text at the step that now decides is not stored: its record must be read and run again. */
  | { readonly kind: 'again' }

const SAME: Fate = { kind: 'same', measureOn: false }
const AGAIN: Fate = { kind: 'again' }

/**
 * Decides over the stored signals of one segment. A document holds its text as it was when it ended, and was measured to
 * the end of the segment. So a filter before its end may drop it now, a filter that ended it may let it go on, and only
 * where a rewrite stands between is its text not the one that is stored.
 */
export class Fates {
  readonly #steps: readonly DecidedStep[]
  readonly #isLonger: boolean
  readonly #changed: readonly number[]
  readonly #lastRewrite: number
  readonly #places: ReadonlyMap<string, number>
  readonly #textIsKept: boolean

  constructor({ steps, isLonger }: ChangedLimits, textIsKept: boolean) {
    this.#steps = steps
    this.#isLonger = isLonger
    this.#changed = steps.flatMap(({ isChanged }, place) => (isChanged ? [place] : []))
    this.#lastRewrite = steps.findLastIndex(({ kind }) => kind === 'rewrite')
    this.#places = new Map(steps.map(({ name }, place) => [name, place]))
    this.#textIsKept = textIsKept
  }

  /** Place of the step that ended a document; `undefined` = outside of the segment: a group before it, a join's input. */
  placeOf(rejection: FlowRejection): number | undefined {
    return this.#places.get(rejection.step)
  }

  /** Place of the first step whose verdicts may be others: no document begins before it, unless it is run again. */
  get first(): number {
    return this.#changed[0] ?? this.#steps.length
  }

  /** Whether any document could have to be run again. */
  get mayBeAgain(): boolean {
    return !this.#textIsKept || this.#lastRewrite >= 0
  }

  ofKept(row: FlowRow): Fate {
    const broken = this.#broken(row.signals, this.#steps.length)
    if (broken !== undefined) {
      return this.#lastRewrite > broken.place ? AGAIN : { kind: 'ends', ...broken, measureOn: this.#isLonger }
    }
    return this.#isLonger ? { kind: 'goes-on', place: this.#steps.length } : SAME
  }

  ofEnded(rejection: FlowRejection): Fate {
    const at = this.placeOf(rejection)
    const step = this.#steps[at ?? -1]
    if (at === undefined || step === undefined || step.kind === 'extract') return SAME
    const isRuled = rejection.kind === 'dropped' && rejection.signal !== undefined
    const measureOn = isRuled && this.#isLonger
    if (measureOn && (!this.#textIsKept || this.#lastRewrite > at || !this.#isMeasured(rejection)))
      return AGAIN
    const broken = this.#broken(rejection.signals, at)
    if (broken !== undefined) {
      const isKnown = this.#textIsKept && !this.#isRewritten(broken.place, at)
      return isKnown ? { kind: 'ends', ...broken, measureOn } : AGAIN
    }
    if (!isRuled || !step.isChanged) return { kind: 'same', measureOn }
    const verdict = decideBy(step, rejection.signals)
    if (verdict.keep) return this.#textIsKept ? { kind: 'goes-on', place: at + 1 } : AGAIN
    const { signal, reason, limit } = verdict.rule
    if (rejection.signal === signal && rejection.reason === reason && rejection.limit === limit) {
      return { kind: 'same', measureOn }
    }
    if (step.hasDetail && !this.#textIsKept) return AGAIN
    return { kind: 'ends', place: at, rule: verdict.rule, value: verdict.value, measureOn }
  }

  /** The first changed filter before a place that drops a document now. */
  #broken(
    signals: Signals,
    end: number,
  ): { readonly place: number; readonly rule: Rule; readonly value: number } | undefined {
    for (const place of this.#changed) {
      const step = this.#steps[place]
      if (step === undefined || place >= end) return undefined
      const verdict = decideBy(step, signals)
      if (!verdict.keep) return { place, rule: verdict.rule, value: verdict.value }
    }
    return undefined
  }

  #isRewritten(from: number, to: number): boolean {
    return this.#steps.some(({ kind }, place) => kind === 'rewrite' && place > from && place < to)
  }

  /** Whether the last step that measures has measured it: none crashed on it behind its end. */
  #isMeasured({ signals }: FlowRow): boolean {
    const last = this.#steps.findLast((step) => step.signals.length > 0)
    return (
      last === undefined || last.signals.some((signal) => signals[`${last.name}.${signal}`] !== undefined)
    )
  }
}

function decideBy({ name, rules }: DecidedStep, signals: Signals): Verdict {
  const own: Record<string, number | null> = {}
  for (const { signal } of rules) own[signal] = signals[`${name}.${signal}`] ?? null
  return decide(rules, own)
}
