import { addRow, countAt, featureAt, marginOf, type PackedRows } from './packed-rows.ts'

/** Rows with the class of each and what it counts. */
export interface LabelledRows extends PackedRows {
  /** 1 for a positive, 0 for a negative; {@link PASSED_OVER} for a row that takes no part. */
  readonly labels: Uint8Array
  /** What a row's loss is multiplied with, by label: `[negative, positive]`. */
  readonly classWeights: readonly [number, number]
}

/** Label of a row that takes no part. */
export const PASSED_OVER = 2

/** The logistic function, 0 to 1. */
export function sigmoid(margin: number): number {
  if (margin >= 0) return 1 / (1 + Math.exp(-margin))
  const power = Math.exp(margin)
  return power / (1 + power)
}

/** Logistic loss of a row, in nats; never infinite. */
export function logLoss(margin: number, label: number): number {
  const signed = label === 1 ? margin : -margin
  return signed > 0 ? Math.log1p(Math.exp(-signed)) : Math.log1p(Math.exp(signed)) - signed
}

/** Calls for each row that takes part: its entries, from `start` to `end`, its label, its scale and what its loss counts. */
function eachRow(
  { ends, scales, labels, classWeights }: LabelledRows,
  call: (start: number, end: number, label: number, scale: number, weight: number) => void,
): void {
  let start = 0
  for (let row = 0; row < ends.length; row++) {
    const end = ends[row] as number
    const label = labels[row] as number
    if (label !== PASSED_OVER) call(start, end, label, scales[row] as number, classWeights[label] as number)
    start = end
  }
}

/** Sum of the rows' weighted losses. */
export function lossOf(rows: LabelledRows, weights: Float64Array, intercept: number): number {
  const { entries } = rows
  let sum = 0
  eachRow(rows, (start, end, label, scale, weight) => {
    sum += weight * logLoss(intercept + marginOf(entries, start, end, scale, weights), label)
  })
  return sum
}

/**
 * Adds the gradient of the rows' weighted losses to `gradient`, row by row. Its last number is the intercept's.
 *
 * @returns the sum of the losses.
 */
export function addGradient(
  rows: LabelledRows,
  weights: Float64Array,
  intercept: number,
  gradient: Float64Array,
): number {
  const { entries } = rows
  const last = gradient.length - 1
  let loss = 0
  eachRow(rows, (start, end, label, scale, weight) => {
    const margin = intercept + marginOf(entries, start, end, scale, weights)
    loss += weight * logLoss(margin, label)
    const slope = weight * (sigmoid(margin) - label)
    addRow(entries, start, end, slope * scale, gradient)
    gradient[last] = (gradient[last] as number) + slope
  })
  return loss
}

/** Adds the sums and the sums of squares of the rows' weighted values to two vectors, by feature. */
export function addMoments(rows: LabelledRows, sums: Float64Array, squares: Float64Array): void {
  const { entries } = rows
  eachRow(rows, (start, end, _label, scale, weight) => {
    for (let at = start; at < end; ) {
      const feature = featureAt(entries[at] as number)
      let count = 0
      // A large count is several entries.
      while (at < end && featureAt(entries[at] as number) === feature)
        count += countAt(entries[at++] as number)
      const value = count * scale
      sums[feature] = (sums[feature] as number) + weight * value
      squares[feature] = (squares[feature] as number) + weight * value * value
    }
  })
}
