/** What is no part of a word: punctuation and signs of any script, control characters, and characters that show nothing. */
const NO_PART = /[\p{P}\p{S}\p{Cc}\p{Cf}]/gu

/**
 * A word as evaluation sets and documents are compared by: composed (NFC), without punctuation, in lower case.
 *
 * Punctuation is all of Unicode's, with its signs: `string.punctuation` of Python, which EleutherAI's janitor removes, and beyond ASCII
 * what corresponds to it. Empty for a run of punctuation.
 */
export function plainWord(token: string): string {
  return token.normalize('NFC').replace(NO_PART, '').toLowerCase()
}

/** A unit of UTF-16 that is white space. */
export const SPACE = -1
/** A unit that is no part of a word. */
export const NO_LETTER = -2
/** A unit that depends on those around it: its word goes through {@link plainWord}. */
export const DEPENDS = -3
const UNKNOWN = -4

const KINDS = new Int32Array(0x1_0000).fill(UNKNOWN)

/** What a unit of UTF-16 gives to its word: the unit that stands for it, or one of the constants above. */
export function unitKind(unit: number): number {
  const known = KINDS[unit] ?? UNKNOWN
  if (known !== UNKNOWN) return known
  const kind = kindOf(String.fromCharCode(unit))
  KINDS[unit] = kind
  return kind
}

// A surrogate, a mark and a conjoining letter of Korean belong to what stands beside them; what a capital sigma becomes, too.
const DEPENDENT = /[\p{Cs}\p{M}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u03a3]/u

function kindOf(character: string): number {
  if (/\s/.test(character)) return SPACE
  if (DEPENDENT.test(character) || character.normalize('NFC') !== character) return DEPENDS
  const plain = plainWord(character)
  if (plain === '') return NO_LETTER
  return plain.length === 1 ? plain.charCodeAt(0) : DEPENDS
}
