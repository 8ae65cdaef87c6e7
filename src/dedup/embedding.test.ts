import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cosine, unitVector } from './embedding.ts'

describe('unitVector', () => {
  it.each<readonly [unknown, string]>([
    [undefined, 'none'],
    ['[1, 2]', 'a text'],
    [[], 'nothing in it'],
    [[0, -0, 0], 'no direction'],
    [[1, Number.NaN], 'not a number'],
    [[1, Number.POSITIVE_INFINITY], 'not finite'],
    [[1, null], 'a gap'],
    [[1, '2'], 'a text in it'],
    [[1, [2]], 'a list in it'],
    [Array.from({ length: 8193 }, () => 1), 'too long'],
  ])('refuses what has no direction: %j (%s)', (value) => {
    expect(unitVector(value)).toBeUndefined()
  })

  it.each([1, 1e300, 1e-320, -5])('gives one direction whatever the length: %d times', (factor) => {
    const sign = Math.sign(factor)
    const rounded = [...(unitVector([3 * factor, -4 * factor, 0]) ?? [])].map((each) =>
      Number(each.toFixed(3)),
    )
    expect(rounded).toEqual([0.6 * sign, -0.8 * sign, 0])
  })
})

describe('cosine', () => {
  const vector = fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: 7, maxLength: 7 })
    .map(unitVector)
    .filter((each) => each !== undefined)

  it('is 1 with itself and -1 with the opposite, to the bit, and the same both ways', () => {
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        expect(cosine(a, a)).toBe(1)
        expect(
          cosine(
            a,
            a.map((each) => -each),
          ),
        ).toBe(-1)
        expect(cosine(a, b)).toBe(cosine(b, a))
        const sum = a.reduce((total, each, at) => total + each * (b[at] ?? 0), 0)
        expect(cosine(a, b)).toBeCloseTo(sum, 11)
      }),
    )
  })

  it('is 0 between vectors of different dimensions', () => {
    expect(cosine(Float64Array.of(1), Float64Array.of(1, 0))).toBe(0)
  })
})
