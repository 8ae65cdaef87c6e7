import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { dedupExact } from './dedup-exact.ts'

const keyed = (text: string, options: object = {}, meta: Record<string, string> = {}) =>
  dedupExact.keyed(dedupExact.options.parse(options))(documentOf(text, meta))

describe('dedup-exact', () => {
  it.each([
    ['a b', ' a\n\nb ', true, 'white space'],
    ['caf\u00e9', 'cafe\u0301', true, 'composition'],
    ['ab', 'a b', false, 'a space parts words'],
    ['A', 'a', false, 'case'],
    ['a', 'a.', false, 'punctuation'],
  ])('%j and %j are one text: %s (%s)', (left, right, same) => {
    expect(keyed(left)?.key === keyed(right)?.key).toBe(same)
  })

  it('folds case only when asked', () => {
    expect(keyed('A', { caseFold: true })?.key).toBe(keyed('a', { caseFold: true })?.key)
  })

  it.each([[''], [' \n']])('leaves %j alone', (text) => {
    expect(keyed(text)).toBeUndefined()
  })

  it('ranks by what is preferred', () => {
    const rank = (prefer: string, text: string, meta: object) =>
      dedupExact.keyed(dedupExact.options.parse({ prefer }))(documentOf(text, { ...meta }))?.rank ??
      Number.NaN
    expect(rank('smallest-id', 'a', {})).toBe(rank('smallest-id', 'a  b', { score: 9 }))
    expect(rank('longest', 'a  b', {})).toBeGreaterThan(rank('longest', 'a b', {}))
    expect(rank('highest-score', 'a', { link: { score: 5 } })).toBe(5)
    expect(rank('highest-score', 'a', { score: 4 })).toBe(4)
    expect(rank('highest-score', 'a', {})).toBeLessThan(-1e9)
    expect(rank('newest', 'a', { date: '2021-01-01' })).toBeGreaterThan(
      rank('newest', 'a', { date: '2020-12-31' }),
    )
    expect(rank('newest', 'a', { date: 'once' })).toBeLessThan(-1e9)
  })

  it.each([[{ casefold: true }], [{ prefer: 'shortest' }]])('refuses options %j', (options) => {
    expect(() => dedupExact.options.parse(options)).toThrow(/casefold|prefer/)
  })
})
