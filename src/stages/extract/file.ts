import { z } from 'zod'
import { mainContent } from '../../html/main-content.ts'
import type { Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { defineExtract } from '../../model/stage.ts'
import { decodeText } from '../../text/charset.ts'
import { cleanText } from '../../text/normal.ts'
import { readFrontMatter } from './file-front-matter.ts'

/** What a file gave, before it is cleaned. */
interface FileText {
  readonly text: string
  readonly meta: Meta
}

type Reader = (text: string, record: PayloadRecord) => FileText

const READERS: Readonly<Record<string, Reader>> = {
  'text/plain': (text) => ({ text, meta: {} }),
  'text/markdown': readMarkdown,
  'text/html': readHtml,
  'application/xhtml+xml': readHtml,
}

/**
 * A file that is one document → its text: plain text as it is, Markdown with its marks and without its
 * front matter, the main content of HTML.
 *
 * Bytes that are no text (a NUL early on, in no UTF-16) are dropped as `unsupported-type`.
 */
export const file = defineExtract({
  name: 'file',
  revision: 1,
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
    const decoded = decodeText(record.body, {
      html: read === readHtml,
      ...(record.charset === undefined ? {} : { declared: record.charset }),
    })
    if (decoded.text.slice(0, 1024).includes('\0')) return { drop: 'unsupported-type', detail: 'binary' }
    const { text, meta } = read(decoded.text, record)
    const clean = cleanText(text)
    if (clean === '') return { drop: 'no-text' }
    const { fileName } = record.fields
    const charset: Meta = decoded.charset === 'utf-8' ? {} : { charset: decoded.charset }
    const named: Meta = typeof fileName === 'string' ? { fileName } : {}
    return [{ text: clean, meta: { ...named, ...charset, ...meta, ...attached } }]
  },
})

function readHtml(html: string, { url }: PayloadRecord): FileText {
  const { text, ...meta } = mainContent(html, url === undefined ? {} : { url }) ?? { text: '' }
  return { text, meta }
}

function readMarkdown(markdown: string): FileText {
  const { body, meta } = readFrontMatter(markdown)
  if (meta['title'] !== undefined) return { text: body, meta }
  const title = /^#[ \t]+([^\r\n]{1,300})$/m.exec(body.slice(0, 10_000))?.[1]?.replace(/[ \t]+#*[ \t]*$/, '')
  return { text: body, meta: title === undefined || title === '' ? meta : { ...meta, title } }
}
