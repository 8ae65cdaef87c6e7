/**
 * Calls `each` with the words of a text between Unicode's default word boundaries (UAX 29) that begin with a letter
 * or a number: `can't`, `3.14` and `a_b` are one, `foo-bar` is two, a Han or kana letter of Hiragana is one by itself.
 *
 * After the rules of UAX 29, with their classes taken from the properties that JavaScript knows: Alphabetic without
 * ideographs, Hiragana and the scripts of South East Asia for ALetter. Takes units of the text. O(length).
 *
 * @see https://www.unicode.org/reports/tr29/#Default_Word_Boundaries
 */
export function eachBoundedWord(text: string, each: (from: number, to: number) => void): void {
  const { length } = text
  let index = 0
  while (index < length) {
    const point = text.codePointAt(index) ?? 0
    const kind = kindOf(point)
    const from = index
    index += point > 0xffff ? 2 : 1
    if (kind === LETTER || kind === NUMBER || kind === JOINER || kind === KATAKANA) {
      index = endOfWord(text, index, kind)
      if (kind !== JOINER) each(from, index)
    } else {
      index = skipExtending(text, index)
      if (kind === SINGLE) each(from, index)
    }
  }
}

const OTHER = 0
/** ALetter and Hebrew_Letter. */
const LETTER = 1
/** Numeric. */
const NUMBER = 2
/** ExtendNumLet, as `_`. */
const JOINER = 3
const KATAKANA = 4
/** Extend, Format and ZWJ: stays with what it follows. */
const EXTENDING = 5
/** MidLetter, MidNum and MidNumLet with Single_Quote: inside words, inside numbers, inside both. */
const MID_LETTER = 6
const MID_NUMBER = 7
const MID_BOTH = 8
/** A letter or number that makes a word by itself. */
const SINGLE = 9

/** Goes on from behind a first character, as long as there is no boundary. */
function endOfWord(text: string, start: number, first: number): number {
  let index = skipExtending(text, start)
  let kind = first
  while (index < text.length) {
    const point = text.codePointAt(index) ?? 0
    const next = kindOf(point)
    const behind = skipExtending(text, index + (point > 0xffff ? 2 : 1))
    if (isJoined(kind, next)) {
      index = behind
      kind = next
      continue
    }
    const inLetters = kind === LETTER && (next === MID_LETTER || next === MID_BOTH)
    const inNumbers = kind === NUMBER && (next === MID_NUMBER || next === MID_BOTH)
    if (!inLetters && !inNumbers) break
    const third = behind < text.length ? kindOf(text.codePointAt(behind) ?? 0) : OTHER
    if (third !== kind) break
    index = behind
  }
  return index
}

/** WB5, WB8 to WB10, WB13 to WB13b. */
function isJoined(left: number, right: number): boolean {
  if (left === KATAKANA || right === KATAKANA) {
    return (left === KATAKANA || left === JOINER) && (right === KATAKANA || right === JOINER)
  }
  return right === LETTER || right === NUMBER || right === JOINER
}

function skipExtending(text: string, start: number): number {
  let index = start
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (code < 0x80) return index
    const point = text.codePointAt(index) ?? 0
    if (kindOf(point) !== EXTENDING) return index
    index += point > 0xffff ? 2 : 1
  }
  return index
}

const KINDS = new Map<number, number>()
let ascii: Uint8Array | undefined

function kindOf(point: number): number {
  if (point < 0x80) {
    ascii ??= Uint8Array.from({ length: 0x80 }, (_, code) => lookUp(String.fromCharCode(code)))
    return ascii[point] as number
  }
  const known = KINDS.get(point)
  if (known !== undefined) return known
  const kind = lookUp(String.fromCodePoint(point))
  KINDS.set(point, kind)
  return kind
}

function lookUp(character: string): number {
  if (/[\p{Grapheme_Extend}\p{Mc}\p{Cf}\p{Emoji_Modifier}]/u.test(character) && character !== '\u200b')
    return EXTENDING
  if (/[\p{Script=Katakana}ー゛゜〱-〵゠]/u.test(character) && !/[㋐-㋾㌀-㍗]/u.test(character))
    return KATAKANA
  if (/[\p{Nd}٬]/u.test(character) && !/[０-９]/u.test(character)) return NUMBER
  if (/[０-９]/u.test(character)) return NUMBER
  if (/\p{Pc}|\u202f/u.test(character)) return JOINER
  if (/[.‘’․﹒＇．']/u.test(character)) return MID_BOTH
  if (/[:··՟״‧︓﹕：]/u.test(character)) return MID_LETTER
  if (/[,;;։،؍٬߸⁄︐︔﹐﹔，；]/u.test(character)) return MID_NUMBER
  const isSingle =
    /[\p{Ideographic}\p{Script=Hiragana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
  if (/[\p{Alphabetic}˂-˅˒-˗˞˟˥-˫˭˯-˿՚-՜՞֊״׳]/u.test(character) && !isSingle.test(character)) return LETTER
  return /[\p{L}\p{N}]/u.test(character) ? SINGLE : OTHER
}
