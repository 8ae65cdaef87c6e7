/** Stands for a line break inside a template or link, where it does not end a line of text. */
export const INNER_BREAK = '\u0001'

/** Longest top-level template or link that is kept for the library. UTF-16 units. */
const MAX_BRACKETED = 4000
/** Deeper brackets are dropped; no page nests as many. */
const MAX_NESTING = 40

/** Elements that go with all they hold: notes, formulas, galleries, code, HTML tables. */
// biome-ignore format: one line a group
const REMOVED = [
  'ref', 'references', 'math', 'chem', 'ce', 'gallery', 'timeline', 'score', 'hiero', 'imagemap', 'inputbox', 'table',
  'syntaxhighlight', 'source', 'graph', 'mapframe', 'maplink', 'categorytree', 'templatestyles', 'charinsert',
  'style', 'script', 'includeonly',
]
const REMOVED_SET: ReadonlySet<string> = new Set(REMOVED)
/** Elements that end a line. */
const LINE_ELEMENTS = new Set([
  'p',
  'div',
  'blockquote',
  'center',
  'ul',
  'ol',
  'li',
  'dl',
  'dt',
  'dd',
  'hr',
  'tr',
  'poem',
])
const LOOSE_CONTROL = new RegExp(INNER_BREAK, 'g')

/**
 * Wikitext without comments, elements and tables, and with every bracket closed. Linear in the text.
 *
 * What remains for the wikitext library is links, templates and quotes. Its patterns are quadratic in
 * what is left open, so nothing is: an opening without its closing goes, and the other way round.
 */
export function cleanMarkup(wikitext: string): string {
  return balance(removeElements(wikitext.replace(LOOSE_CONTROL, '').replace(/\r\n?/g, '\n')))
}

function removeElements(text: string): string {
  const token = /<!--|<(\/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?:[\s/][^<>]{0,2000})?>/g
  const closers = new Map<string, RegExp>()
  const out: string[] = []
  let from = 0
  let commentsClose = true
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    out.push(text.slice(from, match.index))
    from = token.lastIndex
    const name = match[2]?.toLowerCase()
    if (name === undefined) {
      const end: number = commentsClose ? text.indexOf('-->', from) : -1
      commentsClose = end !== -1
      if (commentsClose) from = end + 3
    } else if (REMOVED_SET.has(name) && match[1] === '' && !match[0].endsWith('/>')) {
      from = closeOf(text, name, from, closers)
    } else if (LINE_ELEMENTS.has(name)) out.push('\n')
    else if (name === 'br') out.push(' ')
    token.lastIndex = from
  }
  out.push(text.slice(from))
  return out.join('')
}

/** Index behind the closing tag, or `from` when there is none; a name that was not found is not sought again. */
function closeOf(text: string, name: string, from: number, closers: Map<string, RegExp>): number {
  const closer = closers.get(name) ?? new RegExp(`</${name}\\s{0,9}>`, 'gi')
  closers.set(name, closer)
  if (closer.lastIndex === -1) return from
  closer.lastIndex = from
  const found = closer.exec(text) !== null
  const end: number = closer.lastIndex
  if (!found) closer.lastIndex = -1
  return found ? end : from
}

interface Opening {
  readonly bracket: string
  /** Place in the output, so that an opening which is never closed can be taken back. */
  readonly at: number
  readonly size: number
}

const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '[[': ']]', '{|': '|}' }

function balance(text: string): string {
  const token = /\{\{|\}\}|\[\[|\]\]|^[:\s]{0,20}\{\||^\s{0,20}\|\}(?!\})/gm
  const out: string[] = []
  const open: Opening[] = []
  let size = 0
  let from = 0
  const push = (piece: string): void => {
    const inside = open.length > 0 ? piece.replaceAll('\n', INNER_BREAK) : piece
    out.push(inside)
    size += inside.length
  }
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    push(text.slice(from, match.index))
    from = token.lastIndex
    const bracket = match[0].slice(-2)
    const closing = CLOSING[bracket]
    if (closing !== undefined) {
      if (open.length >= MAX_NESTING) continue
      open.push({ bracket, at: out.length, size })
      push(bracket)
      continue
    }
    const start = open.findLastIndex((opening) => CLOSING[opening.bracket] === bracket)
    const opening = open[start]
    if (opening === undefined) continue
    for (const lost of open.splice(start + 1)) out[lost.at] = ''
    push(bracket)
    open.pop()
    const dropped = bracket === '|}' || (open.length === 0 && size - opening.size > MAX_BRACKETED)
    if (dropped) out.length = opening.at
  }
  push(text.slice(from))
  for (const { at } of open) out[at] = ''
  // Breaks within what turned out not to be a bracket at all would glue lines together.
  const joined = out.join('')
  return open.length > 0 ? joined.replaceAll(INNER_BREAK, '\n') : joined
}
