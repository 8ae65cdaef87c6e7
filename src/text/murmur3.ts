/**
 * MurmurHash3 of 32 bits (x86 variant) over bytes, as a signed 32-bit integer: Austin Appleby's function, to the bit.
 * O(length).
 */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed
  const whole = bytes.length & ~3
  for (let place = 0; place < whole; place += 4) {
    hash ^= scramble(word(bytes, place, 4))
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
  }
  if (whole < bytes.length) hash ^= scramble(word(bytes, whole, bytes.length - whole))
  hash ^= bytes.length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** One to four bytes as a number, the first lowest. */
function word(bytes: Uint8Array, place: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value |= (bytes[place + index] as number) << (8 * index)
  return value
}

function scramble(value: number): number {
  const product = Math.imul(value, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}
