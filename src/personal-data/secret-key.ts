import { isAlphanumeric, isCapital, isDigit } from './characters.ts'
import type { Finding } from './finding.ts'
import { DOTTED_KEYS, KEY_FORMS, type KeyForm } from './key-forms.ts'
import { textBefore } from './label.ts'

/** Every beginning of a key, of a private key block, and of the words that name a secret before it. No repetition. */
const BEGINNINGS = [
  ...KEY_FORMS.map((form) => form.prefix),
  ...DOTTED_KEYS.map((key) => key.prefix),
  '-----BEGIN ',
  'AccountKey=',
  'https://hooks.slack.com/services/',
].sort((a, b) => b.length - a.length)

const BEGINNING = new RegExp(
  BEGINNINGS.map((each) => each.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|'),
  'g',
)

/** Longest private key block, in UTF-16 units: RSA of 16,384 bits in PEM is 13 kB. */
const MAX_BLOCK = 32_768
const BLOCK = /^-----BEGIN ((?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?)-----/

/** Every API key, token and private key in a text that has the form of its vendor or of PEM. O(length). */
export function secretKeys(text: string): Finding[] {
  const findings: Finding[] = []
  const ends = new Map<string, number>()
  BEGINNING.lastIndex = 0
  for (let found = BEGINNING.exec(text); found !== null; found = BEGINNING.exec(text)) {
    const finding = keyAt(text, found.index, found[0], ends)
    if (finding === undefined) BEGINNING.lastIndex = found.index + 1
    else {
      findings.push(finding)
      BEGINNING.lastIndex = finding.end
    }
  }
  findings.push(...awsSecrets(text), ...telegramTokens(text))
  return findings
}

function keyAt(
  text: string,
  start: number,
  beginning: string,
  ends: Map<string, number>,
): Finding | undefined {
  if (beginning === '-----BEGIN ') return blockAt(text, start, ends)
  if (beginning === 'AccountKey=') return storageKeyAt(text, start + beginning.length)
  if (isKeyCharacter(text.charCodeAt(start - 1))) return undefined
  if (beginning.startsWith('https:')) return webhookAt(text, start, beginning.length)
  const dotted = DOTTED_KEYS.find((key) => key.prefix === beginning)
  if (dotted !== undefined) return dottedAt(text, start, beginning.length, dotted.parts)
  // `sk-` begins several: the one whose length and characters fit.
  for (const form of KEY_FORMS) {
    if (!text.startsWith(form.prefix, start)) continue
    const end = bodyEnd(text, start + form.prefix.length, form)
    if (end !== -1) return { type: 'secret-key', start, end }
  }
  return undefined
}

/** Offset behind a body of the right characters and length, which nothing more of its kind follows; -1 where there is none. */
function bodyEnd(text: string, from: number, { body, least, most }: KeyForm): number {
  let end = from
  while (end - from <= most && isOfBody(text.charCodeAt(end), body)) end++
  const length = end - from
  if (length < least || length > most || isKeyCharacter(text.charCodeAt(end))) return -1
  return isRandom(text.slice(from, end)) ? end : -1
}

function isOfBody(code: number, body: KeyForm['body']): boolean {
  if (body === 'capitals') return isDigit(code) || isCapital(code)
  if (body === 'hex') return isDigit(code) || (code >= 0x61 && code <= 0x66)
  return isAlphanumeric(code) || (body === 'base64url' && (code === 0x2d || code === 0x5f))
}

function isKeyCharacter(code: number): boolean {
  return isAlphanumeric(code) || code === 0x5f || code === 0x2d
}

/** Words that manuals put in place of a key. */
const STAND_IN = /example|your|xxxx|0000000|1234567890abcdef|placeholder|redacted|changeme|abcdefghij|\.\.\./i

/**
 * Whether characters look drawn rather than written: a manual's stand-in repeats few of them, or says what it is.
 * Ten different ones of twenty is below what 99.9 % of drawn hexadecimal keys have.
 */
function isRandom(body: string): boolean {
  if (STAND_IN.test(body)) return false
  return new Set(body).size >= Math.min(10, body.length / 2) && /\d/.test(body)
}

/** A PEM or PGP private key, from its first line to its last, or as far as it goes where that is cut off. */
function blockAt(text: string, start: number, ends: Map<string, number>): Finding | undefined {
  const found = BLOCK.exec(text.slice(start, start + 64))
  if (found === null) return undefined
  const last = `-----END ${found[1]}-----`
  // The next last line is looked for once, however many first lines stand before it.
  let end = ends.get(last) ?? -1
  if (end < start) {
    end = text.indexOf(last, start)
    if (end === -1) end = text.length
    ends.set(last, end)
  }
  if (end < text.length && end - start <= MAX_BLOCK)
    return { type: 'secret-key', start, end: end + last.length }
  let cut = start + found[0].length
  while (cut < start + MAX_BLOCK && isOfArmour(text.charCodeAt(cut))) cut++
  // A first line with nothing behind it is a mention.
  return cut - start > 120 ? { type: 'secret-key', start, end: cut } : undefined
}

function isOfArmour(code: number): boolean {
  return (
    isAlphanumeric(code) || code === 0x2b || code === 0x2f || code === 0x3d || code === 0x0a || code === 0x0d
  )
}

function isBase64(code: number): boolean {
  return isAlphanumeric(code) || code === 0x2b || code === 0x2f
}

/** A storage account's key of Azure: 64 bytes in base64, in a connection string. */
function storageKeyAt(text: string, start: number): Finding | undefined {
  let end = start
  while (end - start < 86 && isBase64(text.charCodeAt(end))) end++
  if (end - start !== 86 || text.slice(end, end + 2) !== '==') return undefined
  return { type: 'secret-key', start, end: end + 2 }
}

function webhookAt(text: string, start: number, length: number): Finding | undefined {
  const found = /^T[A-Z\d]{6,12}\/B[A-Z\d]{6,12}\/([A-Za-z\d]{20,32})/.exec(
    text.slice(start + length, start + length + 64),
  )
  if (found === null || !isRandom(found[1] ?? '')) return undefined
  return { type: 'secret-key', start, end: start + length + found[0].length }
}

/** Longest part of a dotted key, in characters. */
const MAX_PART = 8192

function dottedAt(
  text: string,
  start: number,
  length: number,
  parts: readonly number[],
): Finding | undefined {
  let at = start + length
  for (const [index, least] of parts.entries()) {
    const from = at
    if (index === 1 && parts.length === 3 && !text.startsWith('eyJ', at)) return undefined
    while (at - from < MAX_PART && isKeyCharacter(text.charCodeAt(at))) at++
    if (at - from < least || at - from === MAX_PART) return undefined
    if (index < parts.length - 1 && text.charCodeAt(at++) !== 0x2e) return undefined
  }
  return { type: 'secret-key', start, end: at }
}

const AWS_LABEL = /(?:aws_?secret_?(?:access_?)?key|secret_?access_?key)["']?\s?(?::=|=>|[:=])\s?["']?$/i

/** Secret keys of AWS have no beginning of their own: 40 characters of base64 behind a name that says so. */
function awsSecrets(text: string): Finding[] {
  const findings: Finding[] = []
  for (const found of text.matchAll(/(?:SECRET|[Ss]ecret)_?(?:ACCESS|[Aa]ccess)?_?(?:KEY|[Kk]ey)/g)) {
    const from = found.index + found[0].length
    const gap = /^["']?\s{0,2}(?::=|=>|[:=])?\s{0,2}["']?/.exec(text.slice(from, from + 10))?.[0].length ?? 0
    const start = from + gap
    if (!AWS_LABEL.test(textBefore(text, start))) continue
    let end = start
    while (end - start <= 40 && isBase64(text.charCodeAt(end))) end++
    const body = text.slice(start, end)
    if (body.length === 40 && isRandom(body) && /[A-Z]/.test(body))
      findings.push({ type: 'secret-key', start, end })
  }
  return findings
}

/** A bot's number, a colon and 35 characters that begin `AA`. */
function telegramTokens(text: string): Finding[] {
  const findings: Finding[] = []
  for (let at = text.indexOf(':AA'); at !== -1; at = text.indexOf(':AA', at + 3)) {
    let start = at
    while (start > at - 11 && isDigit(text.charCodeAt(start - 1))) start--
    let end = at + 1
    while (end - at <= 36 && isKeyCharacter(text.charCodeAt(end))) end++
    const digits = at - start
    if (digits < 8 || digits > 10 || end - at !== 36 || !isRandom(text.slice(at + 3, end))) continue
    const isOfUrl = text.slice(Math.max(0, start - 3), start) === 'bot'
    if (isOfUrl || !isAlphanumeric(text.charCodeAt(start - 1)))
      findings.push({ type: 'secret-key', start, end })
  }
  return findings
}
