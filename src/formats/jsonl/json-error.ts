const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const SPACE = /[ \t\n\r]*/y
const HEX = /[0-9a-fA-F]{4}/y

/**
 * Offset, in UTF-16 units, of the first character that no JSON text has there; the length where the text
 * ends too early or is JSON. `JSON.parse` does not always say, and quotes the text when it does.
 *
 * O(length), without recursion.
 */
export function jsonErrorOffset(text: string): number {
  const open: string[] = []
  let at = match(SPACE, text, 0)
  let wanted: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'after' = 'value'
  while (at < text.length) {
    const char = text[at] ?? ''
    if (wanted === 'after') {
      const closer = open.at(-1) === '{' ? '}' : ']'
      if (open.length === 0) return at
      if (char === closer) open.pop()
      else if (char !== ',') return at
      else wanted = closer === '}' ? 'key' : 'value'
      at++
    } else if ((wanted === 'key-or-end' && char === '}') || (wanted === 'value-or-end' && char === ']')) {
      open.pop()
      wanted = 'after'
      at++
    } else if (wanted === 'key' || wanted === 'key-or-end') {
      const end = endOfString(text, at)
      if (end.bad) return end.at
      at = match(SPACE, text, end.at)
      if (text[at] !== ':') return at
      at++
      wanted = 'value'
    } else if (char === '{' || char === '[') {
      open.push(char)
      wanted = char === '{' ? 'key-or-end' : 'value-or-end'
      at++
    } else if (char === '"') {
      const end = endOfString(text, at)
      if (end.bad) return end.at
      at = end.at
      wanted = 'after'
    } else {
      const end = Math.max(match(NUMBER, text, at), match(WORD, text, at))
      if (end === at) return at
      at = end
      wanted = 'after'
    }
    at = match(SPACE, text, at)
  }
  return text.length
}

/** Where a string ends, or where it goes wrong. */
function endOfString(text: string, start: number): { readonly at: number; readonly bad: boolean } {
  if (text[start] !== '"') return { at: start, bad: true }
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { at: at + 1, bad: false }
    if (code < 0x20) return { at, bad: true }
    if (code !== 0x5c) continue
    at++
    if (at >= text.length) break
    if (text[at] === 'u') {
      if (match(HEX, text, at + 1) === at + 1) return { at: Math.min(at + 1, text.length), bad: true }
      at += 4
    } else if (!'"\\/bfnrt'.includes(text[at] ?? '')) return { at, bad: true }
  }
  return { at: text.length, bad: true }
}

/** Where a match that begins at `at` ends; `at` itself where there is none. */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
