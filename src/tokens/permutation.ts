import { fmix } from '../text/murmur3.ts'

/** Rounds of a Feistel network from which no structure is left that would be seen in training data. */
const ROUNDS = 8

/**
 * A permutation of the numbers from 0 to `size - 1` that needs no memory: any of its values is found alone, in constant time. So the
 * order of a training run can be taken up at any step.
 *
 * A balanced Feistel network over the smallest even number of bits that holds `size`, walked along its cycles until a value is below `size`
 * (Black and Rogaway 2002, "Ciphers with arbitrary finite domains"): fewer than 4 steps on average.
 *
 * @param size at least 1, at most 2^48.
 * @param seed of 32 bits.
 */
export function permutation(size: number, seed: number): (value: number) => number {
  if (!Number.isInteger(size) || size < 1 || size > 2 ** 48) {
    throw new RangeError(`a permutation of ${size} numbers: expected 1 to 2^48`)
  }
  const half = Math.ceil(Math.log2(Math.max(2, size)) / 2)
  const base = 2 ** half
  const keys = Array.from({ length: ROUNDS }, (_, round) => fmix(seed ^ Math.imul(round + 1, GOLDEN)))
  const once = (value: number): number => {
    let left = Math.floor(value / base)
    let right = value % base
    for (const key of keys) {
      const turned = (left ^ fmix(right ^ key)) & (base - 1)
      left = right
      right = turned
    }
    return left * base + right
  }
  return (value) => {
    let found = once(value)
    while (found >= size) found = once(found)
    return found
  }
}

/** 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b9
