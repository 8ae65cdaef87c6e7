import { type ForestKernel, forestKernel } from '../kernels/forest.ts'
import { type BoostedTrees, DEPTH } from './boosted-trees.ts'

/** Rows that are scored by one call of the kernel, a multiple of four. */
const BATCH = 64
const PAGE = 65_536

interface PlacedForest {
  readonly count: number
  readonly bias: number
  readonly features: number
  readonly thresholds: number
  readonly leaves: number
}

/**
 * Holds rows of numbers where a kernel scores them by sums of trees, four at a time: about ten times as fast as
 * `scoreRow`, with the same sums. Rows are written to `rows`, which `reserve` may replace.
 */
export class RowScorer {
  /** Numbers of the rows, `width` a row. */
  rows: Float32Array
  readonly #kernel: ForestKernel = forestKernel()
  readonly #width: number
  readonly #forests: readonly PlacedForest[]
  readonly #columns: number
  readonly #sums: number
  readonly #start: number
  #capacity = BATCH

  constructor(forests: readonly BoostedTrees[], width: number) {
    this.#width = width
    let end = 0
    const take = (bytes: number): number => {
      const at = end
      end = Math.ceil((at + bytes) / 16) * 16
      return at
    }
    this.#forests = forests.map(({ count, bias }) => ({
      count,
      bias,
      features: take(count * DEPTH * 2),
      thresholds: take(count * DEPTH * 4),
      leaves: take((count << DEPTH) * 4),
    }))
    this.#columns = take(width * 16)
    this.#sums = take(BATCH * 8)
    this.#start = end
    this.rows = this.#view()
    const { buffer } = this.#kernel.memory
    for (const [index, { features, thresholds, leaves }] of forests.entries()) {
      const at = this.#forests[index] as PlacedForest
      new Uint16Array(buffer, at.features, features.length).set(features.map((column) => column * 16))
      new Float32Array(buffer, at.thresholds, thresholds.length).set(thresholds)
      new Float32Array(buffer, at.leaves, leaves.length).set(leaves)
    }
  }

  /** Makes room for so many rows; those that stand there stay. */
  reserve(rows: number): void {
    if (rows <= this.#capacity) return
    this.#capacity = Math.ceil((2 * rows) / BATCH) * BATCH
    this.rows = this.#view()
  }

  /** Writes the sum of a forest's trees for each of `count` rows from `first` on to `sums`, from 0. */
  score(forest: number, first: number, count: number, sums: Float64Array): void {
    const { count: trees, bias, features, thresholds, leaves } = this.#forests[forest] as PlacedForest
    const found = new Float64Array(this.#kernel.memory.buffer, this.#sums, BATCH)
    for (let done = 0; done < count; done += BATCH) {
      const rows = this.#start + (first + done) * this.#width * 4
      const batch = Math.min(BATCH, count - done)
      this.#kernel.scoreRows(
        trees,
        bias,
        features,
        thresholds,
        leaves,
        rows,
        batch,
        this.#width,
        this.#columns,
        this.#sums,
      )
      for (let row = 0; row < batch; row++) sums[done + row] = found[row] as number
    }
  }

  /** The rows in a memory that holds them, and three more that the kernel may read. */
  #view(): Float32Array {
    const { memory } = this.#kernel
    const end = this.#start + (this.#capacity + 3) * this.#width * 4
    const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE)
    if (missing > 0) memory.grow(missing)
    return new Float32Array(memory.buffer, this.#start, this.#capacity * this.#width)
  }
}
