import { describe, expect, it } from 'vitest'
import { type BoostedTrees, scoreRow, sigmoid } from './boosted-trees.ts'

const NEVER = Number.POSITIVE_INFINITY
/** Two trees: of x0 > 1 and x1 > -2, and one that asks nothing and gives 0.25. */
const TREES: BoostedTrees = {
  count: 2,
  bias: 0.25,
  features: Uint16Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  thresholds: Float32Array.of(1, -2, ...Array<number>(10).fill(NEVER)),
  leaves: Float32Array.from(
    { length: 128 },
    (_, index) => [10, 20, 30, 40][index] ?? (index === 64 ? 0.25 : -1),
  ),
}

describe('scoreRow', () => {
  it.each([
    { row: [1, -2], score: 10.5, why: 'numbers at their thresholds are not above them' },
    { row: [1.1, -2], score: 20.5, why: 'the first answer is the lowest bit' },
    { row: [1, -1.9], score: 30.5, why: 'the second answer is the next' },
    { row: [1.1, 0], score: 40.5, why: 'both' },
  ])('$why', ({ row, score }) => {
    expect(scoreRow(TREES, Float32Array.of(9, 9, ...row), 2)).toBe(score)
  })
})

describe('sigmoid', () => {
  it.each([
    [0, 0.5],
    [1000, 1],
    [-1000, 0],
  ])('of %d is %d', (score, probability) => expect(sigmoid(score)).toBe(probability))
})
