import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteSearch } from './byte-search.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'A', 'B', ':'), { maxLength: 30 })
  .map((parts) => parts.join(''))
const words = fc.integer({ min: 1, max: 5 }).chain((length) =>
  fc.array(
    fc
      .array(fc.constantFrom('a', 'b'), { minLength: length, maxLength: length })
      .map((letters) => letters.join('')),
    { minLength: 1, maxLength: 3 },
  ),
)

describe('ByteSearch', () => {
  it.each([true, false])('finds what a search for each word finds, in any case: %s', (anyCase) => {
    fc.assert(
      fc.property(text, words, fc.nat(30), fc.nat(30), (source, sought, from, to) => {
        const shown = anyCase ? source.toLowerCase() : source
        const places = sought
          .map((word) => shown.slice(0, to).indexOf(word, from))
          .filter((place) => place >= 0)
        expect(
          new ByteSearch(sought, { anyCase }).find(Buffer.from(source), from, Math.min(to, source.length)),
        ).toBe(Math.min(...places, places.length === 0 ? -1 : 100))
      }),
    )
  })

  it('takes words of one length only', () => {
    expect(() => new ByteSearch(['a', 'bc'])).toThrow(RangeError)
  })
})
