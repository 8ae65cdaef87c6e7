/**
 * Area under the ROC curve: the chance that a positive has a higher score than a negative, ties counting half (Mann and
 * Whitney). Exact. NaN where one of the classes is empty. O(n log n).
 */
export function areaUnderCurve(positives: Float64Array, negatives: Float64Array): number {
  const [p, n] = [positives.toSorted(), negatives.toSorted()]
  let below = 0
  let upTo = 0
  let won = 0
  for (const score of p) {
    while (below < n.length && (n[below] as number) < score) below++
    if (upTo < below) upTo = below
    while (upTo < n.length && (n[upTo] as number) === score) upTo++
    won += below + (upTo - below) / 2
  }
  return won / (p.length * n.length)
}
