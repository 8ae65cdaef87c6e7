import { walkXml } from './xml.ts'

/** What a content document of a book says, with its notes apart. */
export interface ChapterText {
  /** Headings, paragraphs and stanzas in order; lines of verse are parted by `\n`. */
  readonly blocks: readonly string[]
  /** Footnotes and endnotes, a block each. */
  readonly notes: readonly string[]
  /** Text of the first heading, `undefined` = none. */
  readonly heading: string | undefined
  /** Words of `epub:type` on the body and its sections. */
  readonly types: ReadonlySet<string>
  /** Number of sections marked as chapters. */
  readonly chapters: number
  /** Share of the characters that stand in links: near 1 in a table of contents. */
  readonly linkRatio: number
}

/** What stands in a content document and is left out of its text. */
export interface ChapterOptions {
  /** Words of `epub:type` whose elements are left out with all they hold. */
  readonly cut: ReadonlySet<string>
}

/** Element names that end a paragraph. */
// biome-ignore format: one line a group
const BLOCKS = new Set([
  'p', 'div', 'section', 'article', 'aside', 'main', 'header', 'footer', 'body', 'nav', 'blockquote', 'hgroup',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'figure', 'figcaption', 'pre', 'address',
  'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'center', 'form', 'fieldset', 'hr', 'details', 'summary',
])
/** Elements without text of the book. `rt` and `rp` are readings beside East Asian characters. */
// biome-ignore format: one line a group
const SILENT = new Set([
  'head', 'script', 'style', 'template', 'svg', 'audio', 'video', 'iframe', 'object', 'rt', 'rp', 'nav', 'select',
])
const REFERENCES = new Set([
  'noteref',
  'annoref',
  'backlink',
  'referrer',
  'pagebreak',
  'doc-noteref',
  'doc-backlink',
  'doc-pagebreak',
])
// biome-ignore format: one line a group
const NOTES = new Set([
  'footnote', 'footnotes', 'endnote', 'endnotes', 'rearnote', 'rearnotes', 'note', 'annotation',
  'doc-footnote', 'doc-endnote', 'doc-endnotes',
])
const NOTE_CLASS = /(?:^|\s)(?:footnotes?|endnotes?|rearnotes?)(?:\s|$)/i
/** Project Gutenberg's header and footer in its own EPUBs. */
const LICENCE = /(?:^|\s)(?:pg-boilerplate|pgheader|pg-header|pg-footer|pg-machine-header)(?:\s|$)/
const HEADING = /^h[1-6]$/

interface Frame {
  readonly name: string
  /** Text of a `cut` element goes, notes within it are kept apart; all of a `skip` element goes. */
  readonly mode: 'text' | 'note' | 'cut' | 'skip'
  /** Where in the buffer the element began, and what a link needs to be known as a note's mark. */
  readonly from: number
  readonly target: string
  raised: boolean
}

/**
 * Text of an XHTML content document: paragraphs, headings and verse, notes apart.
 *
 * `undefined` = nested deeper than a book can be. Note marks go (by `epub:type`, `role`, or a raised or
 * bracketed number in a link to a place in a document), page breaks and readings of ruby go, small
 * capitals keep the letters they are written with, a thematic break becomes `* * *`.
 */
export function readChapter(html: string, options: ChapterOptions): ChapterText | undefined {
  const writer = new ChapterWriter(options.cut)
  return walkXml(html, writer, { html: true }) ? writer.result() : undefined
}

class ChapterWriter {
  readonly #cut: ReadonlySet<string>
  readonly #blocks: string[] = []
  readonly #notes: string[] = []
  readonly #types = new Set<string>()
  readonly #stack: Frame[] = []
  #buffer: string[] = []
  #heading: string | undefined
  #chapters = 0
  #links = 0
  #characters = 0
  #linkDepth = 0
  #preDepth = 0

  constructor(cut: ReadonlySet<string>) {
    this.#cut = cut
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#stack.at(-1)
    const types = typesOf(attributes)
    const mode = parent?.mode === 'skip' ? 'skip' : this.#modeOf(name, types, attributes, parent)
    if (mode !== 'skip') {
      if (BLOCKS.has(name)) this.#flush()
      if (name === 'br') this.#buffer.push('\n')
      else if (name === 'hr' && mode === 'text') this.#blocks.push(BREAK)
      else if (name === 'td' || name === 'th') this.#buffer.push(' ')
      else if (name === 'pre') this.#preDepth++
      else if (name === 'a') this.#linkDepth++
      else if (name === 'sup') for (const frame of this.#stack) frame.raised ||= frame.name === 'a'
      if (types.includes('chapter')) this.#chapters++
    }
    if (mode !== 'skip' || name === 'body' || name === 'section') {
      if (this.#stack.length < MARKED_DEPTH) for (const type of types) this.#types.add(type)
    }
    const raised = name === 'a' && this.#stack.some((frame) => frame.name === 'sup')
    this.#stack.push({ name, mode, from: this.#buffer.length, target: attributes['href'] ?? '', raised })
  }

  text(text: string): void {
    const mode = this.#stack.at(-1)?.mode
    if (mode === 'skip' || mode === 'cut') return
    this.#buffer.push(this.#preDepth > 0 ? text : text.replace(/[ \t\r\n\f]+/g, ' '))
    this.#characters += text.length
    if (this.#linkDepth > 0) this.#links += text.length
  }

  close(name: string): void {
    const frame = this.#stack.at(-1)
    if (frame === undefined || frame.mode === 'skip') {
      this.#stack.pop()
      return
    }
    if (name === 'a') {
      this.#linkDepth--
      if (isNoteMark(frame, this.#buffer.slice(frame.from).join(''))) this.#buffer.length = frame.from
    } else if (name === 'pre') this.#preDepth--
    if (BLOCKS.has(name)) {
      const block = this.#flush()
      if (HEADING.test(name) && block !== '') this.#heading ??= block
    }
    this.#stack.pop()
  }

  result(): ChapterText {
    this.#flush()
    return {
      blocks: trimBreaks(this.#blocks),
      notes: this.#notes,
      heading: this.#heading,
      types: this.#types,
      chapters: this.#chapters,
      linkRatio: this.#characters === 0 ? 0 : this.#links / this.#characters,
    }
  }

  #modeOf(
    name: string,
    types: readonly string[],
    attributes: Readonly<Record<string, string>>,
    parent: Frame | undefined,
  ): Frame['mode'] {
    if (SILENT.has(name) || attributes['hidden'] !== undefined) return 'skip'
    if (types.some((type) => REFERENCES.has(type))) return 'skip'
    const classes = attributes['class'] ?? ''
    if (LICENCE.test(classes) || LICENCE.test(attributes['id'] ?? '')) return 'skip'
    if (types.some((type) => NOTES.has(type)) || (NOTE_CLASS.test(classes) && BLOCKS.has(name))) return 'note'
    if (parent?.mode !== 'note' && types.some((type) => this.#cut.has(type))) return 'cut'
    return parent?.mode ?? 'text'
  }

  /** Ends the block that is being written; gives its text. Belongs to the innermost open element. */
  #flush(): string {
    const block = normalizeBlock(this.#buffer.join(''), this.#preDepth > 0)
    this.#buffer = []
    if (block === '') return ''
    const element = this.#stack.at(-1)
    if (element?.mode !== 'note') this.#blocks.push(block)
    else if (!HEADING.test(element.name)) this.#notes.push(block)
    return block
  }
}

const BREAK = '* * *'
/** Types of elements nested deeper than html, body and two sections say nothing of the document. */
const MARKED_DEPTH = 4

function typesOf(attributes: Readonly<Record<string, string>>): readonly string[] {
  const words = `${attributes['epub:type'] ?? ''} ${attributes['role'] ?? ''}`
  return words.split(/\s+/).filter((word) => word !== '')
}

function isNoteMark(link: Frame, text: string): boolean {
  if (!link.target.includes('#')) return false
  const mark = text.trim()
  if (/^(?:\[[\w*†‡§]{1,6}\]|\(\d{1,4}\)|[*†‡§¶]{1,3}|↩|↑)$/.test(mark)) return true
  return link.raised && /^(?:\d{1,4}|[a-z]{1,3})$/i.test(mark)
}

/**
 * White space of one block: no soft hyphens, zero-width marks and hair spaces (they are typesetting),
 * every other space a plain one, lines trimmed. `pre` keeps the spaces within and before lines.
 */
export function normalizeBlock(text: string, pre = false): string {
  const plain = text
    .replace(/[\u00AD\u200A\u200B\u200C\u2060\uFEFF]/g, '')
    .replace(/[\u00A0\u1680\u2000-\u2009\u202F\u205F]/g, ' ')
  const spaced = pre ? plain.replace(/\r\n?/g, '\n') : plain.replace(/[ \t]+/g, ' ')
  const lines = spaced.split('\n').map((line) => (pre ? line.trimEnd() : line.trim()))
  while (lines.length > 0 && lines[0] === '') lines.shift()
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines.join('\n').replace(/\n{3,}/g, '\n\n')
}

/** Drops breaks at the ends and repeated ones. */
function trimBreaks(blocks: readonly string[]): readonly string[] {
  const kept = blocks.filter((block, index) => block !== BREAK || (index > 0 && blocks[index - 1] !== BREAK))
  if (kept.at(-1) === BREAK) kept.pop()
  return kept
}
