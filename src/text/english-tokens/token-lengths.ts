import { chunkTokens } from './chunk-tokens.ts'
import { plainLetters } from './plain-letters.ts'
import { Recent } from './recent.ts'

const KNOWN = new Recent<readonly number[]>(1 << 16)
const LONGEST_KNOWN = 48

/** Lengths of the {@link chunkTokens} of a piece of text, in UTF-16 units. Pieces that were seen lately are remembered. */
export function tokenLengths(chunk: string): readonly number[] {
  const letters = plainLetters(chunk)
  if (letters > 0) return plainLengths(letters, chunk.length > letters)
  const known = KNOWN.get(chunk)
  if (known !== undefined) return known
  const lengths = chunkTokens(chunk).map((token) => token.length)
  if (chunk.length > LONGEST_KNOWN) return lengths
  KNOWN.set(chunk, lengths)
  return lengths
}

const WHOLE: (readonly number[])[] = []
const MARKED: (readonly number[])[] = []

/** Lengths of a word of letters, and of the mark behind it; the same lists for all words as long. */
function plainLengths(letters: number, isMarked: boolean): readonly number[] {
  const made = isMarked ? MARKED : WHOLE
  made[letters] ??= isMarked ? [letters, 1] : [letters]
  return made[letters]
}
