import { describe, expect, it } from 'vitest'
import { type BoostedTrees, scoreRow, sigmoid } from './boosted-trees.ts'

/** x0 <= 1 ? (x1 <= -2 ? 10 : 20) : 30, and a tree of one leaf that gives 0.5. */
const TREES: BoostedTrees = {
  roots: Int32Array.of(0, ~3),
  features: Uint16Array.of(0, 1),
  thresholds: Float32Array.of(1, -2),
  children: Int32Array.of(1, ~2, ~0, ~1),
  leaves: Float32Array.of(10, 20, 30, 0.5),
}

describe('scoreRow', () => {
  it.each([
    { row: [1, -2], score: 10.5, why: 'a number at the threshold goes left' },
    { row: [1, -1.9], score: 20.5, why: 'one above it goes right' },
    { row: [1.1, 0], score: 30.5, why: 'the other side of the first split' },
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
