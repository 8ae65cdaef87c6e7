import { fmix } from '../text/murmur3.ts'

/** Multiply-add permutations of 32-bit numbers. */
export interface Permutations {
  /** Odd, so that no two numbers meet. */
  readonly multipliers: Uint32Array
  readonly addends: Uint32Array
}

/**
 * Where the sequence that multipliers and addends are drawn from starts: part of `minhash-1`. Of 1 to 20, the one whose 14
 * bands of 8 are nearest theory on posts with known similarities (docs/benchmarks.md). Any seed follows it on average, and
 * strays by chance on a set of documents.
 */
const SEED = 6
const GOLDEN = 0x9e3779b9

/** The first `count` permutations; a sketch with more values begins as one with fewer. */
export function permutations(count: number): Permutations {
  const multipliers = new Uint32Array(count)
  const addends = new Uint32Array(count)
  for (let index = 0; index < count; index++) {
    multipliers[index] = fmix(SEED + Math.imul(2 * index + 1, GOLDEN)) | 1
    addends[index] = fmix(SEED + Math.imul(2 * index + 2, GOLDEN))
  }
  return { multipliers, addends }
}

/** Permutations behind so many values of a sketch, eight for each sixteen. */
export function permutationsFor(values: number): number {
  return Math.ceil(values / 16) * 8
}
