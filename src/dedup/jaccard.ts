/**
 * Jaccard similarity of two sets of numbers, each sorted and distinct: what they share over what they have together, from
 * 0 to 1. Exact; 0 when both are empty. With `atLeast` it stops early and gives 0 once the similarity cannot reach that.
 * O(a + b).
 */
export function jaccard(a: Float64Array, b: Float64Array, atLeast = 0): number {
  const together = a.length + b.length
  if (together === 0) return 0
  // similarity >= t  <=>  shared >= t (a + b) / (1 + t); a little less, so that rounding refuses no pair at the limit.
  const needed = (atLeast * together) / (1 + atLeast) - 1e-9 * together
  let i = 0
  let j = 0
  let shared = 0
  while (i < a.length && j < b.length) {
    if (shared + Math.min(a.length - i, b.length - j) < needed) return 0
    const left = a[i] as number
    const right = b[j] as number
    if (left === right) shared++
    if (left <= right) i++
    if (right <= left) j++
  }
  const similarity = shared / (together - shared)
  return similarity < atLeast ? 0 : similarity
}

/** The most that Jaccard's index of two sets of these sizes can be. */
export function jaccardAtMost(a: number, b: number): number {
  return Math.max(a, b) === 0 ? 0 : Math.min(a, b) / Math.max(a, b)
}
