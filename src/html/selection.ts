import { type Blocks, STATS, Stat } from './blocks.ts'

/** How a preset weighs leaving text out against letting text in. */
export interface Preference {
  /** F-beta: above 1 for recall, below for precision. */
  readonly beta: number
  /** The least a block must be held for, at the lowest and at the highest. */
  readonly low: number
  readonly high: number
}

/**
 * The threshold on probabilities above which a page's blocks are kept: the one that makes the expected F-beta of
 * its words the greatest, within the preference's bounds. A page the model is unsure of is so read with less doubt.
 *
 * @see Lipton, Elkan, Naryanaswamy 2014, "Thresholding classifiers to maximize F1 score".
 */
export function thresholdOf(blocks: Blocks, guesses: Float64Array, { beta, low, high }: Preference): number {
  const { count, stats } = blocks
  const order = new Uint32Array(count)
  let expected = 0
  let likely = 0
  for (let block = 0; block < count; block++) {
    const guess = guesses[block] as number
    expected += guess * (stats[block * STATS + Stat.words] as number)
    if (guess >= low) order[likely++] = block
  }
  const likeliest = order.subarray(0, likely).sort((a, b) => (guesses[b] as number) - (guesses[a] as number))
  const square = beta * beta
  let best = -1
  let threshold = low
  let hits = 0
  let found = 0
  for (const block of likeliest) {
    const guess = guesses[block] as number
    const words = stats[block * STATS + Stat.words] as number
    hits += guess * words
    found += words
    const score = ((1 + square) * hits) / (found + square * expected + 1e-9)
    if (score > best) {
      best = score
      threshold = guess
    }
  }
  return Math.min(Math.max(threshold, low), high)
}
