import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BoostedTrees, DEPTH, scoreRow } from './boosted-trees.ts'
import { RowScorer } from './row-scorer.ts'

const WIDTH = 9

const forest = fc.integer({ min: 0, max: 20 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    bias: fc.double({ min: -5, max: 5, noNaN: true }),
    features: fc.array(fc.nat(WIDTH - 1), arrayOf(count * DEPTH)).map((list) => Uint16Array.from(list)),
    thresholds: fc
      .array(
        fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constant(Number.POSITIVE_INFINITY)),
        arrayOf(count * DEPTH),
      )
      .map((list) => Float32Array.from(list)),
    leaves: fc
      .array(fc.float({ min: -3, max: 3, noNaN: true }), arrayOf(count << DEPTH))
      .map((list) => Float32Array.from(list)),
  }),
)
const row = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN)), arrayOf(WIDTH))

function arrayOf(length: number) {
  return { minLength: length, maxLength: length }
}

/** Sums by the kernel for rows from `first` on. */
function scored(scorer: RowScorer, index: number, first: number, rows: readonly number[][]): number[] {
  scorer.reserve(first + rows.length)
  scorer.rows.set(rows.flat(), first * WIDTH)
  const sums = new Float64Array(rows.length)
  scorer.score(index, first, rows.length, sums)
  return [...sums]
}

function twin(trees: BoostedTrees, rows: readonly number[][]): number[] {
  const flat = Float32Array.from(rows.flat())
  return rows.map((_, index) => scoreRow(trees, flat, index * WIDTH))
}

describe('RowScorer', () => {
  it('gives what scoreRow gives, to the bit', () => {
    let rowsSeen = 0
    fc.assert(
      fc.property(forest, forest, fc.array(row, { maxLength: 150 }), fc.nat(80), (one, two, rows, first) => {
        const scorer = new RowScorer([one, two], WIDTH)
        expect(scored(scorer, 1, first, rows)).toEqual(twin(two, rows))
        expect(scored(scorer, 0, 0, rows)).toEqual(twin(one, rows))
        rowsSeen += rows.length
      }),
    )
    expect(rowsSeen).toBeGreaterThan(200)
  })

  it('keeps rows when it makes room', () => {
    const trees: BoostedTrees = {
      count: 1,
      bias: 0,
      features: new Uint16Array(DEPTH),
      thresholds: new Float32Array(DEPTH),
      leaves: Float32Array.from({ length: 64 }, (_, index) => index),
    }
    const scorer = new RowScorer([trees], WIDTH)
    scorer.rows.fill(1, 0, WIDTH)
    scorer.reserve(100_000)
    const sums = new Float64Array(1)
    scorer.score(0, 0, 1, sums)
    expect(sums[0]).toBe(63)
  })
})
