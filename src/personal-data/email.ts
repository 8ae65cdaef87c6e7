import { isAlphanumeric, isDigit, isLetter, isWordCharacter } from './characters.ts'
import type { Finding } from './finding.ts'
import { type Labels, label } from './label.ts'

/** RFC 5321, section 4.5.3.1: octets of a local part, of a domain and of a label. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 255
const MAX_LABEL = 63

/** Punctuation of a dot-atom (RFC 5322, section 3.2.3) that people's addresses hold. */
const LOCAL_MARKS = new Set([..."!#$%&'*+-=?^_`{|}~."].map((each) => each.charCodeAt(0)))

/** Top-level names that belong to nobody (RFC 2606, RFC 6761), and endings of files that are no top-level names. */
const NO_TOP_LEVEL = new Set(
  (
    'test example invalid localhost local internal lan png jpg jpeg gif webp svg ico bmp css js mjs jsx ts tsx json ' +
    'html htm xml yml yaml txt pdf csv exe dll woff ttf php jsp aspx'
  ).split(' '),
)
/** Second-level names kept for examples (RFC 2606). */
const EXAMPLE = /(?:^|\.)example\.(?:com|org|net|edu)$/i

const MESSAGE_ID = label('message-id,in-reply-to,references,content-id,x-message-id')

/**
 * The e-mail address around the `@` at `at`: a dot-atom of at most 64 characters, and a domain of two or more
 * labels whose last is of letters. Letters beyond ASCII count (RFC 6531).
 *
 * No address: the user of a URL or of a `git` remote, message ids, names of files (`icon@2x.png`), and domains
 * that RFC 2606 keeps for examples. O(1): looks at most 64 characters back and 255 ahead.
 */
export function emailAt(text: string, at: number, labels: Labels): Finding | undefined {
  const end = domainEnd(text, at + 1)
  if (end === -1) return undefined
  const start = localStart(text, at)
  if (start === at || isUserOfUrl(text, start, end, at)) return undefined
  if (labels.standsBefore(MESSAGE_ID, start)) return undefined
  return { type: 'email', start, end }
}

function localStart(text: string, at: number): number {
  let start = at
  const least = Math.max(0, at - MAX_LOCAL)
  while (start > least) {
    const code = text.charCodeAt(start - 1)
    if (!isWordCharacter(code) && !LOCAL_MARKS.has(code)) break
    if (code === 0x2e && text.charCodeAt(start) === 0x2e) break
    start--
  }
  // A longer run of such characters is no local part.
  if (start === least && start > 0 && isWordCharacter(text.charCodeAt(start - 1))) return at
  if (text.charCodeAt(at - 1) === 0x2e) return at
  // What opens a quotation, a list or a value is not part of the address, and `KEY=a@b.org` is a setting.
  const set = text.slice(start, at).lastIndexOf('=')
  if (set !== -1) start += set + 1
  while (start < at && !isWordCharacter(text.charCodeAt(start))) start++
  return start
}

/** Offset behind the domain that begins at `from`; -1 where none does. */
function domainEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + MAX_DOMAIN)
  let end = from
  let label = from
  let dot = -1
  let labels = 0
  for (let at = from; at <= most; at++) {
    const code = at < most ? text.charCodeAt(at) : 0x20
    if (isWordCharacter(code) && code !== 0x5f) continue
    if (code === 0x2d && at > label && at - label < MAX_LABEL) continue
    if (at === label || at - label > MAX_LABEL || text.charCodeAt(at - 1) === 0x2d) break
    labels++
    dot = label - 1
    end = at
    if (code !== 0x2e) break
    label = at + 1
  }
  if (labels < 2) return -1
  const top = text.slice(dot + 1, end).toLowerCase()
  if (!isTopLevel(top) || EXAMPLE.test(text.slice(from, end))) return -1
  return end
}

/** Whether a label may be a top-level domain: two letters or more, or Punycode. */
function isTopLevel(label: string): boolean {
  if (label.length < 2 || NO_TOP_LEVEL.has(label)) return false
  if (label.startsWith('xn--')) return label.length > 5
  if (label.length > 24) return false
  for (let at = 0; at < label.length; at++) {
    const code = label.charCodeAt(at)
    if (isDigit(code) || (code < 0x80 && !isLetter(code))) return false
  }
  return true
}

/** `https://user@host`, `https://user:word@host` and `git@host:path`. */
function isUserOfUrl(text: string, start: number, end: number, at: number): boolean {
  if (text.charCodeAt(end) === 0x3a && text.slice(start, at) === 'git') return true
  const before = text.slice(Math.max(0, start - 80), start)
  if (before.endsWith('//')) return true
  const scheme = before.lastIndexOf('://')
  return scheme !== -1 && before.endsWith(':') && isUserInfo(before, scheme + 3)
}

function isUserInfo(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (!isAlphanumeric(code) && !LOCAL_MARKS.has(code) && code !== 0x3a) return false
  }
  return true
}
