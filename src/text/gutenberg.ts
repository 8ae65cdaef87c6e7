import { blocksOf, type TextBlock, unwrapBlock, wrapWidth } from './gutenberg-blocks.ts'
import { bodyBlocks } from './gutenberg-body.ts'

/** A Project Gutenberg text without what Project Gutenberg and the publisher put around it. */
export interface GutenbergText {
  readonly text: string
  readonly notes: readonly string[]
  readonly title?: string
  readonly author?: string
  /** BCP 47. */
  readonly language?: string
  /** Day of release by Project Gutenberg, ISO 8601. */
  readonly date?: string
  /** Headings of numbered units (chapters, acts, letters). */
  readonly chapters: number
}

export interface GutenbergOptions {
  /** Join the hard-wrapped lines of prose; verse, tables and indented lines stay. */
  readonly unwrap: boolean
  /** Keep prefaces and introductions before the first chapter. */
  readonly prefaces: boolean
}

/** Lines in which a header is looked for: the longest, the small print of 1990s etexts, takes 450. */
const HEADER_LINES = 1000
const START =
  /^\s{0,9}\*{2,3}\s?START OF (?:THIS|THE) (?:COPYRIGHTED )?PROJECT GUTENBERG|^\s{0,9}\*END\s?\*?\s?THE SMALL PRINT/i
const END =
  /^\s{0,9}(?:\*{2,3}\s?END OF (?:THIS|THE) (?:COPYRIGHTED )?PROJECT GUTENBERG|(?:This is the )?End of (?:the |this )?Project Gutenberg\b|\*{3}START\*{2}THE SMALL PRINT)/i

/**
 * Reads a Project Gutenberg text. `undefined` = it does not carry the project's header.
 *
 * Cut: licence header and footer of every age, producers' credits, transcriber's notes, title page,
 * contents, illustrations, publisher's advertisements behind `THE END`. Footnotes are kept apart.
 * Only what is found by a mark is cut, and never more than 30 % of the text at the front: a text
 * without marks keeps its front.
 */
export function readGutenberg(text: string, options: GutenbergOptions): GutenbergText | undefined {
  const lines = text.split(/\r\n|\n|\r/)
  const start = findStart(lines)
  if (start === undefined) return undefined
  const header = lines.slice(0, start)
  const body = lines.slice(start, findEnd(lines, start))
  const width = wrapWidth(body)
  const { blocks, notes, chapters } = bodyBlocks(blocksOf(body), { width, prefaces: options.prefaces })
  const write = (block: TextBlock): string =>
    unemphasize(unwrapBlock(block, options.unwrap ? width : undefined))
  return {
    text: blocks.map(write).join('\n\n'),
    notes: notes.map(write),
    chapters,
    ...headerFields(header),
  }
}

/** The character set that a Project Gutenberg header names, `undefined` = none. */
export function gutenbergCharset(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 8192)).toString('latin1')
  if (!/Project Gutenberg/i.test(head)) return undefined
  const name = /^Character set encoding:[ \t]{0,9}([\w.:() -]{2,40})/im.exec(head)?.[1]?.trim()
  if (name === undefined) return undefined
  const iso = /iso[ -]?(?:latin-?(\d)|8859-(\d{1,2}))/i.exec(name)
  if (iso !== null) return `iso-8859-${iso[2] ?? iso[1]}`
  if (/^(?:us-)?ascii/i.test(name)) return 'us-ascii'
  if (/^unicode utf-?8|^utf-?8/i.test(name)) return 'utf-8'
  return name
}

/** The line behind the header. */
function findStart(lines: readonly string[]): number | undefined {
  const limit = Math.min(lines.length, HEADER_LINES)
  let found: number | undefined
  for (let index = 0; index < limit; index++) {
    const line = lines[index] ?? ''
    if (!START.test(line)) continue
    // The mark may be wrapped over up to four lines; it ends with asterisks.
    let last = index
    while (last < index + 4 && !/\*\s*$/.test(lines[last] ?? '')) last++
    found = (/\*\s*$/.test(lines[last] ?? '') ? last : index) + 1
    // Etexts of 2002 to 2004 carry both: the later is the end of the header.
    if (!/SMALL PRINT/i.test(line)) return found
  }
  return found
}

function findEnd(lines: readonly string[], start: number): number {
  // From the middle on: a book may quote the words near its beginning.
  for (let index = start + Math.floor((lines.length - start) / 3); index < lines.length; index++) {
    if (END.test(lines[index] ?? '')) return index
  }
  return lines.length
}

type HeaderFields = Pick<GutenbergText, 'title' | 'author' | 'language' | 'date'>

function headerFields(header: readonly string[]): HeaderFields {
  const title = field(header, 'Title')
  const author = field(header, 'Author')
  const language = LANGUAGES[field(header, 'Language')?.toLowerCase() ?? '']
  const date = isoDate(field(header, 'Release Date') ?? field(header, 'Posting Date'))
  return {
    ...(title === undefined ? {} : { title }),
    ...(author === undefined ? {} : { author }),
    ...(language === undefined ? {} : { language }),
    ...(date === undefined ? {} : { date }),
  }
}

/** A field of the header with its continuation lines, which are indented. */
function field(header: readonly string[], name: string): string | undefined {
  const at = header.findIndex((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  if (at === -1) return undefined
  const parts = [(header[at] ?? '').slice(name.length + 1).trim()]
  for (let index = at + 1; /^\s+\S/.test(header[index] ?? '') && index < at + 8; index++) {
    parts.push((header[index] ?? '').trim())
  }
  const value = parts.join(' ').trim()
  return value === '' ? undefined : value
}

// biome-ignore format: one line a group
const LANGUAGES: Readonly<Record<string, string>> = {
  english: 'en', french: 'fr', german: 'de', spanish: 'es', italian: 'it', portuguese: 'pt', dutch: 'nl',
  finnish: 'fi', swedish: 'sv', danish: 'da', norwegian: 'no', latin: 'la', greek: 'el', chinese: 'zh',
  japanese: 'ja', russian: 'ru', polish: 'pl', hungarian: 'hu', czech: 'cs', catalan: 'ca', esperanto: 'eo',
  welsh: 'cy', irish: 'ga', tagalog: 'tl', hebrew: 'he', romanian: 'ro', icelandic: 'is',
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `July 6, 2005 [EBook #16215]` → `2005-07-06`; `June, 1999` → `1999-06`. */
function isoDate(text: string | undefined): string | undefined {
  const match = /^([A-Za-z]{3})[a-z]{0,6}\.?\s+(?:(\d{1,2}),?\s+)?,?\s{0,3}(\d{4})/.exec(
    (text ?? '').replace(',', ' '),
  )
  const month = MONTHS.indexOf((match?.[1] ?? '').toLowerCase()) + 1
  if (match === null || month === 0) return undefined
  const parts = [match[3] ?? '', String(month).padStart(2, '0')]
  if (match[2] !== undefined) parts.push(match[2].padStart(2, '0'))
  return parts.join('-')
}

/** Underscores that stand for italics go. */
function unemphasize(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}_])_([^_]{1,2000})_(?![\p{L}\p{N}_])/gu, '$1')
}
