import { closeSync, openSync } from 'node:fs'
import {
  addGradient,
  addMoments,
  type LabelledRows,
  type Losses,
  lossesOf,
  PART,
  setMargins,
} from '../../learn/linear/logistic-loss.ts'
import { featureAt } from '../../learn/linear/packed-rows.ts'
import { readWhole } from '../../store/read-whole.ts'
import type { RowTable } from './row-table.ts'

/** A share of the rows that is always summed in one piece, whichever thread does it. All numbers are in shared memory. */
export interface PassTask {
  readonly table: RowTable
  readonly from: number
  readonly to: number
  readonly classWeights: readonly [number, number]
}

/** Sums of a piece. */
export interface SumTask extends PassTask {
  readonly sums: Float64Array
}

export interface GradientTask extends SumTask {
  /** By row. */
  readonly margins: Float64Array
}

export interface MarginTask extends PassTask {
  /** By feature, the intercept's last. */
  readonly weights: Float64Array
  /** Where margins go, by row. */
  readonly margins: Float64Array
}

export interface LossTask extends PassTask {
  readonly margins: Float64Array
  /** How each margin changes. */
  readonly along: Float64Array
  /** How many of these changes away. */
  readonly length: number
}

/** Sums the gradient over the training rows, given their margins. */
export function passGradient({ table, from, to, classWeights, margins, sums }: GradientTask): void {
  sums.fill(0)
  for (const { rows, first } of blocks(table, from, to, classWeights))
    addGradient(rows, margins.subarray(first), sums)
}

/** Writes the margins of all rows that take part. */
export function passMargins({ table, from, to, classWeights, weights, margins }: MarginTask): void {
  for (const { rows, first } of blocks(table, from, to, classWeights))
    setMargins(rows, weights, margins.subarray(first))
}

/** Gives the losses of rows whose margins are known, without their features. */
export function passLosses({ table, from, to, classWeights, margins, along, length }: LossTask): Losses {
  const rows = {
    labels: table.labels.subarray(from, to),
    parts: table.parts.subarray(from, to),
    classWeights,
  }
  return lossesOf(rows, margins.subarray(from, to), along.subarray(from, to), length)
}

/** Sums values and squares over the training rows: two vectors side by side. */
export function passMoments({ table, from, to, classWeights, sums }: SumTask): void {
  sums.fill(0)
  const { features } = table
  for (const { rows } of blocks(table, from, to, classWeights))
    addMoments(rows, sums.subarray(0, features), sums.subarray(features))
}

/** Counts the entries of each feature in the training rows. */
export function passCounts({ table, from, to, classWeights, sums }: SumTask): void {
  for (const { rows } of blocks(table, from, to, classWeights)) {
    let at = 0
    for (let row = 0; row < rows.sizes.length; row++) {
      const end = at + (rows.sizes[row] as number)
      if (rows.parts[row] !== PART.train) at = end
      for (; at < end; at++) {
        const feature = featureAt(rows.entries[at] as number)
        sums[feature] = (sums[feature] as number) + 1
      }
    }
  }
}

/** Entries that are read at a time, which stay in the second cache; a longer row is read alone. */
const BLOCK_ENTRIES = 1 << 16

/** Rows from `from` to `to`, as many at a time as fit. Views of memory that the next ones overwrite. */
export function* blocks(
  table: RowTable,
  from: number,
  to: number,
  classWeights: readonly [number, number],
): Generator<{ readonly rows: LabelledRows; readonly first: number }> {
  const { firsts, sizes, scales, labels, parts } = table
  let entries = new Uint32Array(BLOCK_ENTRIES)
  let unit = firsts.findLastIndex((first) => first <= from)
  let file = -1
  try {
    for (let first = from; first < to; ) {
      if (file === -1 || first >= (firsts[unit + 1] as number)) {
        if (file !== -1) closeSync(file)
        while (first >= (firsts[unit + 1] as number)) unit++
        file = openSync(table.paths[unit] as string, 'r')
      }
      const stop = Math.min(to, firsts[unit + 1] as number)
      let last = first
      let size = 0
      while (last < stop && (last === first || size + (sizes[last] as number) <= BLOCK_ENTRIES))
        size += sizes[last++] as number
      if (size > entries.length) entries = new Uint32Array(size)
      readWords(file, entries, size, table.starts[first] as number)
      const own = <T extends { subarray(from: number, to: number): T }>(column: T): T =>
        column.subarray(first, last)
      yield {
        rows: {
          entries,
          sizes: own(sizes),
          scales: own(scales),
          labels: own(labels),
          parts: own(parts),
          classWeights,
        },
        first,
      }
      first = last
    }
  } finally {
    if (file !== -1) closeSync(file)
  }
}

/** Reads 32-bit words from a place that is counted in words. */
export function readWords(file: number, words: Uint32Array, count: number, place: number): void {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, 4 * count)
  if (!readWhole(file, bytes, 4 * place)) throw new Error('a file of features ends early')
}
