import fc from 'fast-check'
import { expect, it } from 'vitest'
import { chunkTokens } from './chunk-tokens.ts'
import { tokenExceptions } from './exceptions.ts'
import { plainLetters } from './plain-letters.ts'

const MARKS = ['', ...'.,;:!?']

/** Letters of a piece that stands between others, whose letters are not its own. */
function lettersOf(piece: string): number {
  const codes = Uint16Array.from(`a${piece}b`, (unit) => unit.charCodeAt(0))
  return plainLetters(codes, 1, 1 + piece.length)
}

function agrees(piece: string): void {
  const letters = lettersOf(piece)
  if (letters === 0) return
  const expected = [piece.slice(0, letters), piece.slice(letters)].filter((part) => part !== '')
  expect(chunkTokens(piece)).toEqual(expected)
}

it('never takes an exception for plain, with no mark behind it and with each', () => {
  let plain = 0
  for (const exception of tokenExceptions().keys()) {
    for (const mark of MARKS) {
      agrees(`${exception}${mark}`)
      if (lettersOf(exception) > 0) plain++
    }
  }
  expect(plain).toBe(0)
})

it('agrees with the tokenizer on whatever it takes', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abdnotIlsAZ'), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(letters, fc.constantFrom(...MARKS), (word, mark) => agrees(`${word}${mark}`)),
    { numRuns: 2000 },
  )
})

it.each([
  ['table', 5],
  ['Table,', 5],
  ['end.', 3],
  ['END.', 0],
  ['cannot', 0],
  ['two-fold', 0],
  ['naïve', 0],
  ['?', 0],
  ['', 0],
  ['a'.repeat(33), 0],
])('of %j tells %i letters', (piece, letters) => expect(lettersOf(piece)).toBe(letters))
