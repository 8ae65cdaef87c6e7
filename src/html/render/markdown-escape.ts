import { decodeHTML } from 'entities'

/** Characters that may need an escape within a line. */
const SPECIAL = /[\\`*_[\]<&~|]/g

/**
 * Escapes text for CommonMark with GFM, where it would be read as markup and nowhere else. `before` and
 * `after` are the characters around it. In a table `|` is escaped, in a link every bracket.
 */
export function escapeText(
  text: string,
  before: string,
  after: string,
  inTable: boolean,
  inLink: boolean,
): string {
  return text.replace(SPECIAL, (sign: string, at: number) => {
    const prev = at > 0 ? (text[at - 1] as string) : before
    const next = at + 1 < text.length ? (text[at + 1] as string) : after
    return needsEscape(sign, prev, next, text, at, inTable, inLink) ? `\\${sign}` : sign
  })
}

function needsEscape(
  sign: string,
  prev: string,
  next: string,
  text: string,
  at: number,
  inTable: boolean,
  inLink: boolean,
): boolean {
  switch (sign) {
    case '\\':
      return next === '' || PUNCTUATION.test(next) || next === '\n'
    case '`':
      return true
    case '*':
      return !(isBlank(prev) && isBlank(next))
    case '_':
      return !(isBlank(prev) && isBlank(next)) && !(WORD.test(prev) && WORD.test(next))
    case '[':
      return inLink || next === '^'
    case ']':
      return inLink || next === '('
    case '<':
      return /[a-z/!?]/i.test(next)
    case '&':
      return isReference(text.slice(at, at + 34))
    case '~':
      // Only a sign behind a word ends what is struck through.
      return !isBlank(beforeRun(text, at, prev))
    default:
      return inTable
  }
}

/** Whether a text begins with a reference that stands for a character. */
function isReference(text: string): boolean {
  const reference = REFERENCE.exec(text)?.[0]
  return reference !== undefined && decodeHTML(reference) !== reference
}

/** The character before a run of tildes. */
function beforeRun(text: string, at: number, prev: string): string {
  let start = at
  while (start > 0 && at - start < MAX_RUN && text[start - 1] === '~') start--
  return start === at ? prev : (text[start - 1] ?? '')
}

/** Longer runs of tildes mean nothing in a line. */
const MAX_RUN = 3

const REFERENCE = /^&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/i
const WORD = /[\p{L}\p{N}_]/u
export const PUNCTUATION = /[!-/:-@[-`{-~]/

export function isBlank(character: string): boolean {
  return character === '' || character === ' ' || character === '\n'
}

/** Escapes what makes the start of a line a heading, a quote, an item, a rule, a table or a definition. */
export function escapeLineStart(line: string): string {
  const first = line.charCodeAt(0)
  // Letters start no markup.
  if (first > 0x40 && first !== 0x5b && first !== 0x5f && first !== 0x7e && first !== 0x7c) return line
  const number = /^\d{1,9}(?=[.)](?:\s|$))/.exec(line)
  if (number !== null) return `${number[0]}\\${line.slice(number[0].length)}`
  return /^(?:#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|=+ *$|(?:_ *){3,}$|~~~|:?-[-:| ]*$|:-|\||\[[^\]]*\]:)/.test(line)
    ? `\\${line}`
    : line
}
