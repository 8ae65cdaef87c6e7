import { addRow, countAt, featureAt, marginOf, type PackedRows } from './packed-rows.ts'

/** What part a row takes in a fit. */
export const PART = { train: 0, heldOut: 1, excluded: 2 } as const

/** Rows with the class of each and what it counts. */
export interface LabelledRows extends PackedRows {
  /** 1 for a positive, 0 for a negative. */
  readonly labels: Uint8Array
  /** A number of {@link PART}. */
  readonly parts: Uint8Array
  /** What a row's loss is multiplied with, by label: `[negative, positive]`. */
  readonly classWeights: readonly [number, number]
}

/** Sums of rows' weighted losses, and how that of the training rows changes along a line. */
export interface Losses {
  readonly train: number
  readonly slope: number
  readonly heldOut: number
}

/** The logistic function, 0 to 1. */
export function sigmoid(margin: number): number {
  if (margin >= 0) return 1 / (1 + Math.exp(-margin))
  const power = Math.exp(margin)
  return power / (1 + power)
}

/** What is known of rows without their entries. */
export type RowLabels = Pick<LabelledRows, 'labels' | 'parts' | 'classWeights'>

/** Logistic losses, in nats, of rows `length` times `along` from their margins. */
export function lossesOf(
  { labels, parts, classWeights }: RowLabels,
  margins: Float64Array,
  along: Float64Array,
  length: number,
): Losses {
  let train = 0
  let slope = 0
  let heldOut = 0
  for (let row = 0; row < labels.length; row++) {
    const part = parts[row] as number
    if (part === PART.excluded) continue
    const label = labels[row] as number
    const weight = classWeights[label] as number
    const change = along[row] as number
    // The margin as it is for the row's label: positive = told apart. The power is at most 1, so nothing is infinite.
    const sign = label === 1 ? 1 : -1
    const margin = sign * ((margins[row] as number) + length * change)
    const power = Math.exp(-Math.abs(margin))
    const loss = weight * (Math.log1p(power) + (margin < 0 ? -margin : 0))
    if (part === PART.heldOut) heldOut += loss
    else {
      train += loss
      slope -= weight * sign * change * ((margin < 0 ? 1 : power) / (1 + power))
    }
  }
  return { train, slope, heldOut }
}

/** What weights make of the rows that take part: see `marginOf`. The last of the weights is the intercept. */
export function setMargins(rows: LabelledRows, weights: Float64Array, margins: Float64Array): void {
  const { entries, sizes, scales, parts } = rows
  const intercept = weights[weights.length - 1] as number
  let end = 0
  for (let row = 0; row < sizes.length; row++) {
    const start = end
    end += sizes[row] as number
    if (parts[row] !== PART.excluded)
      margins[row] = intercept + marginOf(entries, start, end, scales[row] as number, weights)
  }
}

/** A row that moves the gradient by less is told apart so surely that it moves nothing: books are, after some steps. */
const LEAST_SLOPE = 1e-12

/** Adds the gradient of the training rows' weighted losses, row by row; its last number is the intercept's. */
export function addGradient(rows: LabelledRows, margins: Float64Array, gradient: Float64Array): void {
  const { entries, sizes, scales, labels, parts, classWeights } = rows
  const last = gradient.length - 1
  let end = 0
  for (let row = 0; row < sizes.length; row++) {
    const start = end
    end += sizes[row] as number
    if (parts[row] !== PART.train) continue
    const label = labels[row] as number
    const slope = (classWeights[label] as number) * (sigmoid(margins[row] as number) - label)
    if (Math.abs(slope) < LEAST_SLOPE) continue
    addRow(entries, start, end, slope * (scales[row] as number), gradient)
    gradient[last] = (gradient[last] as number) + slope
  }
}

/** Adds the sums and the sums of squares of the training rows' weighted values to two vectors, by feature. */
export function addMoments(rows: LabelledRows, sums: Float64Array, squares: Float64Array): void {
  const { entries, sizes, scales, labels, parts, classWeights } = rows
  let end = 0
  for (let row = 0; row < sizes.length; row++) {
    let at = end
    end += sizes[row] as number
    if (parts[row] !== PART.train) continue
    const [scale, weight] = [scales[row] as number, classWeights[labels[row] as number] as number]
    while (at < end) {
      const feature = featureAt(entries[at] as number)
      let count = 0
      // A large count is several entries.
      while (at < end && featureAt(entries[at] as number) === feature)
        count += countAt(entries[at++] as number)
      const value = count * scale
      sums[feature] = (sums[feature] as number) + weight * value
      squares[feature] = (squares[feature] as number) + weight * value * value
    }
  }
}
