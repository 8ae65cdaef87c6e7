import { type Calibration, calibrationOf } from '../../learn/linear/calibration.ts'
import { PART, sigmoid } from '../../learn/linear/logistic-loss.ts'
import type { LogisticFit } from '../../learn/linear/logistic-regression.ts'
import { areaUnderCurve } from '../../learn/linear/roc.ts'
import type { RowTable } from './row-table.ts'
import type { FeatureWords } from './word-counts.ts'

/** What a fit says of one of its sources. */
export interface SourceMetrics {
  readonly name: string
  readonly ref: string
  readonly role: 'positives' | 'negatives'
  readonly documents: number
  /** UTF-8 bytes of their texts. */
  readonly bytes: number
  /** Rows that could not be read or have no text, by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Negatives left out because a positive is the same text (case and white space aside), or nearly. */
  readonly copies: { readonly exact: number; readonly near: number }
  readonly train: number
  readonly heldOut: number
  readonly domains: number
  /** Domains so large that their documents were parted. */
  readonly partedDomains: readonly string[]
  /** On the held-out part, against all negatives of it (of a negative source: all positives); `null` where either is empty. */
  readonly auc: number | null
  /** Documents of the held-out part by score: 20 bins of .05. */
  readonly histogram: readonly number[]
}

/** A feature that moves scores much. */
export interface TopFeature {
  readonly feature: number
  /** What one more occurrence adds to the log-odds. */
  readonly weight: number
  /** Standard deviation of its value in training. */
  readonly deviation: number
  /** The words that fall on it in the texts that were sampled for names, the most frequent first; empty = none did. */
  readonly words: FeatureWords['words']
  /** Different words that fall on it there. */
  readonly different: number
}

/** What `tilth fit quality` measures of its model, on the part that was held out. Stable. */
export interface QualityMetrics {
  readonly sources: readonly SourceMetrics[]
  /** Area under the ROC curve, 0 to 1; `null` where a class has nothing held out. */
  readonly auc: number | null
  readonly calibration: Calibration
  readonly topFeatures: { readonly positive: readonly TopFeature[]; readonly negative: readonly TopFeature[] }
  readonly fit: Pick<LogisticFit, 'iterations' | 'best' | 'stopped' | 'losses'>
  /** What a negative and a positive document count in the loss. */
  readonly classWeights: readonly [number, number]
  readonly warnings: readonly string[]
}

export const HISTOGRAM_BINS = 20
/** Below it, scores say little. */
const WEAK = 0.6

export function histogramOf(scores: Iterable<number>): readonly number[] {
  const bins = Array.from({ length: HISTOGRAM_BINS }, () => 0)
  for (const score of scores) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(score * HISTOGRAM_BINS))
    bins[bin] = (bins[bin] ?? 0) + 1
  }
  return bins
}

/** Which rows a source has in the table. */
export interface SourceRows {
  readonly from: number
  readonly to: number
  readonly role: 'positives' | 'negatives'
}

/** Ranks and calibration of the held-out part, given the margins of all rows. */
export function heldOutMetrics(
  table: RowTable,
  margins: Float64Array,
  sources: readonly SourceRows[],
  classWeights: readonly [number, number],
): {
  readonly auc: number | null
  readonly sources: readonly { readonly auc: number | null; readonly histogram: readonly number[] }[]
  readonly calibration: Calibration
} {
  const held = sources.map(({ from, to }) => {
    const own: number[] = []
    for (let row = from; row < to; row++)
      if (table.parts[row] === PART.heldOut) own.push(margins[row] as number)
    return Float64Array.from(own)
  })
  const of = (role: SourceRows['role']): Float64Array =>
    Float64Array.from(held.flatMap((own, at) => (sources[at]?.role === role ? [...own] : [])))
  const [positives, negatives] = [of('positives'), of('negatives')]
  const area = (above: Float64Array, below: Float64Array): number | null =>
    above.length === 0 || below.length === 0 ? null : areaUnderCurve(above, below)
  const scores = Float64Array.from([...negatives, ...positives], sigmoid)
  const labels = new Uint8Array(scores.length).fill(1, negatives.length)
  return {
    auc: area(positives, negatives),
    sources: held.map((own, at) => ({
      auc: sources[at]?.role === 'positives' ? area(own, negatives) : area(positives, own),
      histogram: histogramOf(own.values().map(sigmoid)),
    })),
    calibration: calibrationOf(scores, labels, classWeights),
  }
}

/** What a person should know before the model is used. */
export function warningsOf(auc: number | null, sources: readonly SourceMetrics[]): readonly string[] {
  const warnings: string[] = []
  const weak = (what: string, value: number): string =>
    `${what}: AUC ${value.toFixed(3)}, where .5 is chance: the model tells ${what === 'all positives' ? 'the classes' : 'them'} hardly apart, so its scores select next to nothing`
  if (auc !== null && auc < WEAK) warnings.push(weak('all positives', auc))
  for (const source of sources) {
    if (source.heldOut === 0)
      warnings.push(`${source.name}: nothing of it could be held out, so nothing is measured of it`)
    else if (source.role === 'positives' && source.auc !== null && source.auc < WEAK)
      warnings.push(weak(source.name, source.auc))
  }
  return warnings
}

/** Features by how much they move scores: weight times deviation. */
export function strongest(
  weights: Float32Array,
  deviations: Float64Array,
  count: number,
): { readonly positive: readonly number[]; readonly negative: readonly number[] } {
  const top = (sign: number): readonly number[] => {
    const best: { readonly feature: number; readonly moves: number }[] = []
    let least = 0
    for (let feature = 0; feature < weights.length; feature++) {
      const moves = sign * (weights[feature] as number) * (deviations[feature] as number)
      if (moves <= least) continue
      const place = best.findIndex((other) => other.moves < moves)
      best.splice(place === -1 ? best.length : place, 0, { feature, moves })
      if (best.length > count) best.pop()
      if (best.length === count) least = best.at(-1)?.moves ?? 0
    }
    return best.map(({ feature }) => feature)
  }
  return { positive: top(1), negative: top(-1) }
}
