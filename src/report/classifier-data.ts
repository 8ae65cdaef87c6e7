import type { HeldOutSource } from '../model/held-out.ts'
import { decide } from '../model/stage.ts'
import type { PlanRecord, PlanStepRecord, SignalRow } from '../model/version.ts'

/** Bins of scores from 0 to 1, as a fit of quality counts them. */
export const SCORE_BINS = 20

/** A feature that moves scores much, with the words that fall on it, the most frequent first. */
export interface TopWord {
  readonly weight: number
  readonly deviation: number
  readonly words: readonly { readonly word: string; readonly count: number }[]
}

/** What a fit says of its model on what was held out: the part of a classifier's metrics that a report shows. */
export interface ClassifierMetrics {
  readonly auc: number | null
  readonly sources: readonly (HeldOutSource & { readonly histogram: readonly number[] })[]
  readonly calibration: {
    readonly bins: readonly {
      readonly from: number
      readonly to: number
      readonly rows: number
      readonly meanScore: number | null
      readonly positiveRatio: number | null
    }[]
    readonly expectedError: number
    readonly brier: number
  }
  readonly topFeatures: {
    readonly positive: readonly TopWord[]
    readonly negative: readonly TopWord[]
  }
  readonly warnings: readonly string[]
}

/** A classifier that a step used, with the artefact it was. */
export interface UsedClassifier {
  readonly step: string
  /** `NAME@NUMBER`. */
  readonly ref: string
  readonly metrics: ClassifierMetrics
}

/** A classifier in a report: what it was fitted on, and the scores of this version's documents. */
export interface ReportClassifier extends UsedClassifier {
  /** Documents by score, 20 bins of .05: all that were measured, and the kept ones. */
  readonly measured: readonly number[]
  /** Those that a step decides to keep by this score, whatever later steps did to them. */
  readonly selected: readonly { readonly step: string; readonly histogram: readonly number[] }[]
  readonly kept: readonly number[]
}

/** Steps that score by a fitted classifier, and the reference to it. */
export function classifierSteps(
  plan: Pick<PlanRecord, 'steps'>,
): readonly { readonly step: string; readonly ref: string }[] {
  return plan.steps.flatMap(({ name, stage, options }) => {
    const { model } = options
    if (stage !== 'quality' || typeof model !== 'string' || !model.startsWith('fit:')) return []
    return [{ step: name, ref: model.slice('fit:'.length) }]
  })
}

/** Steps that decide by the score of a step, such as a draw. */
function selections({ steps }: Pick<PlanRecord, 'steps'>, step: string): readonly PlanStepRecord[] {
  const score = `${step}.quality`
  return steps.filter(
    ({ options, rules }) =>
      rules.length > 0 && (options['of'] === score || rules.some(({ signal }) => signal === score)),
  )
}

interface Counted extends UsedClassifier {
  readonly measured: number[]
  readonly selected: readonly {
    readonly step: string
    readonly by: PlanStepRecord
    readonly histogram: number[]
  }[]
  readonly kept: number[]
}

/** Counts the scores of a version's documents by bin. */
export class ScoreCount {
  readonly #counts: readonly Counted[]

  constructor(used: readonly UsedClassifier[], plan: Pick<PlanRecord, 'steps'>) {
    const bins = (): number[] => Array.from({ length: SCORE_BINS }, () => 0)
    this.#counts = used.map((each) => ({
      ...each,
      measured: bins(),
      selected: selections(plan, each.step).map((by) => ({ step: by.name, by, histogram: bins() })),
      kept: bins(),
    }))
  }

  measured({ kept, signals }: SignalRow): void {
    for (const count of this.#counts) {
      const score = signals[`${count.step}.quality`]
      if (score === undefined || score === null) continue
      const bin = Math.max(0, Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS)))
      count.measured[bin] = (count.measured[bin] ?? 0) + 1
      for (const { step, by, histogram } of count.selected) {
        const own = Object.fromEntries(
          by.rules.map(({ signal }) => [signal, signals[`${step}.${signal}`] ?? null]),
        )
        if (decide(by.rules, own).keep) histogram[bin] = (histogram[bin] ?? 0) + 1
      }
      if (kept) count.kept[bin] = (count.kept[bin] ?? 0) + 1
    }
  }

  finish(): readonly ReportClassifier[] {
    return this.#counts.map(({ selected, ...count }) => ({
      ...count,
      selected: selected.map(({ step, histogram }) => ({ step, histogram })),
    }))
  }
}
