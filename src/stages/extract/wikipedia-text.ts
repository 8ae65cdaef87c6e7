import { decodeHTML } from 'entities'
import wtf from 'wtf_wikipedia'
import { cleanMarkup, INNER_BREAK } from './wikipedia-markup.ts'

/** Longest piece that is given to the library, whose time is quadratic in it. UTF-16 units. */
const MAX_PIECE = 4000

/** A heading (level 2 to 6), a paragraph or a list item, as plain text. */
interface Line {
  readonly kind: 'heading' | 'text' | 'item'
  readonly level: number
  readonly text: string
}

/**
 * Plain text of an article: headings, paragraphs and list items, parted by blank lines; items of one
 * list by line ends, each behind `- `.
 *
 * Sections named in `skipSections` (in lower case) go with their subsections, and so do headings
 * without text below them. Templates become what wtf_wikipedia knows of them, most of them nothing.
 *
 * @throws whatever the library throws.
 */
export function wikitextToText(wikitext: string, skipSections: ReadonlySet<string>): string {
  const lines = linesOf(cleanMarkup(wikitext))
    .map((line) => ({ ...line, text: inlineText(line.text) }))
    .filter(({ text }) => text !== '')
  const kept = withoutEmptySections(withoutSections(lines, skipSections))
  let text = ''
  for (const [index, line] of kept.entries()) {
    const afterItem = line.kind === 'item' && kept[index - 1]?.kind === 'item'
    text +=
      (index === 0 ? '' : afterItem ? '\n' : '\n\n') + (line.kind === 'item' ? `- ${line.text}` : line.text)
  }
  return text
}

function linesOf(markup: string): readonly Line[] {
  const lines: Line[] = []
  let paragraph: string[] = []
  const flush = (): void => {
    if (paragraph.length > 0) lines.push({ kind: 'text', level: 0, text: paragraph.join(' ') })
    paragraph = []
  }
  for (const raw of markup.split('\n')) {
    const line = raw.trim()
    const heading = line.length <= 400 ? /^(={1,6})([^=].*?)={1,6}$/.exec(line) : null
    const marker = /^[*#:;]{1,20}/.exec(line)?.[0]
    if (heading === null && marker === undefined && line !== '' && !/^[|!]/.test(line)) {
      paragraph.push(line)
      continue
    }
    flush()
    if (heading !== null) {
      lines.push({ kind: 'heading', level: heading[1]?.length ?? 2, text: heading[2] ?? '' })
    } else if (marker !== undefined) {
      const kind = /^:+$/.test(marker) ? 'text' : 'item'
      lines.push({ kind, level: marker.length, text: line.slice(marker.length) })
    }
  }
  flush()
  return lines
}

/** Text of one line of markup. */
function inlineText(markup: string): string {
  const text = pieces(markup.trim())
    .map((piece) =>
      /[[{'&<_~\u0001]|https?:|---/.test(piece) ? wtf(piece.replaceAll(INNER_BREAK, '\n')).text() : piece,
    )
    .join(' ')
  return decodeHTML(withoutBrackets(text))
    .replace(/[ \t\u00A0]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .replace(/\( ?[,;] ?/g, '(')
    .replace(/ ?\(\s?\)/g, '')
    .trim()
}

/** What the library leaves of templates that it cannot write. */
function withoutBrackets(text: string): string {
  let rest = text
  for (let depth = 0; depth < 5 && rest.includes('{{'); depth++) rest = rest.replace(/\{\{[^{}]*\}\}/g, '')
  return rest.replace(/\{\{|\}\}|\[\[|\]\]/g, '')
}

/** Cuts what is too long for the library at a space, or anywhere where there is none. */
function pieces(markup: string): readonly string[] {
  const found: string[] = []
  let from = 0
  while (markup.length - from > MAX_PIECE) {
    const space = markup.lastIndexOf(' ', from + MAX_PIECE)
    const end = space > from ? space : from + MAX_PIECE
    found.push(markup.slice(from, end))
    from = end
  }
  found.push(markup.slice(from))
  return found
}

function withoutSections(lines: readonly Line[], skip: ReadonlySet<string>): readonly Line[] {
  let skipped = 0
  return lines.filter(({ kind, level, text }) => {
    if (kind === 'heading' && (skipped === 0 || level <= skipped)) {
      skipped = skip.has(text.toLowerCase()) ? level : 0
    }
    return skipped === 0
  })
}

/** Drops each heading that no text follows before a heading of its level or above. */
function withoutEmptySections(lines: readonly Line[]): readonly Line[] {
  const kept: Line[] = []
  // From the end: the lowest level of a heading that has text below it.
  let below = 0
  for (const line of lines.toReversed()) {
    if (line.kind !== 'heading') below = Number.POSITIVE_INFINITY
    else if (line.level >= below) continue
    else below = line.level
    kept.push(line)
  }
  return kept.reverse()
}
