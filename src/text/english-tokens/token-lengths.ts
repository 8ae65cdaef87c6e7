import { chunkTokens } from './chunk-tokens.ts'
import { KnownPieces } from './known-pieces.ts'
import { plainLetters } from './plain-letters.ts'

let known: KnownPieces<readonly number[]> | undefined

/**
 * Lengths of the {@link chunkTokens} of a piece of a text, in UTF-16 units.
 *
 * @param codes the units of the text, in which the piece is the range from `from` up to `to` (exclusive).
 */
export function tokenLengths(text: string, codes: Uint16Array, from: number, to: number): readonly number[] {
  const letters = plainLetters(codes, from, to)
  if (letters > 0) return plainLengths(letters, to - from > letters)
  known ??= new KnownPieces((piece) => chunkTokens(piece).map((token) => token.length))
  return known.of(text, codes, from, to)
}

const WHOLE: (readonly number[])[] = []
const MARKED: (readonly number[])[] = []

/** Lengths of a word of letters, and of the mark behind it; the same lists for all words as long. */
function plainLengths(letters: number, isMarked: boolean): readonly number[] {
  const made = isMarked ? MARKED : WHOLE
  made[letters] ??= isMarked ? [letters, 1] : [letters]
  return made[letters]
}
