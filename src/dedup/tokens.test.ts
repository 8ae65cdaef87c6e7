import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokensOf } from '../../test/repeated-runs.ts'
import { characterTables, foldOf, kindOf, LETTER, MARK, SURROGATE } from './characters.ts'
import { TokenReader } from './tokens.ts'

/** Each token as it is written, and its hash. */
function read(text: string, caseFold = true): readonly (readonly [token: string, hash: string])[] {
  const { count, starts, ends, low, high } = new TokenReader({ caseFold }).read(text)
  return Array.from({ length: count }, (_, at) => [
    text.slice(starts[at], ends[at]),
    `${low[at]} ${high[at]}`,
  ])
}
const cut = (text: string) => read(text).map(([token]) => token)
const hashes = (text: string, caseFold = true) => read(text, caseFold).map(([, hash]) => hash)

const PIECES = [
  'a B ß ς Σ İ е\u0301 \u0301 7 _ ² 字 の ก ก\u0e34 ข ဗ 𝒜 𠀀 𐐀 𐐨'.split(' '),
  [' ', '\n', '.', '’', '—', '\u0000', '😀', '\ufe0f', '\ud800', '\udc00', '\u{e0100}'],
].flat()

describe('the reader of tokens', () => {
  it.each([
    ['One, two-three: it’s_4.', ['One', 'two', 'three', 'it', 's_4'], 'words'],
    ['東京へ go行く', ['東', '京', 'へ', 'go', '行', 'く'], 'letters of scripts without spaces'],
    ['cafe\u0301 ก\u0e34ข \u0301x', ['cafe\u0301', 'ก\u0e34', 'ข', 'x'], 'marks with their letter'],
    ['𝒜b 𠀀𠀀😀', ['𝒜b', '𠀀', '𠀀'], 'characters of two units'],
    ['\ud800a\udc00', ['a'], 'halves of characters'],
    ['', [], 'nothing'],
  ])('cuts %j', (text, tokens) => expect(cut(text)).toEqual(tokens))

  it('folds case when asked', () => {
    expect(hashes('ΟΔΟΣ İ 𐐀')).toEqual(hashes('οδος i 𐐨'))
    expect(hashes('A', false)).not.toEqual(hashes('a', false))
    expect(hashes('a', false)).toEqual(hashes('a', true))
  })

  it('agrees with a regular expression on any text', () => {
    const known = new Map<string, string>()
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...PIECES) }), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, (given) => {
        const tokens = read(given)
        expect(tokens.map(([token]) => token)).toEqual(tokensOf(given, false))
        // Equal tokens have equal hashes, and others have others.
        for (const [at, name] of tokensOf(given).entries()) {
          const hash = tokens[at]?.[1] ?? ''
          expect(known.get(hash) ?? name).toBe(name)
          known.set(hash, name)
          expect(hashes(name)).toEqual([hash])
        }
      }),
      { numRuns: 400 },
    )
    expect(known.size).toBeGreaterThan(100)
  })

  it('holds more tokens than it has room for at first', () => {
    const text = Array.from({ length: 5000 }, (_, at) => `w${at}`).join(' ')
    expect(cut(text)).toEqual(text.split(' '))
    expect(new Set(hashes(text)).size).toBe(5000)
  })
})

describe('the tables of characters', () => {
  it('hold what is said of each character', () => {
    const { kinds, letters, inside } = characterTables(true)
    const plain = characterTables(false)
    for (let code = 0; code < 0x10000; code++) {
      const kind = (code & 0xf800) === 0xd800 ? SURROGATE : kindOf(code)
      const folded = kind === LETTER || kind === MARK ? foldOf(code) : 0
      const expected = [kind, kind === LETTER ? folded : 0, folded, folded === 0 ? 0 : code]
      const actual = [kinds[code], letters[code], inside[code], plain.inside[code]]
      if (actual.join() !== expected.join()) expect.fail(`U+${code.toString(16)}: ${actual}, not ${expected}`)
    }
  })
})
