import { expect, it } from 'vitest'
import { fitAlpha, keepChance, MOST_ALPHA, ScoreCounts } from './pareto-alpha.ts'

function counts(scores: readonly number[]): ScoreCounts {
  const made = new ScoreCounts()
  for (const score of scores) made.add(score)
  return made
}

const EVENLY = Array.from({ length: 2000 }, (_, at) => (at + 0.5) / 2000)

it.each([1, 4, 9, 30])('finds the alpha that positives were made with: %d', (alpha) => {
  // As many positives at each score as this alpha would keep.
  const positives = EVENLY.flatMap((score) =>
    Array<number>(Math.round(1000 * keepChance(score, alpha))).fill(score),
  )
  const { best, without, atLimit } = fitAlpha(counts(EVENLY), counts(positives))
  expect(Math.abs(best.alpha - alpha) / alpha).toBeLessThan(0.03)
  expect(best.distance).toBeLessThan(0.002)
  expect(without.distance).toBeGreaterThan(best.distance)
  expect(without.keptRatio).toBe(1)
  expect(atLimit).toBe(false)
})

it('says where even the largest is too small', () => {
  const { best, atLimit } = fitAlpha(counts([0.1, 0.11, 0.12]), counts([1, 1, 1]))
  expect(atLimit).toBe(true)
  expect(best.alpha).toBe(MOST_ALPHA)
})

it('tells distance and gap of distributions that are known', () => {
  // All documents at 0, all positives at 1: every score has to move by 1.
  const { without } = fitAlpha(counts([0]), counts([1]))
  expect(without.distance).toBeCloseTo(1, 3)
  expect(without.largestGap).toBe(1)
})
