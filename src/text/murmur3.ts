/**
 * MurmurHash3 of 32 bits (x86 variant) over bytes, as a signed 32-bit integer: Austin Appleby's function, to the bit.
 * O(length).
 */
export function murmur3(bytes: Uint8Array, seed: number): number {
  let hash = seed
  const whole = bytes.length & ~3
  for (let place = 0; place < whole; place += 4) hash = mixed(hash, word(bytes, place, 4))
  if (whole < bytes.length) hash ^= scrambled(word(bytes, whole, bytes.length - whole))
  return fmix(hash ^ bytes.length)
}

/** One to four bytes as a number, the first lowest. */
function word(bytes: Uint8Array, place: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value |= (bytes[place + index] as number) << (8 * index)
  return value
}

/** The hash behind a block of four bytes. */
export function mixed(hash: number, block: number): number {
  const next = hash ^ scrambled(block)
  return (Math.imul((next << 13) | (next >>> 19), 5) + 0xe6546b64) | 0
}

/** What a block, or the rest of up to three bytes, is before it meets the hash. */
export function scrambled(block: number): number {
  const product = Math.imul(block, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}

/** The hash as it ends, given what has the length in it. */
export function fmix(value: number): number {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
