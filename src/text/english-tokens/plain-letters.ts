import { tokenExceptions } from './exceptions.ts'

/** Pieces with more letters are left to the rules. */
const MOST_LETTERS = 32
const LETTER_CODES = 128

/**
 * Letters at the start of a piece of text that is nothing but letters of ASCII, or these and one mark that is always cut
 * off behind them; 0 for every other piece, and for one that may be an exception. The piece is a range of UTF-16 units.
 *
 * Most pieces of an English text are so, and no rule has a say in them: to see it takes a look at each unit, and no
 * string. Behind a capital, a dot is not always cut off. O(length), at most 32 units.
 */
export function plainLetters(codes: Uint16Array, from: number, to: number): number {
  const length = to - from
  if (length === 0 || length > MOST_LETTERS) return 0
  const last = codes[to - 1] as number
  const stop = isLetter(last) ? to : to - 1
  for (let at = from; at < stop; at++) if (!isLetter(codes[at] as number)) return 0
  const letters = stop - from
  if (letters === 0) return 0
  const end = codes[stop - 1] as number
  if (stop < to && !(isMark(last) || (last === DOT && end >= SMALL_A))) return 0
  shapes ??= exceptionShapes()
  return shapes[shapeOf(letters, codes[from] as number, end)] === 0 ? letters : 0
}

const DOT = 0x2e
const SMALL_A = 0x61

function isLetter(unit: number): boolean {
  const small = unit | 0x20
  return small >= 0x61 && small <= 0x7a
}

/** `,` `;` `:` `!` `?`. */
function isMark(unit: number): boolean {
  return unit === 0x2c || unit === 0x3a || unit === 0x3b || unit === 0x21 || unit === 0x3f
}

/** Length, first and last letter of every exception of letters alone, with a mark or without: 1 where there is one. */
let shapes: Uint8Array | undefined

function exceptionShapes(): Uint8Array {
  const made = new Uint8Array((MOST_LETTERS + 1) * LETTER_CODES * LETTER_CODES)
  for (const exception of tokenExceptions().keys()) {
    const [letters = ''] = /^[A-Za-z]+/.exec(exception) ?? []
    // One with a mark behind its letters is never taken for a plain piece either: `a.`, `ca.`
    if (letters === '' || letters.length > MOST_LETTERS || exception.length > letters.length + 1) continue
    made[shapeOf(letters.length, letters.charCodeAt(0), letters.charCodeAt(letters.length - 1))] = 1
  }
  return made
}

function shapeOf(length: number, first: number, last: number): number {
  return (length * LETTER_CODES + first) * LETTER_CODES + last
}
