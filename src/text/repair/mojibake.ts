import type { Repaired } from './repaired.ts'

/** Times that a text may have been decoded wrongly, one over the other. */
const MAX_LAYERS = 3

/** Bytes 0x80 to 0x9F as windows-1252 shows them; the five it leaves out stay controls, as browsers have it. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'
const BYTES: ReadonlyMap<number, number> = new Map(
  [...WINDOWS_1252].map((character, index) => [character.charCodeAt(0), 0x80 + index]),
)

/**
 * UTF-8 that was decoded as windows-1252 or Latin-1, decoded as UTF-8: `dâ€™accord` is `d’accord`, and `cafÃ©` is
 * `café`. Up to three times one over the other. O(length).
 *
 * A place is changed only where its characters are the bytes of one whole character of UTF-8, and where nothing else
 * is likely: punctuation of three bytes (`â€œ`), letters of two bytes inside a word or behind small letters, `Â` before a
 * sign, several letters of another alphabet in a row. Capitals before a quotation mark (`IRMû`, `„MARÄ“`)
 * and accents before closing marks (`café”…`) stay, unless at least half of such places in the text, and two, are certain.
 */
export function repairMojibake(text: string): Repaired {
  let current = text
  let changes = 0
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const repaired = repairOnce(current)
    if (repaired.changes === 0) break
    current = repaired.text
    changes += repaired.changes
  }
  const shown = current.replace(/[\u0080-\u009f]/g, (control) => {
    const character = WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80)
    if (character !== control) changes++
    return character
  })
  return { text: shown, changes }
}

/** A place whose characters are the bytes of one character. */
interface Place {
  readonly start: number
  readonly end: number
  readonly character: string
  readonly isCertain: boolean
}

/** Certain places that make the uncertain ones of the same text certain, and the share of all that they must be. */
const ENOUGH = 2
const MOST = 0.5

function repairOnce(text: string): Repaired {
  const places = placesIn(text)
  if (places.length === 0) return { text, changes: 0 }
  const certain = places.filter((place) => place.isCertain)
  const isFull = certain.length >= ENOUGH && certain.length >= MOST * places.length
  const chosen = isFull ? places : certain
  let out = ''
  let from = 0
  for (const { start, end, character } of chosen) {
    out += text.slice(from, start) + character
    from = end
  }
  out += text.slice(from)
  return { text: out, changes: chosen.length }
}

function placesIn(text: string): readonly Place[] {
  const found: Omit<Place, 'isCertain'>[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0xc2 || code > 0xf4) continue
    const place = placeAt(text, at, code)
    if (place === undefined) continue
    found.push(place)
    at = place.end - 1
  }
  return found.map((place, index) => ({
    ...place,
    isCertain: isCertain(text, place, runAround(found, index)),
  }))
}

interface Run {
  readonly places: number
  readonly start: number
  readonly end: number
}

/** Places that stand one behind the other around one of them, two to each side at most. */
function runAround(places: readonly Omit<Place, 'isCertain'>[], index: number): Run {
  let first = index
  while (first > 0 && index - first < 2 && places[first - 1]?.end === places[first]?.start) first--
  let last = index
  while (last - index < 2 && places[last + 1]?.start === places[last]?.end) last++
  return { places: last - first + 1, start: places[first]?.start ?? 0, end: places[last]?.end ?? 0 }
}

/** The character whose UTF-8 the characters at `at` show; `undefined` where they are not whole, or it is no character. */
function placeAt(text: string, at: number, lead: number): Omit<Place, 'isCertain'> | undefined {
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  let value = lead & (0xff >> (length + 1))
  for (let index = 1; index < length; index++) {
    const byte = byteOf(text.charCodeAt(at + index))
    if (byte < 0x80 || byte > 0xbf) return undefined
    value = (value << 6) | (byte & 0x3f)
  }
  // Overlong forms, surrogates, beyond Unicode.
  if (value < (length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000) || value > 0x10ffff) return undefined
  if (value >= 0xd800 && value <= 0xdfff) return undefined
  const character = String.fromCodePoint(value)
  return /[\p{Cn}\p{Co}]/u.test(character) ? undefined : { start: at, end: at + length, character }
}

/** The byte that windows-1252 or Latin-1 shows as a character; -1 where there is none. */
function byteOf(code: number): number {
  return code < 0x100 ? code : (BYTES.get(code) ?? -1)
}

function isCertain(text: string, { start, end, character }: Omit<Place, 'isCertain'>, run: Run): boolean {
  const lead = text.charCodeAt(start)
  const code = character.codePointAt(0) ?? 0
  // A byte order mark, a replacement character (`ï¿½`), and four bytes: emoji begin `ðŸ`.
  if (code === 0xfeff || code === 0xfffd || lead >= 0xf0) return true
  // Controls between accented letters are nobody's spelling.
  if (/[\u0080-\u009f]/.test(text.slice(start, end))) return true
  // `â€™`, `â€œ`, `â†’`, `â‚¬`: punctuation, arrows and signs.
  if (lead === 0xe2) return code >= 0x2000 && code < 0x2c00
  if (run.places >= (lead < 0xe0 ? 3 : 2)) return true
  const isBesideSmall = isSmall(text.charAt(run.start - 1)) || isSmall(text.charAt(run.end))
  if (run.places === 2 && isBesideSmall) return true
  const before = text.charAt(start - 1)
  const after = text.charAt(end)
  if (lead === 0xc2) return SIGNS.includes(text.charAt(start + 1)) || !/\p{Lu}/u.test(before)
  if (lead === 0xc3) return isLatinLetter(text.charAt(start + 1), before, after)
  // `ß` before a soft hyphen is German.
  return lead !== 0xdf && text.charAt(start + 1) !== '\u00ad' && isSmall(before) && isSmall(after)
}

/** What follows no capital letter: `5Â°`, `NPCÂ´s`, but not `À VOIRÂ»`. */
const SIGNS = '¢£¤¥§©¬®°±²³´µ¶·¹º¼½¾¿'
/** What closes or opens a quotation behind a capital: the end of `IRMû` is no `û`. */
const QUOTES = '«»‹›“”„‘’‚'

/** `Ã` and a sign, in a word or standing alone, where the sign is none that may follow a word in capitals. */
function isLatinLetter(sign: string, before: string, after: string): boolean {
  const isBehind = /\p{L}/u.test(before)
  if (isSmall(after) || (isBehind && /\p{L}/u.test(after))) return true
  if (isBehind) return isSmall(before)
  return !QUOTES.includes(sign)
}

function isSmall(character: string): boolean {
  return /\p{Ll}/u.test(character)
}
