/** A number of 53 bits that equal sets share, and others seldom. */
export function setDigest(set: Float64Array): number {
  const halves = new Uint32Array(set.buffer, set.byteOffset, set.length * 2)
  let high = set.length
  let low = 0
  for (const half of halves) {
    high = Math.imul(high ^ half, 0x85eb_ca6b)
    high ^= high >>> 15
    low = Math.imul(low + half, 0xc2b2_ae35)
    low ^= low >>> 13
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0)
}
