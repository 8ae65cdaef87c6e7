import type { Meta } from '../../../model/document.ts'
import type { PayloadRecord } from '../../../model/record.ts'
import { decodeText } from '../../../text/charset.ts'
import { type GutenbergOptions, gutenbergCharset, readGutenberg } from '../../../text/gutenberg.ts'

/** A plain-text book: its text, its notes and what its header says. */
export interface PlainBook {
  readonly text: string
  readonly notes: readonly string[]
  /** `undefined` where nothing says what a chapter is. */
  readonly chapters: number | undefined
  readonly meta: Meta
}

/** Reads a Project Gutenberg text; any other plain text passes as it is. */
export function readPlainBook(record: PayloadRecord, options: GutenbergOptions): PlainBook {
  const declared = gutenbergCharset(record.body) ?? record.charset
  const { text } = decodeText(record.body, declared === undefined ? {} : { declared })
  const book = readGutenberg(text, options)
  if (book === undefined) return { text, notes: [], chapters: undefined, meta: {} }
  const { title, author, language, date } = book
  return {
    text: book.text,
    notes: book.notes,
    chapters: book.chapters,
    meta: {
      ...(title === undefined ? {} : { title }),
      ...(author === undefined ? {} : { author }),
      ...(language === undefined ? {} : { language }),
      ...(date === undefined ? {} : { date }),
      siteName: 'Project Gutenberg',
    },
  }
}
