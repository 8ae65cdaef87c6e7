import type { TrainingRows } from '../../learn/linear/logistic-regression.ts'
import type { FitPool } from './fit-pool.ts'
import type { PassTask, SumTask } from './row-passes.ts'
import { countsOf, type RowTable, shared } from './row-table.ts'

/** Entries for which another piece of the sum is worth its vector. */
const PIECE_ENTRIES = 1 << 22
const MOST_PIECES = 16
/** Numbers that the vectors of all pieces may take together. */
const PIECE_NUMBERS = 1 << 25

/** Passes over all rows, each the sum of the same pieces in the same order. */
export class RowSums implements Omit<TrainingRows, 'deviations'> {
  readonly features: number
  readonly #table: RowTable
  readonly #classWeights: readonly [number, number]
  readonly #pool: FitPool
  readonly #pieces: readonly { readonly from: number; readonly to: number }[]
  readonly #weights: Float64Array
  /** What the weights make of each row, and how it changes along the line. */
  readonly #margins: Float64Array
  readonly #along: Float64Array
  /** A vector for each piece. */
  readonly #sums: readonly Float64Array[]
  /** Sums of the weights of the rows. */
  readonly #train: number
  readonly #heldOut: number | undefined

  constructor(table: RowTable, classWeights: readonly [number, number], pool: FitPool) {
    this.#table = table
    this.features = table.features
    this.#classWeights = classWeights
    this.#pool = pool
    this.#pieces = pieces(table)
    this.#weights = shared(Float64Array, table.features + 1)
    this.#margins = shared(Float64Array, table.rows)
    this.#along = shared(Float64Array, table.rows)
    this.#sums = this.#pieces.map(() => shared(Float64Array, table.features + 1))
    const { train, heldOut } = countsOf(table)
    this.#train = train[0] * classWeights[0] + train[1] * classWeights[1]
    const isMeasured = heldOut[0] > 0 && heldOut[1] > 0
    this.#heldOut = isMeasured ? heldOut[0] * classWeights[0] + heldOut[1] * classWeights[1] : undefined
  }

  reset(): void {
    this.#margins.fill(0)
    this.#along.fill(0)
  }

  async lay(direction: Float64Array): Promise<void> {
    this.#weights.set(direction)
    const given = { weights: this.#weights, margins: this.#along }
    await this.#pool.each(
      'passMargins',
      this.#tasks(() => given),
    )
  }

  async at(
    length: number,
  ): Promise<{ readonly train: number; readonly slope: number; readonly heldOut: number | undefined }> {
    const given = { margins: this.#margins, along: this.#along, length }
    const pieces = await this.#pool.each(
      'passLosses',
      this.#tasks(() => given),
    )
    let [train, slope, heldOut] = [0, 0, 0]
    for (const piece of pieces) {
      train += piece.train / this.#train
      slope += piece.slope / this.#train
      heldOut += piece.heldOut
    }
    return { train, slope, heldOut: this.#heldOut === undefined ? undefined : heldOut / this.#heldOut }
  }

  move(length: number): void {
    for (let row = 0; row < this.#margins.length; row++)
      this.#margins[row] = (this.#margins[row] as number) + length * (this.#along[row] as number)
  }

  async gradient(gradient: Float64Array): Promise<void> {
    await this.#pool.each('passGradient', this.#sumTasks({ margins: this.#margins }))
    addUp(this.#sums, gradient)
    for (let at = 0; at < gradient.length; at++) gradient[at] = (gradient[at] as number) / this.#train
  }

  /** Standard deviations of the features' values over the training rows. */
  async deviations(): Promise<Float64Array> {
    const { features } = this.#table
    const moments = this.#pieces.map(() => shared(Float64Array, 2 * features))
    await this.#pool.each(
      'passMoments',
      this.#tasks((piece) => ({ sums: moments[piece] as Float64Array })),
    )
    const sums = new Float64Array(2 * features)
    addUp(moments, sums)
    return sums.subarray(0, features).map((sum, at) => {
      const mean = sum / this.#train
      return Math.sqrt(Math.max(0, (sums[features + at] as number) / this.#train - mean * mean))
    })
  }

  /** Entries of each feature in the training rows. */
  async counts(): Promise<Float64Array> {
    for (const sums of this.#sums) sums.fill(0)
    await this.#pool.each('passCounts', this.#sumTasks({}))
    const counts = new Float64Array(this.#table.features)
    addUp(this.#sums, counts)
    return counts
  }

  /** What the model makes of each row that takes part. */
  async marginsAt(weights: Float32Array, intercept: number): Promise<Float64Array> {
    this.#weights.set(weights)
    this.#weights[weights.length] = intercept
    const given = { weights: this.#weights, margins: this.#margins }
    await this.#pool.each(
      'passMargins',
      this.#tasks(() => given),
    )
    return this.#margins
  }

  #sumTasks<T>(given: T): readonly (T & SumTask)[] {
    return this.#tasks((piece) => ({ ...given, sums: this.#sums[piece] as Float64Array }))
  }

  #tasks<T>(given: (piece: number) => T): readonly (T & PassTask)[] {
    return this.#pieces.map(({ from, to }, piece) => ({
      table: this.#table,
      from,
      to,
      classWeights: this.#classWeights,
      ...given(piece),
    }))
  }
}

/** Sums vectors in their order. */
function addUp([first, ...others]: readonly Float64Array[], into: Float64Array): void {
  into.set((first ?? into).subarray(0, into.length))
  for (const vector of others)
    for (let at = 0; at < into.length; at++) into[at] = (into[at] as number) + (vector[at] as number)
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
