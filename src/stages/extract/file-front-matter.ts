import type { Json, Meta } from '../../model/document.ts'

/** Front matter longer than this is taken as text. Lines. */
const MAX_LINES = 200

/** The fields that are taken, by the name that the document's meta has for them. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['title', 'title'],
  ['date', 'date'],
  ['author', 'author'],
  ['authors', 'author'],
  ['license', 'licence'],
  ['licence', 'licence'],
  ['lang', 'language'],
  ['language', 'language'],
])

/**
 * Cuts the YAML front matter off a Markdown text, and takes what it says on single lines.
 *
 * Only a block between two lines of `---` at the very start counts, and only when every line of it looks
 * like YAML: a text may well begin with a rule. It is not parsed: nested values stay unread.
 */
export function readFrontMatter(markdown: string): { readonly body: string; readonly meta: Meta } {
  const whole = { body: markdown, meta: {} }
  const opening = /^\ufeff?---[ \t]*\r?\n/.exec(markdown)
  if (opening === null) return whole
  const meta: Record<string, Json> = {}
  let at = opening[0].length
  for (let lines = 0; lines < MAX_LINES; lines++) {
    const end = markdown.indexOf('\n', at)
    const line = markdown.slice(at, end < 0 ? undefined : end).trimEnd()
    if (line === '---' || line === '...') {
      return lines === 0 ? whole : { body: end < 0 ? '' : markdown.slice(end + 1), meta }
    }
    if (end < 0 || !looksLikeYaml(line)) return whole
    at = end + 1
    const colon = line.indexOf(':')
    const name = NAMES.get(line.slice(0, colon).toLowerCase())
    const value = plainValue(line.slice(colon + 1))
    if (colon > 0 && name !== undefined && value !== undefined && !(name in meta)) meta[name] = value
  }
  return whole
}

/** Blank, a comment, indented, a list item, or `key:` with a value or none. */
function looksLikeYaml(line: string): boolean {
  return /^(?:$|#|[ \t]|- |[\w.-]+:(?:[ \t]|$))/.test(line)
}

/** A value that says what it means on its own line; `undefined` for the marks of YAML's other forms. */
function plainValue(text: string): string | undefined {
  const value = text.trim()
  const quoted = /^(["'])(.*)\1$/.exec(value)?.[2]
  if (quoted !== undefined) return quoted.includes('\\') ? undefined : quoted
  return value === '' || /^[[{&*!|>%@`"']/.test(value) ? undefined : value.slice(0, 1000).toWellFormed()
}
