/**
 * Similarity of two sets, each sorted and without repeats: shared over all, 0 to 1. Two empty sets have 0.
 *
 * @param atLeast where the result must come below this, counting stops early and the answer is -1.
 */
export function jaccard(a: Float64Array, b: Float64Array, atLeast = 0): number {
  const total = a.length + b.length
  if (total === 0) return 0
  // J >= t  <=>  shared >= t / (1 + t) * (|a| + |b|). One less, so that rounding never hides a pair at the threshold.
  const needed = (atLeast / (1 + atLeast)) * total - 1
  if (Math.min(a.length, b.length) < needed) return -1
  /** How many may still be on one side alone. */
  let spare = total - 2 * needed
  let shared = 0
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const x = a[i] ?? 0
    const y = b[j] ?? 0
    if (x === y) {
      shared++
      i++
      j++
      continue
    }
    if (x < y) i++
    else j++
    if (--spare < 0) return -1
  }
  const similarity = shared / (total - shared)
  return similarity >= atLeast ? similarity : -1
}
