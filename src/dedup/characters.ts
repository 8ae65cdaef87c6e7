/** What a character is to a text cut into tokens. */
export const GAP = 0
/** A letter, digit or `_` of a script with spaces between words. */
export const LETTER = 1
/** A mark on the letter before it. */
export const MARK = 2
/** A letter of a script without spaces between words. */
export const UNSPACED = 3
/** Half of a character of two UTF-16 units. In tables only. */
export const SURROGATE = 4

export interface CharacterTables {
  /** Kind of each UTF-16 unit. */
  readonly kinds: Uint8Array
  /** Folded form of each unit that is a {@link LETTER}, else 0. */
  readonly letters: Uint16Array
  /** The same of each that is a letter or a mark. */
  readonly inside: Uint16Array
}

const made = new Map<boolean, CharacterTables>()

/** Tables of the UTF-16 units, made when first asked for. */
export function characterTables(caseFold: boolean): CharacterTables {
  const known = made.get(caseFold)
  if (known !== undefined) return known
  const units = String.fromCharCode(...new Uint16Array(0x10000).keys())
  const kinds = new Uint8Array(0x10000)
  const letters = new Uint16Array(0x10000)
  const inside = new Uint16Array(0x10000)
  const each = (characters: RegExp, found: (unit: number) => void): void => {
    for (const { 0: run, index } of units.matchAll(characters))
      for (let unit = index; unit < index + run.length; unit++) found(unit)
  }
  each(/[\p{L}\p{N}_]+/gu, (unit) => (kinds[unit] = LETTER))
  each(/[\p{M}]+/gu, (unit) => (kinds[unit] = MARK))
  each(new RegExp(UNSPACED_LETTERS, 'gv'), (unit) => (kinds[unit] = UNSPACED))
  kinds.fill(SURROGATE, 0xd800, 0xe000)
  each(/[\p{L}\p{N}\p{M}_]+/gu, (unit) => {
    if (kinds[unit] === UNSPACED) return
    inside[unit] = unit
    if (kinds[unit] === LETTER) letters[unit] = unit
  })
  const fold = (unit: number): void => {
    if (letters[unit] !== 0) letters[unit] = foldOf(unit)
    if (inside[unit] !== 0) inside[unit] = foldOf(unit)
  }
  if (caseFold) each(/[\p{Changes_When_Lowercased}ς]+/gu, fold)
  const tables = { kinds, letters, inside }
  made.set(caseFold, tables)
  return tables
}

/** Kind of a character by its code point. */
export function kindOf(code: number): number {
  const character = String.fromCodePoint(code)
  if (!/[\p{L}\p{N}\p{M}_]/u.test(character)) return GAP
  if (/\p{M}/u.test(character)) return MARK
  return UNSPACED_LETTERS.test(character) ? UNSPACED : LETTER
}

/**
 * A character in lower case, as one code point: `İ` gives `i`. A small sigma at the end of a word is a letter of its own in lower case
 * and none in capitals, so that both give `σ`.
 */
export function foldOf(code: number): number {
  if (code === 0x3c2) return 0x3c3
  return String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code
}

const UNSPACED_LETTERS =
  /[\p{L}&&[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]]+/v
