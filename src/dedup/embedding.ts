/** Most numbers of an embedding: beyond what models give, and small enough to draw hyperplanes for. */
export const MOST_DIMENSIONS = 8192

/**
 * A list of numbers as a vector of length 1; `undefined` for what has no direction: something else than an array of 1 to 8,192 finite
 * numbers, or zeros alone. Vectors of any size, in either direction, are made without overflow.
 */
export function unitVector(value: unknown): Float64Array | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_DIMENSIONS) return undefined
  const vector = new Float64Array(value.length)
  let largest = 0
  for (let at = 0; at < vector.length; at++) {
    const each: unknown = value[at]
    if (typeof each !== 'number' || !Number.isFinite(each)) return undefined
    vector[at] = each
    largest = Math.max(largest, Math.abs(each))
  }
  if (largest === 0) return undefined
  let squares = 0
  for (let at = 0; at < vector.length; at++) {
    const scaled = (vector[at] as number) / largest
    vector[at] = scaled
    squares += scaled * scaled
  }
  const length = Math.sqrt(squares)
  // A negative zero is made a zero, so that equal vectors are equal bytes.
  for (let at = 0; at < vector.length; at++) vector[at] = (vector[at] as number) / length + 0
  return vector
}

/**
 * Cosine of the angle between two vectors of length 1, from -1 to 1, to twelve decimals: so that a vector's with itself is 1, and a
 * limit is met by what is at it. 0 for vectors of different dimensions, which are of different models. O(dimensions).
 */
export function cosine(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return 0
  let product = 0
  for (let at = 0; at < a.length; at++) product += (a[at] as number) * (b[at] as number)
  return Math.max(-1, Math.min(1, Math.round(product * 1e12) / 1e12)) + 0
}
