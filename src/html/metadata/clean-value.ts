import { decodeHTML } from 'entities'

/** Longest value taken from a page, in UTF-16 units. */
export const MAX_VALUE = 1000
/** Bytes of a value that are decoded. A character takes four at most, and a reference to one some more. */
export const MAX_VALUE_BYTES = 8 * MAX_VALUE

/**
 * A value as one line of well-formed text, at most `maxLength` UTF-16 units; `undefined` where nothing is left.
 *
 * References that stand in it are replaced, because publishing systems escape twice and escape in linked
 * data; so are the tags of inline markup. Control characters, soft hyphens, zero-width spaces and byte order
 * marks go. O(length).
 */
export function cleanValue(value: string | undefined, maxLength = MAX_VALUE): string | undefined {
  if (value === undefined) return undefined
  let text = value.length > maxLength * 4 ? value.slice(0, maxLength * 4) : value
  if (text.includes('&')) text = decodeHTML(text)
  if (text.includes('<')) text = text.replace(MARKUP, ' ')
  if (UNSEEN.test(text)) text = text.replaceAll(EVERY_UNSEEN, '')
  text = text.replaceAll(SPACE, ' ')
  if (text.length > maxLength) text = cut(text, maxLength)
  text = text.toWellFormed().trim()
  return text === '' ? undefined : text
}

const MARKUP =
  /<\/?(?:a|abbr|b|br|cite|code|div|em|font|i|mark|p|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?\/?>/gi
const UNSEEN = /[\u00ad\u200b\u2060\ufeff]/
const EVERY_UNSEEN = new RegExp(UNSEEN, 'g')
/** White space and control characters, but for the single spaces that stay as they are. */
const SPACE = /[\s\x00-\x1f\x7f-\x9f]{2,}|[^\S ]|[\x00-\x1f\x7f-\x9f]/g

function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length)
}
