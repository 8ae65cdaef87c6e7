import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bounded, boundedOrNull, opening } from './excerpt.ts'

it('is bounded, a beginning, and counts what is left out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 10 }), (text, length) => {
      const { text: head, more } = opening(text, length)
      expect(head.length).toBeLessThanOrEqual(length)
      expect(text.startsWith(head)).toBe(true)
      expect(head.length + more).toBe(text.length)
      expect(head.isWellFormed()).toBe(text.isWellFormed())
    }),
  )
})

it.each([
  ['abc', 'abc'],
  ['abcdef', 'abcd…'],
  ['abc😀', 'abc…'],
])('bounds %s to %s', (text, shown) => expect(bounded(text, 4)).toBe(shown))

it('has nothing of nothing', () => expect(boundedOrNull(undefined)).toBeNull())
