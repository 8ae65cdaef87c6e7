import { closeSync, openSync } from 'node:fs'
import {
  addGradient,
  addMoments,
  type LabelledRows,
  lossOf,
  PASSED_OVER,
} from '../../learn/linear/logistic-loss.ts'
import { marginOf } from '../../learn/linear/packed-rows.ts'
import { readWhole } from '../../store/read-whole.ts'
import { PART, type RowTable } from './row-table.ts'

/** A share of the rows that is always summed in one piece, whichever thread does it. */
export interface PassTask {
  readonly table: RowTable
  readonly from: number
  readonly to: number
  readonly classWeights: readonly [number, number]
  /** As they are now; in shared memory. */
  readonly weights: Float64Array
  readonly intercept: number
  /** Where the sums go; in shared memory. */
  readonly sums: Float64Array
}

/** Sums the gradient over the training rows; gives their loss. */
export function passGradient({ table, from, to, classWeights, weights, intercept, sums }: PassTask): number {
  sums.fill(0)
  let loss = 0
  for (const { rows } of blocks(table, from, to, PART.train, classWeights))
    loss += addGradient(rows, weights, intercept, sums)
  return loss
}

/** Gives the loss of the rows that are held out. */
export function passLoss({ table, from, to, classWeights, weights, intercept }: PassTask): number {
  let loss = 0
  for (const { rows } of blocks(table, from, to, PART.heldOut, classWeights))
    loss += lossOf(rows, weights, intercept)
  return loss
}

/** Sums values and squares over the training rows: two vectors side by side. */
export function passMoments({ table, from, to, classWeights, sums }: PassTask): number {
  sums.fill(0)
  const { features } = table
  for (const { rows } of blocks(table, from, to, PART.train, classWeights))
    addMoments(rows, sums.subarray(0, features), sums.subarray(features))
  return 0
}

/** Writes the margin of each row to its place in `sums`. */
export function passMargins({ table, from, to, classWeights, weights, intercept, sums }: PassTask): number {
  for (const { rows, first } of blocks(table, from, to, undefined, classWeights)) {
    let start = 0
    for (let row = 0; row < rows.ends.length; row++) {
      const end = rows.ends[row] as number
      sums[first + row] = intercept + marginOf(rows.entries, start, end, rows.scales[row] as number, weights)
      start = end
    }
  }
  return 0
}

/** Entries that are read at a time; a longer row is read alone. */
const BLOCK_ENTRIES = 1 << 20

/** Rows from `from` to `to`, as many at a time as fit; those of another part are passed over. */
function* blocks(
  table: RowTable,
  from: number,
  to: number,
  part: number | undefined,
  classWeights: readonly [number, number],
): Generator<{ readonly rows: LabelledRows; readonly first: number }> {
  let entries = new Uint32Array(BLOCK_ENTRIES)
  let unit = table.firsts.findLastIndex((first) => first <= from)
  let file = -1
  try {
    for (let first = from; first < to; ) {
      if (file === -1 || first >= (table.firsts[unit + 1] as number)) {
        if (file !== -1) closeSync(file)
        while (first >= (table.firsts[unit + 1] as number)) unit++
        file = openSync(table.paths[unit] as string, 'r')
      }
      const stop = Math.min(to, table.firsts[unit + 1] as number)
      let last = first
      let size = 0
      while (last < stop && (last === first || size + (table.sizes[last] as number) <= BLOCK_ENTRIES))
        size += table.sizes[last++] as number
      if (size > entries.length) entries = new Uint32Array(size)
      readWords(file, entries, size, table.starts[first] as number)
      const ends = new Uint32Array(last - first)
      const labels = new Uint8Array(last - first)
      let end = 0
      for (let row = first; row < last; row++) {
        end += table.sizes[row] as number
        ends[row - first] = end
        labels[row - first] =
          part === undefined || table.parts[row] === part ? (table.labels[row] as number) : PASSED_OVER
      }
      yield {
        rows: { entries, ends, scales: table.scales.subarray(first, last), labels, classWeights },
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
