// What the table says of a character: its lower case in the low 21 bits, and these. `kernels/assembly/minhash.ts` has the
// same numbers.

/** Python's `\w`: a letter, a number or `_`. */
export const IS_WORD = 1 << 21
/** A letter, a mark or a number. */
export const IS_CHARACTER = 1 << 22
export const IS_LETTER = 1 << 23
/** A letter of a script that is written without spaces between words. */
export const IS_UNSPACED = 1 << 24
/** Its lower case is two characters, or depends on its neighbours. */
const IS_SPECIAL = 1 << 25

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

// Expressions for classes of characters cost milliseconds to compile, and most texts need none of what is behind these.
/** The first combining mark. */
const FIRST_MARK = 0x300
/** The first letter of Thai. */
const FIRST_UNSPACED = 0xe01
/** The first page without letters and numbers: arrows and operators. */
const FIRST_EMPTY = 0x2200

/** Pages made so far, at most 4,352 of 1 KiB: all sketchers of a thread share them. */
const PAGES = new Map<number, Uint32Array>()

/** The table's entries for the 256 code points from `page * 256` on. */
export function characterPage(page: number): Uint32Array {
  let entries = PAGES.get(page)
  if (entries === undefined) {
    entries = makePage(page * 256)
    PAGES.set(page, entries)
  }
  return entries
}

function makePage(start: number): Uint32Array {
  const codes = Array.from({ length: 256 }, (_, index) => start + index)
  // Most pages have nothing that a shingle is made of, and are made at once.
  const isEmpty = start >= FIRST_EMPTY && !/[\p{L}\p{M}\p{N}]/u.test(String.fromCodePoint(...codes))
  return isEmpty ? Uint32Array.from(codes) : Uint32Array.from(codes, entryOf)
}

/** The table's entry for one code point. Surrogates are no characters. */
export function entryOf(code: number): number {
  const character = String.fromCodePoint(code)
  const isLetter = /\p{L}/u.test(character)
  const isNumber = !isLetter && /\p{N}/u.test(character)
  const lower = character.toLowerCase()
  let entry = lower.codePointAt(0) as number
  if (isLetter || isNumber || character === '_') entry |= IS_WORD
  if (isLetter || isNumber || (code >= FIRST_MARK && /\p{M}/u.test(character))) entry |= IS_CHARACTER
  if (isLetter) entry |= IS_LETTER
  if (isLetter && code >= FIRST_UNSPACED && UNSPACED.test(character)) entry |= IS_UNSPACED
  // Σ in the end of a word is ς.
  if ([...lower].length > 1 || character === 'Σ') entry |= IS_SPECIAL
  return entry
}
