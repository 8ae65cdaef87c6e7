import { describe, expect, it } from 'vitest'
import { type Blocks, STATS, Stat } from './blocks.ts'
import { thresholdOf } from './selection.ts'

/** Blocks of so many words each. */
function blocksOf(words: readonly number[]): Blocks {
  const stats = new Float64Array(words.length * STATS)
  words.forEach((count, block) => {
    stats[block * STATS + Stat.words] = count
  })
  return { count: words.length, stats } as unknown as Blocks
}

const FREE = { beta: 1, low: 0, high: 1 }

describe('thresholdOf', () => {
  it.each([
    {
      guesses: [0.9, 0.9, 0.1],
      words: [50, 50, 50],
      threshold: 0.9,
      why: 'what is sure is kept, what is not is not',
    },
    {
      guesses: [0.4, 0.3, 0.01],
      words: [50, 50, 50],
      threshold: 0.3,
      why: 'a page of doubts is read with less doubt',
    },
    { guesses: [0.9, 0.3], words: [100, 1], threshold: 0.9, why: 'few words do not lower the threshold' },
  ])('$why', ({ guesses, words, threshold }) => {
    expect(thresholdOf(blocksOf(words), Float64Array.from(guesses), FREE)).toBeCloseTo(threshold)
  })

  it('keeps to its bounds', () => {
    const blocks = blocksOf([50, 50])
    expect(thresholdOf(blocks, Float64Array.of(0.9, 0.95), { ...FREE, high: 0.6 })).toBe(0.6)
    expect(thresholdOf(blocks, Float64Array.of(0.05, 0.01), { ...FREE, low: 0.2 })).toBe(0.2)
  })

  it('falls with beta', () => {
    const blocks = blocksOf([10, 10, 10, 10, 10])
    const guesses = Float64Array.of(0.95, 0.7, 0.5, 0.3, 0.1)
    const found = [0.3, 1, 3].map((beta) => thresholdOf(blocks, guesses, { ...FREE, beta }))
    expect(found).toEqual(found.toSorted((a, b) => b - a))
    expect(found[0]).toBeGreaterThan(found[2] ?? 1)
  })
})
