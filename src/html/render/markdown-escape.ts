import { decodeHTML } from 'entities'

/** Characters of a text that may be markup anywhere in a line. */
const SUSPECT = /[\\`*_~<&\]![|]/

const SPACE = /\s/
/** What CommonMark calls punctuation, symbols among it. */
export const PUNCTUATION = /[\p{P}\p{S}]/u
const LETTER = /[\p{L}\p{N}\p{M}]/u

/**
 * Escapes what Markdown would read as markup within a line, and nothing else: a lone `*` between spaces and the
 * underscores of `snake_case` stay. `before` and `after` are the characters around the text; empty for none.
 */
export function escapeText(
  text: string,
  before: string,
  after: string,
  inTable: boolean,
  inLink: boolean,
): string {
  if (!SUSPECT.test(text)) return text
  const hasUrl = text.includes('://') || text.includes('www.')
  let escaped = ''
  let from = 0
  for (let at = 0; at < text.length; ) {
    const isRun = DELIMITERS.includes(text[at] as string)
    const to = isRun ? runEnd(text, at) : at + 1
    if (isRun) {
      if (isDelimiter(text, at, to, before, after) && !(hasUrl && isInUrl(text, at))) {
        escaped += text.slice(from, at) + `\\${text[at]}`.repeat(to - at)
        from = to
      }
    } else if (isMarkup(text, at, inTable, inLink, after)) {
      escaped += `${text.slice(from, at)}\\`
      from = at
    }
    at = to
  }
  return escaped + text.slice(from)
}

const DELIMITERS = '*_~'

function runEnd(text: string, from: number): number {
  let to = from + 1
  while (text[to] === text[from]) to++
  return to
}

function isMarkup(text: string, at: number, inTable: boolean, inLink: boolean, after: string): boolean {
  const next = text[at + 1] ?? after
  // What comes next is text, or a sign of markup in front of it.
  const isEnd = at + 1 === text.length && after !== ''
  switch (text[at]) {
    case '\\':
      return isEnd || next === '' || next === '\n' || /[!-/:-@[-`{-~]/.test(next)
    case '`':
      return true
    case '<':
      return isEnd || /[a-z/!?]/i.test(next)
    case '&':
      return (
        isReference(text.slice(at, at + 40)) || (after !== '' && /^&[#\w]*$/.test(text.slice(at, at + 40)))
      )
    case '[':
      return inLink || next === '^'
    case ']':
      return inLink || next === '('
    case '!':
      return at + 1 === text.length && after === '['
    case '|':
      return inTable
    default:
      return false
  }
}

function isReference(text: string): boolean {
  const reference = /^&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]*);/i.exec(text)?.[0]
  return reference !== undefined && decodeHTML(reference) !== reference
}

/** Whether a run of signs may begin or end emphasis or a deletion. */
function isDelimiter(text: string, from: number, to: number, before: string, after: string): boolean {
  const sign = text[from]
  const left = from === 0 ? before : characterBefore(text, from)
  const right = to === text.length ? after : characterAt(text, to)
  const isOpenLeft = isBlank(left)
  const isOpenRight = isBlank(right)
  if (isOpenLeft && isOpenRight) return false
  if (sign === '_') return !(LETTER.test(left) && LETTER.test(right))
  // Only what may end a deletion: one that nothing ends is none.
  if (sign === '~') return !isOpenLeft && (!isPunctuation(left) || isOpenRight || PUNCTUATION.test(right))
  return true
}

/** Whether a sign stands in an address that GFM makes a link of: it takes an escape for a part of it. */
function isInUrl(text: string, at: number): boolean {
  let from = at
  const least = Math.max(0, at - MAX_URL)
  while (from > least && text.charCodeAt(from - 1) > 32) from--
  return URL_START.test(text.slice(from, at))
}

const URL_START = /(?:https?:\/\/|www\.)[^\s<]/i
const MAX_URL = 100

/** Whether a character is white space, or none. */
export function isBlank(character: string): boolean {
  return character === '' || SPACE.test(character)
}

/** Whether all readers take a character for punctuation; some take emoji for letters. */
export function isPunctuation(character: string): boolean {
  return character.length === 1 && PUNCTUATION.test(character)
}

/** The whole character at a place, of one or two units. */
export function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at)
  return point === undefined ? '' : String.fromCodePoint(point)
}

/** The whole character before a place. */
export function characterBefore(text: string, at: number): string {
  const last = text[at - 1] ?? ''
  return /[\udc00-\udfff]/.test(last) ? characterAt(text, at - 2) : last
}

const BULLET = /^[-+*](?=\s|$)/
const ORDINAL = /^(\d{1,9})[.)](?=\s|$)/
const HEADING = /^#{1,6}(?=\s|$)/
const RULE = /^(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+|-+)\s*$/
/** Its label may go on in the next line. */
const DEFINITION = /^\[(?:[^[\]\\]|\\.)*\]:/s
const TABLE_RULE = /^[\s|:-]+$/

/** The lines of a paragraph, escaped where Markdown would read their start as that of another block. */
export function escapeLines(text: string): string[] {
  if (!text.includes('\n')) return [DEFINITION.test(text) ? `\\${text}` : escapeLineStart(text, true)]
  const lines = text.split('\n')
  return lines.map((line, index) =>
    index === 0 && DEFINITION.test(text) ? `\\${line}` : escapeLineStart(line, index === 0),
  )
}

function escapeLineStart(line: string, isFirst: boolean): string {
  const first = line.charCodeAt(0)
  // Letters begin no block.
  if (first > 0x40 && first !== 0x5f && first !== 0x7e && first !== 0x7c) return line
  const ordinal = ORDINAL.exec(line)
  if (ordinal !== null) {
    const digits = (ordinal[1] as string).length
    return `${line.slice(0, digits)}\\${line.slice(digits)}`
  }
  // The rest of such a run could end emphasis around it.
  if (RULE.test(line) && /^[*_]/.test(line))
    return line.replace(/^([*_])\1*/, (run) => run.replace(/./g, '\\$&'))
  const isBlock =
    first === 0x3e ||
    line.startsWith('~~~') ||
    BULLET.test(line) ||
    HEADING.test(line) ||
    RULE.test(line) ||
    (!isFirst && line.includes('-') && TABLE_RULE.test(line))
  return isBlock ? `\\${line}` : line
}
