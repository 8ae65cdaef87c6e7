import { type AlphaFit, fitAlpha, keptCounts, ScoreCounts } from '../../learn/linear/pareto-alpha.ts'
import { TilthError } from '../../model/error.ts'
import type { Store } from '../../store/store.ts'
import { HISTOGRAM_BINS } from './quality-metrics.ts'
import { readPositives, readScores, type Scored, type ScoresFrom } from './scores.ts'

export interface AlphaOptions {
  /** What is to be selected from: a version, or with a model files. */
  readonly documents: string
  readonly positives: readonly string[]
  readonly from: ScoresFrom
  readonly store: Store
}

export interface AlphaFitted {
  readonly documents: Scored & { readonly documents: number }
  readonly positives: {
    readonly refs: readonly string[]
    readonly documents: number
    readonly sources: readonly Scored[]
  }
  readonly fit: AlphaFit
  /** Documents by score, in bins of .05; of those kept as many as are expected. */
  readonly histograms: {
    readonly positives: readonly number[]
    readonly documents: readonly number[]
    readonly kept: readonly number[]
  }
}

/**
 * The alpha of `quality-pareto` whose kept documents score like the positives.
 *
 * @throws TilthError `data` where either side has no score, or one that is not from 0 to 1.
 */
export async function fitAlphaOf({ documents, positives, from, store }: AlphaOptions): Promise<AlphaFitted> {
  const [all, good] = [new ScoreCounts(), new ScoreCounts()]
  const scored = await readScores(documents, from, store, (score) => all.add(chance(score, documents)))
  const sources: Scored[] = []
  for (const each of positives)
    sources.push(await readPositives(each, from, store, (score) => good.add(chance(score, each))))
  for (const [counts, what] of [
    [all, scored.ref],
    [good, 'the positives'],
  ] as const) {
    if (counts.total > 0) continue
    throw new TilthError('data', `${what}: no document has a score`, { hint: 'score them with --model' })
  }
  const fit = fitAlpha(all, good)
  return {
    documents: { ...scored, documents: all.total },
    positives: { refs: sources.map(({ ref }) => ref), documents: good.total, sources },
    fit,
    histograms: {
      positives: coarse(good.bins),
      documents: coarse(all.bins),
      kept: coarse(keptCounts(all, fit.best.alpha)),
    },
  }
}

/** Scores in other units would all count as 0 or 1. */
function chance(score: number, of: string): number {
  if (score >= 0 && score <= 1) return score
  throw new TilthError('data', `${of}: a score is ${score}, and alpha is for scores from 0 to 1`, {
    hint: 'give the step quality outOf and run it, or choose a threshold: tilth fit threshold',
  })
}

function coarse(bins: Float64Array): readonly number[] {
  const sums = Array.from({ length: HISTOGRAM_BINS }, () => 0)
  for (const [bin, count] of bins.entries()) {
    const at = Math.floor((bin * HISTOGRAM_BINS) / bins.length)
    sums[at] = (sums[at] ?? 0) + count
  }
  return sums
}
