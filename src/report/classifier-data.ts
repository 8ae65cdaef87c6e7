import type { PlanRecord, SignalRow } from '../model/version.ts'

/** Bins of scores from 0 to 1, as a fit of quality counts them. */
export const SCORE_BINS = 20

/** What a fit says of its model on what was held out: the part of a classifier's metrics that a report shows. */
export interface ClassifierMetrics {
  readonly auc: number | null
  readonly sources: readonly {
    readonly name: string
    readonly role: string
    readonly auc: number | null
    readonly histogram: readonly number[]
  }[]
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

/** Counts the scores of a version's documents by bin. */
export class ScoreCount {
  readonly #counts: readonly (UsedClassifier & { readonly measured: number[]; readonly kept: number[] })[]

  constructor(used: readonly UsedClassifier[]) {
    const bins = (): number[] => Array.from({ length: SCORE_BINS }, () => 0)
    this.#counts = used.map((each) => ({ ...each, measured: bins(), kept: bins() }))
  }

  measured({ kept, signals }: SignalRow): void {
    for (const count of this.#counts) {
      const score = signals[`${count.step}.quality`]
      if (score === undefined || score === null) continue
      const bin = Math.max(0, Math.min(SCORE_BINS - 1, Math.floor(score * SCORE_BINS)))
      count.measured[bin] = (count.measured[bin] ?? 0) + 1
      if (kept) count.kept[bin] = (count.kept[bin] ?? 0) + 1
    }
  }

  finish(): readonly ReportClassifier[] {
    return this.#counts
  }
}
