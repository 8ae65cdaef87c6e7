/** Scores from `from` on, up to the next bin, beside how many of them were positive. */
export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly rows: number
  /** Weighted mean of the scores; `null` where there are none. */
  readonly meanScore: number | null
  /** Weighted share of positives; `null` where there are none. */
  readonly positiveRatio: number | null
}

export interface Calibration {
  readonly bins: readonly ReliabilityBin[]
  /** Expected calibration error: mean distance of score and share over the bins, by their weight. 0 to 1. */
  readonly expectedError: number
  /** Brier score: mean squared distance of score and label. 0 to 1; .25 for a coin. */
  readonly brier: number
}

const BINS = 10

/**
 * How far scores are what they claim to be, in ten bins of equal width.
 *
 * @param classWeights what a negative and a positive count: with those of the fit, a score is the chance of a positive where
 *   both classes are as frequent as they were made to be.
 */
export function calibrationOf(
  scores: Float64Array,
  labels: Uint8Array,
  classWeights: readonly [number, number],
): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ rows: 0, weight: 0, score: 0, positive: 0 }))
  let [total, squares] = [0, 0]
  for (const [row, score] of scores.entries()) {
    const label = labels[row] as number
    const weight = classWeights[label] as number
    const bin = sums[Math.min(BINS - 1, Math.floor(score * BINS))]
    if (bin === undefined) continue
    bin.rows++
    bin.weight += weight
    bin.score += weight * score
    bin.positive += weight * label
    total += weight
    squares += weight * (score - label) ** 2
  }
  const error = sums.reduce((sum, { score, positive }) => sum + Math.abs(score - positive), 0)
  return {
    bins: sums.map(({ rows, weight, score, positive }, at) => ({
      from: at / BINS,
      to: (at + 1) / BINS,
      rows,
      meanScore: rows === 0 ? null : score / weight,
      positiveRatio: rows === 0 ? null : positive / weight,
    })),
    expectedError: total === 0 ? Number.NaN : error / total,
    brier: total === 0 ? Number.NaN : squares / total,
  }
}
