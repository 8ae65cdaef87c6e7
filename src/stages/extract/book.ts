import { z } from 'zod'
import type { Meta } from '../../model/document.ts'
import { type Draft, type Drop, defineExtract, type Fail } from '../../model/stage.ts'
import { readPlainBook } from './book/plain-book.ts'

/** The reader of XML behind it is 50 files that other recipes need not read. */
let readEpubBook: typeof import('./book/epub-book.ts').readEpubBook | undefined

const options = z.strictObject({
  notes: z
    .enum(['drop', 'append'])
    .default('drop')
    .describe('What becomes of footnotes and endnotes: dropped and counted in meta, or put behind the text'),
  prefaces: z
    .boolean()
    .default(false)
    .describe(
      'Keep prefaces, forewords, introductions, afterwords and appendices; title pages, contents, dedications, notes, indexes and colophons go all the same',
    ),
  unwrap: z
    .boolean()
    .default(true)
    .describe(
      'Join the hard-wrapped lines of prose in Project Gutenberg texts; verse and indented lines stay',
    ),
})

/**
 * Books: an EPUB or a plain text becomes one document, chapters in order.
 *
 * Paragraphs are parted by blank lines; headings and lines of verse stay. Front and back matter is cut
 * by what the book says (`epub:type`, landmarks, guide), else by headings that no text carries. Of a
 * Project Gutenberg text the licence, the credits and what precedes the first chapter go; any other
 * plain text passes as it is. Meta: title, author, language, date, licence, chapters, notes.
 */
export const book = defineExtract({
  name: 'book',
  revision: 1,
  description:
    'Makes one document of a book (EPUB, Project Gutenberg or plain text), without front and back matter',
  options,
  reasons: {
    'no-text': 'Nothing was left when front matter, back matter and notes were cut',
    'unsupported-type': 'Neither an EPUB nor plain text',
    'bad-epub': 'The record does not hold what the format epub writes',
    'too-deep': 'Elements nested deeper than 512',
  },
  async load() {
    readEpubBook ??= (await import('./book/epub-book.ts')).readEpubBook
  },
  create({ notes, prefaces, unwrap }) {
    const readEpub = readEpubBook
    if (readEpub === undefined) throw new Error('the reader of EPUBs is not loaded: await load() first')
    const finish = (
      text: string,
      apart: readonly string[],
      chapters: number | undefined,
      meta: Meta,
    ): readonly Draft[] | Drop => {
      const parts = notes === 'append' ? [text, ...apart] : [text]
      if (text.trim() === '') return { drop: 'no-text' }
      const counts = { ...(chapters === undefined ? {} : { chapters }), notes: apart.length }
      return [{ text: parts.join('\n\n'), meta: { ...meta, ...counts } }]
    }
    return (record, meta): readonly Draft[] | Drop | Fail => {
      if (record.contentType === 'application/epub+zip') {
        const read = readEpub(record.body, prefaces)
        if (typeof read === 'string') return { fail: read, detail: `a book of ${record.body.length} bytes` }
        return finish(read.blocks.join('\n\n'), read.notes, read.chapters, { ...meta, ...read.meta })
      }
      if (record.contentType !== 'text/plain') {
        return { drop: 'unsupported-type', detail: record.contentType ?? 'no content type' }
      }
      const read = readPlainBook(record, { unwrap, prefaces })
      return finish(read.text, read.notes, read.chapters, { ...meta, ...read.meta })
    }
  },
})
