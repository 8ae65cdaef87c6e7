import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortedSet } from './sorted-set.ts'

const LARGEST = 2 ** 53 - 1

it.each([
  { why: 'spread evenly', number: fc.maxSafeNat() },
  { why: 'few and repeated', number: fc.integer({ min: 0, max: 40 }).map((each) => each * 10 ** 14) },
  { why: 'all in one bucket', number: fc.nat(1000) },
  { why: 'at the ends of the range', number: fc.constantFrom(0, 1, LARGEST - 1, LARGEST) },
])('sorts numbers that are $why', ({ number }) => {
  let longest = 0
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300, size: 'max' }), (numbers) => {
      longest = Math.max(longest, numbers.length)
      expect([...sortedSet(Float64Array.from(numbers))]).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    }),
  )
  expect(longest).toBeGreaterThan(100)
})
