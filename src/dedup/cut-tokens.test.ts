import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokensOf } from '../../test/repeated-runs.ts'
import { cutTokens, spansOf } from './cut-tokens.ts'
import { TokenReader } from './tokens.ts'

const reader = new TokenReader({ caseFold: true })
const cut = (text: string, ...spans: (readonly [number, number])[]) =>
  cutTokens(text, reader.read(text), spans)

describe('spans', () => {
  it('are the union of windows', () => {
    expect(spansOf([1, 2, 5, 9, 30], 4)).toEqual([
      [1, 13],
      [30, 34],
    ])
    expect(spansOf([], 4)).toEqual([])
  })
})

describe('a cut', () => {
  it.each<[text: string, span: readonly [number, number], rest: string, why: string]>([
    ['One two. Gone now. Last one.', [2, 4], 'One two. Last one.', 'takes the signs at what goes with it'],
    ['He said "gone now." Then left.', [2, 4], 'He said Then left.', 'on both sides'],
    ['One.\n\nGone now.\n\n"Last" one.', [1, 3], 'One.\n\n"Last" one.', 'leaves a paragraph’s break'],
    ['One. Gone now.\n\nLast.', [1, 3], 'One.\n\nLast.', 'and the stronger of two breaks'],
    ['"Gone now," he said.', [0, 2], 'he said.', 'leaves nothing in front'],
    ['He said: gone now!\n', [2, 4], 'He said:', 'and nothing behind'],
    ['up-gone-down', [1, 2], 'up-down', 'leaves one of two joints'],
    ['東京行く。次', [1, 4], '東次', 'leaves letters without spaces side by side'],
    ['go東京do', [1, 3], 'go do', 'parts words that would grow together'],
    ['東京 行く', [1, 2], '東 行く', 'keeps the space of the other side'],
  ])('of %j', (text, span, rest, _why) => expect(cut(text, span)).toBe(rest))

  it('leaves exactly the other tokens', () => {
    const units = [
      'a',
      'Bc',
      'd\u0301',
      '字',
      '𠀀',
      '𝒜',
      ' ',
      '\n\n',
      '. ',
      ', "',
      '-',
      '\u0301',
      '😀',
      '\ud800',
    ]
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...units), maxLength: 40 }),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (text, gone) => {
          const { count } = reader.read(text)
          const numbers = Array.from({ length: count }, (_, at) => at).filter((at) => gone[at])
          const rest = cutTokens(text, reader.read(text), spansOf(numbers, 1))
          expect(tokensOf(rest, false)).toEqual(tokensOf(text, false).filter((_, at) => !gone[at]))
          if (numbers.length === 0) expect(rest).toBe(text)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
