import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jaccard } from './jaccard.ts'

const set = fc.uniqueArray(fc.nat(30), { maxLength: 20 }).map((numbers) => Float64Array.from(numbers).sort())

it('is what two sets share over what they have together', () => {
  fc.assert(
    fc.property(set, set, fc.constantFrom(0, 0.2, 1 / 3, 0.5, 0.8, 1), (a, b, atLeast) => {
      const one = new Set(a)
      const two = new Set(b)
      const all = one.union(two).size
      const exact = all === 0 ? 0 : one.intersection(two).size / all
      expect(jaccard(a, b)).toBe(exact)
      expect(jaccard(a, b, atLeast)).toBe(exact < atLeast ? 0 : exact)
    }),
    { numRuns: 1000 },
  )
})
