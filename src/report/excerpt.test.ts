import fc from 'fast-check'
import { expect, it } from 'vitest'
import { about, bounded, boundedOrNull, opening } from './excerpt.ts'

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

it.each([
  [{}, null],
  [{ url: 'https://x.example/' }, null],
  [{ title: 'A page', score: 3, tags: ['a'] }, 'title: A page; score: 3; tags: ["a"]'],
])('says of %j %s', (meta, line) => expect(about(meta)).toBe(line))

it('says a bounded line of any meta', () => {
  const meta = Object.fromEntries(
    Array.from({ length: 1000 }, (_, n) => [`n${n}`.repeat(100), 'x'.repeat(1000)]),
  )
  expect(about(meta)?.length).toBeLessThanOrEqual(301)
})

it('has nothing of nothing', () => expect(boundedOrNull(undefined)).toBeNull())

it('shows no personal data, also not the half of a value at its end', () => {
  const text = `${'word '.repeat(20)}write to jane.roe@mail.org or call +44 20 7946 0958`
  for (let length = 1; length <= text.length; length++) {
    const { text: shown } = opening(text, length)
    expect(shown).not.toMatch(/@|jane|794/)
    expect(shown.length).toBeLessThanOrEqual(length)
  }
  expect(opening(text).text).toContain('write to [EMAIL] or call [PHONE]')
  expect(about({ author: 'jane.roe@mail.org', score: 3 })).toBe('author: [EMAIL]; score: 3')
})
