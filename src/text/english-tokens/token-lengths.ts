import { chunkTokens } from './chunk-tokens.ts'
import { Recent } from './recent.ts'

const KNOWN = new Recent<readonly number[]>(1 << 16)
const LONGEST_KNOWN = 48

/** Lengths of the {@link chunkTokens} of a piece of text, in UTF-16 units. Pieces that were seen lately are remembered. */
export function tokenLengths(chunk: string): readonly number[] {
  const known = KNOWN.get(chunk)
  if (known !== undefined) return known
  const lengths = chunkTokens(chunk).map((token) => token.length)
  if (chunk.length > LONGEST_KNOWN) return lengths
  KNOWN.set(chunk, lengths)
  return lengths
}
