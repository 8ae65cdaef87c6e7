import { COUNTED, LEAD, LETTER, NO_SYMBOL, SPACE, TERMINAL } from '../../kernels/words/word-columns.ts'

// The low byte, which words keep: LETTER is general category L, as Python's `str.isalpha`; NO_SYMBOL is what is not in
// datatrove's `PUNCTUATION_SET`, TERMINAL what is in its `TERMINAL_PUNCTUATION`; SPACE is white space as Python's
// `str.isspace`, `str.split` and `str.strip` have it: U+001C to U+001F and U+0085 are, U+FEFF is not.
export { COUNTED, LEAD, LETTER, NO_SYMBOL, SPACE, TERMINAL }
/** A letter or a number: general category L or N, as Python's `str.isalnum`. */
export const ALPHANUMERIC = 0x10
/** Outside general category P. */
export const NO_PUNCTUATION = 0x20

/** Ends a line for Python's `str.splitlines`: beside LF also CR, VT, FF, U+001C to U+001E, U+0085, U+2028, U+2029. */
export const LINE_END = 0x100
/** Property Uppercase, as Python's `str.isupper` of one character. */
export const UPPERCASE = 0x200
/** Property Lowercase. */
export const LOWERCASE = 0x400
/** Second half of a character above U+FFFF; {@link LEAD} is the first. */
export const TRAIL = 0x800
/** White space of ASCII. */
export const ASCII_SPACE = 0x1000

/** Ranges of code points, as `first-last` in hexadecimal, parted by spaces. */
const SPACES = '9-d 1c-20 85 a0 1680 2000-200a 2028-2029 202f 205f 3000'
const LINE_ENDS = 'a-d 1c-1e 85 2028-2029'
/** datatrove 0.10.1, `utils/text.py`, `PUNCTUATION`; U+FF11, a full-width digit one, stands in it as well. */
const PUNCTUATION =
  '0-8 b-1f 21-2f 3a-40 5b-60 7b-9f ab b4 bb 2013-2014 2019 201c-201e 2026 2236 2501 25ba 3001-3002 3008-300d ' +
  '3010-3011 ff01 ff05 ff08-ff09 ff0c ff0e ff11 ff1a-ff1b ff1f ff5e'
/** datatrove 0.10.1, `utils/text.py`, `TERMINAL_PUNCTUATION`. */
const TERMINALS =
  '21 2e 3f 589 61d-61f 6d4 700-702 7f9 837 839 83d-83e 964-965 104a-104b 1362 1367-1368 166e 1735-1736 ' +
  '17d4-17d6 17d9-17da 1803 1809 1944-1945 1aa8-1aab 1b5a-1b5b 1b5e-1b5f 1b7d-1b7e 1c3b-1c3c 1c7e-1c7f ' +
  '203c-203d 2047-2049 2e2e 2e3c 2e53-2e54 3002 a4ff a60e-a60f a6f3 a6f7 a876-a877 a8ce-a8cf a92f a9c8-a9c9 ' +
  'aa5d-aa5f aaf0-aaf1 abeb fe52 fe56-fe57 ff01 ff0e ff1f ff61 10a56-10a57 10f55-10f59 10f86-10f89 11047-11048 ' +
  '110be-110c1 11141-11143 111c5-111c6 111cd 111de-111df 11238-11239 1123b-1123c 112a9 1144b-1144c 115c2-115c3 ' +
  '115c9-115d7 11641-11642 1173c-1173e 11944 11946 11a42-11a43 11a9b-11a9c 11c41-11c42 11ef7-11ef8 11f43-11f44 ' +
  '16a6e-16a6f 16af5 16b37-16b38 16b44 16e98 1bc9f 1da88'

let table: Uint16Array | undefined

/**
 * Flags of each UTF-16 unit, by its value: 65,536 entries, made when first asked for (some 20 ms).
 *
 * A half of a pair has `LEAD` or `TRAIL` and what a half without its other half has; flags of the
 * character that a pair stands for are given by {@link pairFlags}. Letters are those of the runtime's Unicode.
 */
export function characterFlags(): Uint16Array {
  table ??= makeTable()
  return table
}

function makeTable(): Uint16Array {
  const flags = new Uint16Array(65536)
  for (let code = 0; code < 65536; code++) {
    if (code >= 0xd800 && code < 0xe000)
      flags[code] = NO_SYMBOL | NO_PUNCTUATION | (code < 0xdc00 ? LEAD : TRAIL)
    else flags[code] = propertyFlags(String.fromCharCode(code)) | NO_SYMBOL
  }
  const set = (ranges: string, flag: number): void => {
    for (const [first, last] of rangesOf(ranges)) {
      for (let code = first; code <= Math.min(last, 0xffff); code++) flags[code] = (flags[code] ?? 0) | flag
    }
  }
  set(SPACES, SPACE)
  set(LINE_ENDS, LINE_END)
  set(TERMINALS, TERMINAL)
  set('23 2e 2026', COUNTED)
  set('9-d 20', ASCII_SPACE)
  for (const ranges of [PUNCTUATION, TERMINALS]) {
    for (const [first, last] of rangesOf(ranges)) {
      for (let code = first; code <= Math.min(last, 0xffff); code++)
        flags[code] = (flags[code] ?? 0) & ~NO_SYMBOL
    }
  }
  return flags
}

const PAIRS = new Map<number, number>()

/** Flags of a character above U+FFFF, by its code point. */
export function pairFlags(point: number): number {
  const known = PAIRS.get(point)
  if (known !== undefined) return known
  const isTerminal = rangesOf(TERMINALS).some(([first, last]) => point >= first && point <= last)
  const flags = propertyFlags(String.fromCodePoint(point)) | (isTerminal ? TERMINAL : NO_SYMBOL)
  PAIRS.set(point, flags)
  return flags
}

function propertyFlags(character: string): number {
  const letter = /^\p{L}/u.test(character) ? LETTER | ALPHANUMERIC : 0
  const number = /^\p{N}/u.test(character) ? ALPHANUMERIC : 0
  const other = /^\p{P}/u.test(character) ? 0 : NO_PUNCTUATION
  const small = /^\p{Lowercase}/u.test(character) ? LOWERCASE : 0
  return small | other | letter | number | (/^\p{Uppercase}/u.test(character) ? UPPERCASE : 0)
}

function rangesOf(text: string): readonly (readonly [number, number])[] {
  return text.split(' ').map((range) => {
    const [first = '', last = first] = range.split('-')
    return [Number.parseInt(first, 16), Number.parseInt(last, 16)]
  })
}
