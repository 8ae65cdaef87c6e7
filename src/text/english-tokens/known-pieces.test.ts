import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chunkTokens } from './chunk-tokens.ts'
import { KnownPieces } from './known-pieces.ts'
import { tokenLengths } from './token-lengths.ts'

const unitsOf = (text: string): Uint16Array =>
  Uint16Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))

it('makes a piece that it knows once, and gives each piece its own', () => {
  const made: string[] = []
  const pieces = new KnownPieces((piece) => {
    made.push(piece)
    return piece
  })
  const text = 'a1 b-2 a1 '.concat('é'.repeat(32), ' ', 'é'.repeat(33), ' b-2')
  const codes = unitsOf(text)
  const ask = (): string[] =>
    [...text.matchAll(/\S+/g)].map(({ index, 0: { length } }) =>
      pieces.of(text, codes, index, index + length),
    )
  expect(ask()).toEqual(text.split(' '))
  expect(ask()).toEqual(text.split(' '))
  // The last but one is too long to be remembered.
  expect(made).toEqual(['a1', 'b-2', 'é'.repeat(32), 'é'.repeat(33), 'é'.repeat(33)])
})

it('tells pieces of one place apart, of which there are more than places', () => {
  const pieces = new KnownPieces((piece) => piece)
  for (let round = 0; round < 2; round++) {
    for (let number = 0; number < 100_000; number++) {
      const piece = String(number)
      if (pieces.of(piece, unitsOf(piece), 0, piece.length) !== piece) expect.fail(piece)
    }
  }
})

it('gives lengths of tokens as cutting the piece alone does, whatever was asked before', () => {
  const units = fc.string({ unit: fc.constantFrom(...'abS9.,-\'’()"éÀ𝒳'), minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(units, units, (before, piece) => {
      const text = before + piece
      expect(tokenLengths(text, unitsOf(text), before.length, text.length)).toEqual(
        chunkTokens(piece).map((token) => token.length),
      )
    }),
    { numRuns: 1000 },
  )
})
