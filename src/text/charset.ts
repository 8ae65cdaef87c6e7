import { isAscii, isUtf8 } from 'node:buffer'
import { chardet } from 'jschardet'
import { charsetName, declaredInPage } from './charset-label.ts'

/** What told the character set of a text. */
export type CharsetSource = 'bom' | 'utf-8' | 'declared' | 'meta' | 'guess' | 'fallback'

export interface DecodedText {
  /** Well-formed: holds no lone surrogate. A byte order mark is not part of it. */
  readonly text: string
  /** Name in the Encoding Standard, lower case. */
  readonly charset: string
  /** Why that one. */
  readonly by: CharsetSource
  /** Characters U+FFFD that stand for bytes the character set does not have. */
  readonly replaced: number
}

export interface CharsetHints {
  /** Label from outside the bytes: an HTTP header, a catalogue. */
  readonly declared?: string
  /** The bytes are HTML or XML: a declaration inside them counts. */
  readonly html?: boolean
}

/** Bytes that the guess looks at. */
const GUESS_BYTES = 64 << 10

/** Share of replaced characters among those that are not ASCII, above which a character set does not fit. */
const MAX_REPLACED_RATIO = 0.1

/**
 * Decodes text of an unknown or wrongly declared character set. Never throws.
 *
 * In order: byte order mark; valid UTF-8, whatever was declared, since text in another set is almost
 * never valid UTF-8 by chance (escape-coded and UTF-16 text excepted); mostly valid UTF-8; the declared
 * set; the page's own; a guess on 64 kB; windows-1252. A set in which more than a tenth of the
 * characters that are not ASCII come out as U+FFFD does not fit, and the next is tried.
 * Where HTTP says Latin-1 and the page says otherwise, the page is right: it is what servers add by default.
 */
export function decodeText(bytes: Uint8Array, hints: CharsetHints = {}): DecodedText {
  const marked = markedCharset(bytes)
  if (marked !== undefined) return decode(bytes, marked, 'bom')

  const declared = hints.declared === undefined ? undefined : charsetName(hints.declared)
  const inPage = hints.html === true ? declaredInPage(bytes) : undefined
  const special = specialCharset(bytes, declared, inPage)
  if (special !== undefined) return special
  if (isUtf8(bytes)) {
    const text = new TextDecoder('utf-8').decode(bytes)
    return { text, charset: 'utf-8', by: 'utf-8', replaced: 0 }
  }

  const utf8 = decode(bytes, 'utf-8', 'utf-8')
  const candidates: [string | undefined, CharsetSource][] = [
    [declared, 'declared'],
    [inPage, 'meta'],
  ]
  if (declared === 'windows-1252') candidates.reverse()
  if (fits(utf8)) return utf8
  for (const [name, by] of candidates) {
    if (name === undefined || name === 'utf-8' || name.startsWith('utf-16')) continue
    const decoded = decode(bytes, name, by)
    if (fits(decoded)) return decoded
  }
  const guessed = guessCharset(bytes)
  if (guessed !== undefined) {
    const decoded = decode(bytes, guessed, 'guess')
    if (fits(decoded)) return decoded
  }
  return decode(bytes, 'windows-1252', 'fallback')
}

/** Bytes in UTF-8, and what they were in. */
export interface Utf8Bytes {
  readonly bytes: Uint8Array
  /** Name in the Encoding Standard, lower case. */
  readonly charset: string
}

/**
 * The same text in UTF-8: the bytes themselves where they are UTF-8 already, which most of the web is.
 *
 * The character set is told as by {@link decodeText}. A byte order mark is not part of the result.
 */
export function utf8Of(bytes: Uint8Array, hints: CharsetHints = {}): Utf8Bytes {
  const marked = markedCharset(bytes)
  if (marked === 'utf-8') return { bytes: bytes.subarray(3), charset: marked }
  if (marked === undefined && isUtf8(bytes)) {
    const declared = hints.declared === undefined ? undefined : charsetName(hints.declared)
    const inPage = hints.html === true ? declaredInPage(bytes) : undefined
    if (specialCharset(bytes, declared, inPage) === undefined) return { bytes, charset: 'utf-8' }
  }
  const { text, charset } = decodeText(bytes, hints)
  return { bytes: Buffer.from(text), charset }
}

function markedCharset(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  return undefined
}

/** Sets whose text is valid UTF-8 and still not meant so: UTF-16 (zeros) and ISO-2022-JP (escapes). */
function specialCharset(
  bytes: Uint8Array,
  declared: string | undefined,
  inPage: string | undefined,
): DecodedText | undefined {
  const utf16 = utf16Of(bytes)
  if (utf16 !== undefined) return decode(bytes, utf16, declared?.startsWith('utf-16') ? 'declared' : 'guess')
  for (const [name, by] of [
    [declared, 'declared'],
    [inPage, 'meta'],
  ] as const) {
    if (name === 'iso-2022-jp' && isAscii(bytes)) return decode(bytes, name, by)
  }
  const escaped = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if ((escaped.includes('\x1b$B') || escaped.includes('\x1b$@')) && isAscii(bytes)) {
    return decode(bytes, 'iso-2022-jp', 'guess')
  }
  return undefined
}

/** UTF-16 without a mark: of the first 512 units at least a third has a zero on one side, and none on the other. */
function utf16Of(bytes: Uint8Array): string | undefined {
  const end = Math.min(bytes.length & ~1, 1024)
  const zeros: [number, number] = [0, 0]
  for (let at = 0; at < end; at += 2) {
    if (bytes[at] === 0) zeros[0]++
    if (bytes[at + 1] === 0) zeros[1]++
  }
  if (end < 4 || Math.max(...zeros) < end / 6 || Math.min(...zeros) > 0) return undefined
  return zeros[0] > 0 ? 'utf-16be' : 'utf-16le'
}

function decode(bytes: Uint8Array, charset: string, by: CharsetSource): DecodedText {
  const text = new TextDecoder(charset).decode(bytes).toWellFormed()
  return { text, charset, by, replaced: count(text, '\ufffd') }
}

/** Whether few enough characters were replaced; one that the end of the bytes cuts does not count. */
function fits(decoded: DecodedText): boolean {
  const atEnd = decoded.text.endsWith('\ufffd') ? 1 : 0
  const replaced = decoded.replaced - atEnd
  if (replaced <= 0 && decoded.charset !== 'utf-8') return true
  const others = decoded.text.match(/[\x80-\ufffc]/g)?.length ?? 0
  return others > 0 && replaced <= MAX_REPLACED_RATIO * (others + replaced)
}

function guessCharset(bytes: Uint8Array): string | undefined {
  // From where the first characters are that tell something, however late: ASCII before them only dilutes.
  let first = 0
  while (first < bytes.length && (bytes[first] ?? 0) < 0x80) first++
  const start = Math.max(0, first - 64)
  const sample = bytes.subarray(start, start + GUESS_BYTES)
  const { MODERN_WEB, LEGACY_ISO, LEGACY_REGIONAL } = chardet.EncodingEra
  const found = chardet.detect(sample, { encodingEra: MODERN_WEB | LEGACY_ISO | LEGACY_REGIONAL }).encoding
  const name = found === null ? undefined : charsetName(found)
  return name === 'utf-8' || name?.startsWith('utf-16') ? undefined : name
}

function count(text: string, character: string): number {
  let found = 0
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) found++
  return found
}
