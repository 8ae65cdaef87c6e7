import { z } from 'zod'
import type { Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { defineExtract } from '../../model/stage.ts'
import { cleanText } from '../../text/normal.ts'
import { readFrontMatter } from './file-front-matter.ts'
import { type DocumentText, isBinary, readHtml, readPlain } from './read-text.ts'

type Reader = (record: PayloadRecord) => DocumentText

const READERS: Readonly<Record<string, Reader>> = {
  'text/plain': readPlain,
  'text/markdown': readMarkdown,
  'text/html': readPage,
  'application/xhtml+xml': readPage,
}

/**
 * A file that is one document → its text: plain text as it is, Markdown with its marks and without its
 * front matter, the main content of HTML.
 *
 * Bytes that are no text (a NUL early on, in no UTF-16) are dropped as `unsupported-type`.
 */
export const file = defineExtract({
  name: 'file',
  revision: 3,
  description: 'Takes the text of a plain text, Markdown or HTML file.',
  options: z.strictObject({}),
  reasons: {
    'no-text': 'the file holds no text, or nothing but white space',
    'unsupported-type': 'the file is neither plain text, Markdown nor HTML',
  },
  create: () => (record, attached) => {
    const type = record.contentType ?? ''
    const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
    if (read === undefined) return { drop: 'unsupported-type', detail: type.slice(0, 100) }
    if (isBinary(record.body)) return { drop: 'unsupported-type', detail: 'binary' }
    const { text, meta } = read(record)
    const clean = cleanText(text)
    if (clean === '') return { drop: 'no-text' }
    const { fileName } = record.fields
    const named: Meta = typeof fileName === 'string' ? { fileName } : {}
    return [{ text: clean, meta: { ...named, ...meta, ...attached } }]
  },
})

function readPage(record: PayloadRecord): DocumentText {
  return readHtml(record, record.url)
}

function readMarkdown(record: PayloadRecord): DocumentText {
  const { text, meta: read } = readPlain(record)
  const { body, meta: said } = readFrontMatter(text)
  const meta = { ...read, ...said }
  if (meta['title'] !== undefined) return { text: body, meta }
  const title = /^#[ \t]+([^\r\n]{1,300})$/m.exec(body.slice(0, 10_000))?.[1]?.replace(/[ \t]+#*[ \t]*$/, '')
  return { text: body, meta: title === undefined || title === '' ? meta : { ...meta, title } }
}
