import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binEdges, HistogramCount, niceStep, Thinned } from './histogram.ts'

describe('binEdges', () => {
  it.each([
    { sample: [], limits: [], scale: 'linear', edges: [0, 1], why: 'nothing measured' },
    { sample: [3, 3, 3], limits: [], scale: 'whole', edges: [3, 4], why: 'one value' },
    {
      sample: [0, 1, 2],
      limits: [],
      scale: 'whole',
      edges: [0, 1, 2, 3],
      why: 'whole numbers have a bin each',
    },
    { sample: [0, 0], limits: [0], scale: 'whole', edges: [0, 1, 2], why: 'both sides of a limit are there' },
    { sample: [2, 2], limits: [2], scale: 'whole', edges: [1, 2, 3, 4], why: 'on the left too' },
    {
      sample: [0, 1, 2],
      limits: [100_000],
      scale: 'whole',
      edges: [0, 1, 2, 3],
      why: 'a far limit squeezes nothing',
    },
    { sample: [0.5, 0.5], limits: [], scale: 'linear', edges: [0, 1], why: 'one share' },
  ])('$why', ({ sample, limits, scale, edges }) => {
    expect(binEdges(sample, limits)).toEqual({ scale, edges })
  })

  it('puts a limit of a ratio on a border', () => {
    const sample = Array.from({ length: 101 }, (_, n) => n / 100)
    expect(binEdges(sample, [0.2]).edges).toContain(0.2)
  })

  it('takes a log scale for long tails', () => {
    const sample = Array.from({ length: 1000 }, (_, n) => Math.round(10 ** (n / 200)))
    const { scale, edges } = binEdges(sample, [])
    expect(scale).toBe('log')
    expect(edges.length).toBe(61)
  })

  const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
  const moderate = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
  // Values that differ in their last digits only, which draws from a range hardly ever give.
  const near = fc
    .tuple(moderate, fc.array(fc.integer({ min: -1000, max: 1000 })))
    .map(([value, steps]) => steps.map((step) => value * (1 + step * Number.EPSILON)))

  it.each([
    { values: fc.array(moderate), why: 'of a range' },
    { values: fc.array(finite), why: 'that are any finite numbers' },
    { values: near, why: 'that hardly differ' },
  ])('rises, with values $why', ({ values }) => {
    fc.assert(fc.property(values, values, (sample, limits) => rises(binEdges(sample, limits).edges)))
  })

  it.each([
    { sample: [1e9, 1e9 - 2 ** -23], limits: [], why: 'two neighbours' },
    { sample: [-999_999_999.999_998_7], limits: [-999_999_999.999_999_3], why: 'a value beside a limit' },
    { sample: [1e18], limits: [], why: 'one number so large that one more is the same' },
    { sample: [-Number.MAX_VALUE, Number.MAX_VALUE], limits: [], why: 'a range beyond the largest number' },
    { sample: [0, Number.MIN_VALUE], limits: [Number.MIN_VALUE * 2], why: 'the smallest numbers' },
  ])('rises, with $why', ({ sample, limits }) => {
    rises(binEdges(sample, limits).edges)
  })
})

function rises(edges: readonly number[]): void {
  expect(edges.length).toBeGreaterThan(1)
  expect(edges.length).toBeLessThan(100)
  for (let index = 1; index < edges.length; index++)
    expect(edges[index]).toBeGreaterThan(edges[index - 1] ?? 0)
}

it.each([
  [0.03, 0.05],
  [1, 1],
  [1.1, 2],
  [7, 10],
  [0, 0],
  [Number.POSITIVE_INFINITY, 0],
])('niceStep(%d) is %d', (width, step) => expect(niceStep(width)).toBe(step))

it('counts every value once, inside or outside', () => {
  const values = fc.array(fc.record({ value: fc.integer({ min: -5, max: 15 }), kept: fc.boolean() }))
  fc.assert(
    fc.property(values, (list) => {
      const count = new HistogramCount({ scale: 'linear', edges: [0, 2, 4, 10] })
      for (const { value, kept } of list) count.add(value, kept)
      const { before, after, outside } = count.finish()
      expect(before).toEqual([
        list.filter(({ value }) => value >= 0 && value < 2).length,
        list.filter(({ value }) => value >= 2 && value < 4).length,
        list.filter(({ value }) => value >= 4 && value < 10).length,
      ])
      expect(before.reduce((sum, n) => sum + n, 0) + outside.below + outside.above).toBe(list.length)
      after.forEach((n, index) => expect(n).toBeLessThanOrEqual(before[index] ?? 0))
    }),
  )
})

it('thins a stream evenly and stays small', () => {
  const thinned = new Thinned()
  for (let n = 0; n < 100_000; n++) thinned.add(n)
  const values = thinned.values()
  expect(values.length).toBeGreaterThan(1000)
  expect(values.length).toBeLessThanOrEqual(4096)
  expect((values.at(-1) ?? 0) - (values[0] ?? 0)).toBeGreaterThan(95_000)
})
