import type { ByteReader } from './byte-reader.ts'

/** A matrix of 32-bit floats, as it is or quantised. Rows are not checked. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Adds the first `count` rows of a list to a vector; numbers beyond the matrix are passed over. */
  addRows(to: Float32Array, list: Int32Array, count: number): void
  /** Product of a row and a vector. */
  dotRow(vector: Float32Array, row: number): number
}

export function readDense(reader: ByteReader): Matrix {
  const rows = reader.int64()
  const columns = reader.int64()
  const padded = reader.float32s(rows * columns, 3)
  return {
    rows,
    columns,
    addRows: (to, list, count) => {
      // Four columns at a time, so that their sums stay in registers; the rows of a line stay in the nearest cache.
      for (let column = 0; column < columns; column += 4) {
        const width = Math.min(4, columns - column)
        let a = to[column] as number
        let b = width > 1 ? (to[column + 1] as number) : 0
        let c = width > 2 ? (to[column + 2] as number) : 0
        let d = width > 3 ? (to[column + 3] as number) : 0
        for (let index = 0; index < count; index++) {
          const row = list[index] as number
          if (row >= rows) continue
          // Behind a row's end stands the next row, or a zero: what is added there is not stored.
          const from = row * columns + column
          a = Math.fround(a + (padded[from] as number))
          b = Math.fround(b + (padded[from + 1] as number))
          c = Math.fround(c + (padded[from + 2] as number))
          d = Math.fround(d + (padded[from + 3] as number))
        }
        to[column] = a
        if (width > 1) to[column + 1] = b
        if (width > 2) to[column + 2] = c
        if (width > 3) to[column + 3] = d
      }
    },
    dotRow: (vector, row) => {
      const from = row * columns
      let sum = 0
      for (let column = 0; column < columns; column++)
        sum += (padded[from + column] as number) * (vector[column] as number)
      return Math.fround(sum)
    },
  }
}

/**
 * A matrix whose rows are codes into tables of centroids, one table a group of columns, perhaps with the norm of each
 * row quantised apart.
 *
 * @see Jégou, Douze, Schmid 2011, "Product quantization for nearest neighbor search"; Joulin et al. 2016,
 *   "FastText.zip: compressing text classification models".
 */
export function readQuantised(reader: ByteReader): Matrix {
  const hasNorms = reader.flag()
  const rows = reader.int64()
  const columns = reader.int64()
  const codes = reader.bytes(reader.int32())
  const quantiser = readQuantiser(reader)
  const normCodes = hasNorms ? reader.bytes(rows) : undefined
  const norms = hasNorms ? readQuantiser(reader).centroids : undefined
  const { groups, width, lastWidth, centroids } = quantiser
  if (codes.length < rows * groups) throw new RangeError('the model has fewer codes than rows')
  const normOf = (row: number): number => norms?.[normCodes?.[row] ?? 0] ?? 1
  return {
    rows,
    columns,
    addRows: (to, list, count) => {
      for (let index = 0; index < count; index++) {
        const row = list[index] as number
        if (row >= rows) continue
        const norm = normOf(row)
        let at = 0
        for (let group = 0; group < groups; group++) {
          const size = group === groups - 1 ? lastWidth : width
          const from = group * CENTROIDS * width + (codes[row * groups + group] as number) * size
          for (let column = 0; column < size; column++) {
            to[at] = (to[at] as number) + Math.fround(norm * (centroids[from + column] as number))
            at++
          }
        }
      }
    },
    dotRow: (vector, row) => {
      let sum = 0
      for (let group = 0; group < groups; group++) {
        const code = codes[row * groups + group] ?? 0
        const size = group === groups - 1 ? lastWidth : width
        const from = group * CENTROIDS * width + code * size
        for (let column = 0; column < size; column++) {
          sum += (vector[group * width + column] as number) * (centroids[from + column] as number)
        }
      }
      return Math.fround(sum * normOf(row))
    },
  }
}

/** Centroids of each group: a code is a byte. */
const CENTROIDS = 256

interface Quantiser {
  readonly groups: number
  /** Columns of a group, and of the last. */
  readonly width: number
  readonly lastWidth: number
  readonly centroids: Float32Array
}

function readQuantiser(reader: ByteReader): Quantiser {
  const dimension = reader.int32()
  const groups = reader.int32()
  const width = reader.int32()
  const lastWidth = reader.int32()
  return { groups, width, lastWidth, centroids: reader.float32s(dimension * CENTROIDS) }
}
