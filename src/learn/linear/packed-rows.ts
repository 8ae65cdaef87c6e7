/** Most features of a linear model: an entry of a row holds the number of its feature in 24 bits. */
export const MOST_FEATURES = 1 << 24

const INDEX_BITS = 24
const INDEX_MASK = MOST_FEATURES - 1
/** Largest count of one entry; a larger one is several entries of the same feature, side by side. */
const MOST_COUNT = 255

/**
 * Sparse rows of counts, 4 bytes an entry: a feature's number in the low 24 bits, its count (1 to 255) above them. A count
 * that is larger is several entries side by side, so that a row is exact whatever its length.
 */
export interface PackedRows {
  readonly entries: Uint32Array
  /** Entries of each row; it begins where the one before ends. */
  readonly sizes: Uint32Array
  /** What the counts of a row are multiplied with. */
  readonly scales: Float64Array
}

/** Puts a count into `entries` at a place; gives the place behind it. */
export function putCount(entries: Uint32Array, at: number, feature: number, count: number): number {
  let place = at
  let left = count
  while (left > MOST_COUNT) {
    entries[place++] = (MOST_COUNT << INDEX_BITS) | feature
    left -= MOST_COUNT
  }
  entries[place++] = (left << INDEX_BITS) | feature
  return place
}

/** Entries that a count takes. */
export function entriesOf(count: number): number {
  return Math.ceil(count / MOST_COUNT)
}

export function featureAt(entry: number): number {
  return entry & INDEX_MASK
}

export function countAt(entry: number): number {
  return entry >>> INDEX_BITS
}

/** What the weights make of a row, without intercept: the sum of weight times count, times the row's scale. */
export function marginOf(
  entries: Uint32Array,
  start: number,
  end: number,
  scale: number,
  weights: Float64Array | Float32Array,
): number {
  let sum = 0
  for (let at = start; at < end; at++) {
    const entry = entries[at] as number
    sum += (weights[entry & INDEX_MASK] as number) * (entry >>> INDEX_BITS)
  }
  return sum * scale
}

/** Adds a row, multiplied with a number, to a vector. */
export function addRow(
  entries: Uint32Array,
  start: number,
  end: number,
  factor: number,
  vector: Float64Array,
): void {
  for (let at = start; at < end; at++) {
    const entry = entries[at] as number
    const feature = entry & INDEX_MASK
    vector[feature] = (vector[feature] as number) + factor * (entry >>> INDEX_BITS)
  }
}
