import { tokenExceptions } from './exceptions.ts'
import { INFIX, PREFIX, SUFFIX, SUFFIX_REACH, URL, URL_WITH_USER } from './patterns.ts'

/** The longest exception, in UTF-16 units; longer strings are not looked up. */
export const LONGEST_EXCEPTION = 16
/** A longer string with an `@` is not tried as an address, as that would take time above its length. */
const LONGEST_USER_URL = 2048

interface Tables {
  readonly exceptions: ReadonlyMap<string, readonly number[]>
  /** Exceptions that the affix rules would cut, by their first token there. */
  readonly mergers: ReadonlyMap<string, readonly (readonly string[])[]>
}

let tables: Tables | undefined

function tablesOf(): Tables {
  if (tables !== undefined) return tables
  const exceptions = tokenExceptions()
  const mergers = new Map<string, (readonly string[])[]>()
  for (const text of exceptions.keys()) {
    if (/\s/.test(text)) continue
    const tokens = affixTokens(text, undefined)
    const [first] = tokens
    // As spaCy does, only where one of the affix rules has something to say of it.
    if (first === undefined || !isCut(text)) continue
    mergers.set(first, [...(mergers.get(first) ?? []), tokens])
  }
  tables = { exceptions, mergers }
  return tables
}

function isCut(text: string): boolean {
  return PREFIX.test(text) || suffixLength(text) > 0 || text.search(INFIX) >= 0
}

/**
 * Tokens of a piece of text between white space, as spaCy's tokenizer for English cuts it: joined they are the piece.
 *
 * O(length). @see spaCy 3.8, `tokenizer.pyx`, `_tokenize_affixes` and `_apply_special_cases`.
 */
export function chunkTokens(chunk: string): readonly string[] {
  const { exceptions, mergers } = tablesOf()
  if (PLAIN.test(chunk)) return plainTokens(chunk, exceptions)
  const tokens = affixTokens(chunk, exceptions)
  return tokens.length < 2 ? tokens : merged(tokens, exceptions, mergers)
}

/** ASCII letters, and perhaps one mark that is always cut off: behind a capital a dot is not. Most of a text is so. */
const PLAIN = /^[A-Za-z]+(?:[,;:!?]|(?<=[a-z])\.)?$/

/** A shorter way to the same: nothing but an exception, or the mark at the end, can part such a piece. */
function plainTokens(chunk: string, exceptions: Tables['exceptions']): readonly string[] {
  const whole = exceptionTokens(chunk, exceptions)
  if (whole !== undefined) return whole
  const last = chunk.charCodeAt(chunk.length - 1)
  if (last > 0x40) return [chunk]
  const rest = chunk.slice(0, -1)
  return [...(exceptionTokens(rest, exceptions) ?? [rest]), chunk.slice(-1)]
}

function exceptionTokens(
  text: string,
  exceptions: Tables['exceptions'] | undefined,
): readonly string[] | undefined {
  if (text.length > LONGEST_EXCEPTION) return undefined
  let at = 0
  return exceptions?.get(text)?.map((length) => text.slice(at, (at += length)))
}

/** Whether a string is an exception, and so cut (or kept whole) in a way of its own. */
export function isException(chunk: string): boolean {
  return chunk.length <= LONGEST_EXCEPTION && tablesOf().exceptions.has(chunk)
}

/** All exceptions. */
export function exceptionTexts(): Iterable<string> {
  return tablesOf().exceptions.keys()
}

/** Cuts affixes off, outermost first, then parts what is left at infixes. */
function affixTokens(chunk: string, exceptions: Tables['exceptions'] | undefined): readonly string[] {
  const isKnown = (text: string): boolean =>
    exceptions !== undefined && text.length <= LONGEST_EXCEPTION && exceptions.has(text)
  const before: string[] = []
  const behind: string[] = []
  let rest = chunk
  let last = -1
  while (rest !== '' && rest.length !== last) {
    if (isKnown(rest)) break
    last = rest.length
    const prefix = PREFIX.exec(rest)?.[0].length ?? 0
    if (prefix > 0 && isKnown(rest.slice(prefix))) {
      before.push(rest.slice(0, prefix))
      rest = rest.slice(prefix)
      break
    }
    const suffix = suffixLength(rest.slice(prefix))
    if (suffix > 0 && isKnown(rest.slice(0, -suffix))) {
      behind.push(rest.slice(-suffix))
      rest = rest.slice(0, -suffix)
      break
    }
    if (suffix > 0) behind.push(rest.slice(-suffix))
    if (prefix > 0) before.push(rest.slice(0, prefix))
    rest = rest.slice(prefix, rest.length - suffix)
  }
  return [...before, ...innerTokens(rest, exceptions), ...behind.reverse()]
}

function innerTokens(text: string, exceptions: Tables['exceptions'] | undefined): readonly string[] {
  if (text === '') return []
  const known = exceptionTokens(text, exceptions)
  if (known !== undefined) return known
  if (isUrl(text)) return [text]
  const tokens: string[] = []
  let start = 0
  // Not `matchAll`, which makes a copy of the pattern at each call: with classes this large that is most of the time.
  INFIX.lastIndex = 0
  for (let match = INFIX.exec(text); match !== null; match = INFIX.exec(text)) {
    // An infix at the very start parts nothing.
    if (match.index === 0) continue
    if (match.index !== start) tokens.push(text.slice(start, match.index))
    tokens.push(match[0])
    start = match.index + match[0].length
  }
  if (start < text.length) tokens.push(text.slice(start))
  return tokens
}

function isUrl(text: string): boolean {
  if (!text.includes('.')) return false
  if (!text.includes('@')) return URL.test(text)
  return text.length <= LONGEST_USER_URL && URL_WITH_USER.test(text)
}

/** Length of what is cut off at the end, 0 for nothing. Looks at the end alone, whatever the length of the text. */
function suffixLength(text: string): number {
  let dots = 0
  while (dots < text.length && text.charCodeAt(text.length - 1 - dots) === 0x2e) dots++
  if (dots > 1) return dots
  let from = Math.max(0, text.length - SUFFIX_REACH)
  // Not in the middle of a pair.
  if (from > 0 && (text.charCodeAt(from) & 0xfc00) === 0xdc00) from++
  return SUFFIX.exec(text.slice(from))?.[0].length ?? 0
}

/** Tokens in a row that are an exception together become its tokens, longest first, then leftmost. */
function merged(
  tokens: readonly string[],
  exceptions: Tables['exceptions'],
  mergers: Tables['mergers'],
): readonly string[] {
  const spans: { readonly start: number; readonly end: number }[] = []
  for (const [start, token] of tokens.entries()) {
    for (const pattern of mergers.get(token) ?? []) {
      if (pattern.every((part, index) => tokens[start + index] === part)) {
        spans.push({ start, end: start + pattern.length })
      }
    }
  }
  if (spans.length === 0) return tokens
  spans.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)
  const taken = new Set<number>()
  const ends = new Map<number, number>()
  for (const { start, end } of spans) {
    if (!taken.has(start) && !taken.has(end - 1)) ends.set(start, end)
    for (let index = start; index < end; index++) taken.add(index)
  }
  const result: string[] = []
  for (let index = 0; index < tokens.length; ) {
    const end = ends.get(index)
    if (end === undefined) {
      result.push(tokens[index++] as string)
      continue
    }
    const text = tokens.slice(index, end).join('')
    let at = 0
    for (const length of exceptions.get(text) ?? [text.length]) result.push(text.slice(at, (at += length)))
    index = end
  }
  return result
}
