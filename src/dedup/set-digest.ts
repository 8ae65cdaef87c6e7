/** A number that equal sets share, and others seldom: those with it have to be compared. */
export function setDigest(set: Float64Array): number {
  let sum = set.length
  // Rounded, and in the same way for equal sets: they have one order.
  for (let at = 0; at < set.length; at++) sum += set[at] ?? 0
  return sum
}
