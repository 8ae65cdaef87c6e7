import type { FitPool } from './fit-pool.ts'
import type { PassTask } from './row-passes.ts'
import { countsOf, type RowTable, shared } from './row-table.ts'

/** Entries for which another piece of the sum is worth its vector. */
const PIECE_ENTRIES = 1 << 22
const MOST_PIECES = 16
/** Numbers that the vectors of all pieces may take together. */
const PIECE_NUMBERS = 1 << 25

/** Passes over all rows, each the sum of the same pieces in the same order. */
export class RowSums {
  readonly #table: RowTable
  readonly #classWeights: readonly [number, number]
  readonly #pool: FitPool
  readonly #pieces: readonly { readonly from: number; readonly to: number }[]
  readonly #weights: Float64Array
  /** A vector for each piece. */
  readonly #sums: readonly Float64Array[]
  /** Sum of the weights of the training rows. */
  readonly #total: number

  constructor(table: RowTable, classWeights: readonly [number, number], pool: FitPool) {
    this.#table = table
    this.#classWeights = classWeights
    this.#pool = pool
    this.#pieces = pieces(table)
    this.#weights = shared(Float64Array, table.features)
    this.#sums = this.#pieces.map(() => shared(Float64Array, table.features + 1))
    const { train } = countsOf(table)
    this.#total = train[0] * classWeights[0] + train[1] * classWeights[1]
  }

  async gradient(
    weights: Float64Array,
    intercept: number,
  ): Promise<{ readonly loss: number; readonly gradient: Float64Array }> {
    const losses = await this.#pool.each('passGradient', this.#tasks(weights, intercept))
    const gradient = new Float64Array(this.#table.features + 1)
    for (const sums of this.#sums)
      for (let at = 0; at < gradient.length; at++)
        gradient[at] = (gradient[at] as number) + (sums[at] as number) / this.#total
    return { loss: sumOf(losses) / this.#total, gradient }
  }

  async heldOutLoss(
    weights: Float64Array,
    intercept: number,
    [negatives, positives]: readonly [number, number],
  ): Promise<number> {
    const losses = await this.#pool.each('passLoss', this.#tasks(weights, intercept))
    return sumOf(losses) / (negatives * this.#classWeights[0] + positives * this.#classWeights[1])
  }

  /** Standard deviations of the features' values over the training rows. */
  async deviations(): Promise<Float64Array> {
    const { features } = this.#table
    const tasks = this.#tasks(new Float64Array(features), 0).map((task) => ({
      ...task,
      sums: shared(Float64Array, 2 * features),
    }))
    await this.#pool.each('passMoments', tasks)
    const deviations = new Float64Array(features)
    for (let at = 0; at < features; at++) {
      let [sum, squares] = [0, 0]
      for (const { sums } of tasks) {
        sum += sums[at] as number
        squares += sums[features + at] as number
      }
      const mean = sum / this.#total
      deviations[at] = Math.sqrt(Math.max(0, squares / this.#total - mean * mean))
    }
    return deviations
  }

  /** What the model makes of each row, excluded ones too. */
  async margins(weights: Float32Array, intercept: number): Promise<Float64Array> {
    const margins = shared(Float64Array, this.#table.rows)
    const tasks = this.#tasks(Float64Array.from(weights), intercept).map((task) => ({
      ...task,
      sums: margins,
    }))
    await this.#pool.each('passMargins', tasks)
    return margins
  }

  #tasks(weights: Float64Array, intercept: number): readonly PassTask[] {
    this.#weights.set(weights)
    return this.#pieces.map(({ from, to }, at) => ({
      table: this.#table,
      from,
      to,
      classWeights: this.#classWeights,
      weights: this.#weights,
      intercept,
      sums: this.#sums[at] as Float64Array,
    }))
  }
}

/** Ranges of rows with about as many entries each: as many as the data alone say. */
function pieces({
  rows,
  sizes,
  features,
}: RowTable): readonly { readonly from: number; readonly to: number }[] {
  let total = 0
  for (let row = 0; row < rows; row++) total += sizes[row] as number
  const most = Math.max(1, Math.min(MOST_PIECES, Math.floor(PIECE_NUMBERS / features)))
  const count = Math.max(1, Math.min(most, Math.ceil(total / PIECE_ENTRIES)))
  const found: { from: number; to: number }[] = []
  let [from, entries] = [0, 0]
  for (let row = 0; row < rows; row++) {
    entries += sizes[row] as number
    if (row + 1 < rows && entries < (total * (found.length + 1)) / count) continue
    found.push({ from, to: row + 1 })
    from = row + 1
  }
  return found
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0)
}
