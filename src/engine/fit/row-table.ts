import { PART } from '../../learn/linear/logistic-loss.ts'

/**
 * All rows of a fit in the order of its sources, with their features in files. In shared memory: every thread reads the
 * same. 30 bytes a row.
 */
export interface RowTable {
  readonly rows: number
  /** Files of entries, one a unit, and the first row of each; `firsts` has one number more. */
  readonly paths: readonly string[]
  readonly firsts: readonly number[]
  readonly features: number
  /** Place of each row's first entry in its file. */
  readonly starts: Float64Array
  readonly sizes: Uint32Array
  readonly scales: Float64Array
  /** 1 for a positive. */
  readonly labels: Uint8Array
  /** A number of {@link PART}. */
  readonly parts: Uint8Array
}

/** A shared array of numbers. */
export function shared<T>(
  of: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new of(new SharedArrayBuffer(Math.max(1, length) * of.BYTES_PER_ELEMENT))
}

/** Rows by part, `[negatives, positives]`. */
export interface PartCounts {
  readonly train: readonly [number, number]
  readonly heldOut: readonly [number, number]
}

export function countsOf({ rows, labels, parts }: RowTable): PartCounts {
  const counts = { train: [0, 0] as [number, number], heldOut: [0, 0] as [number, number] }
  for (let row = 0; row < rows; row++) {
    const label = labels[row] === 1 ? 1 : 0
    if (parts[row] === PART.train) counts.train[label]++
    else if (parts[row] === PART.heldOut) counts.heldOut[label]++
  }
  return counts
}
