import { extract } from '../../html/extract.ts'
import type { ExtractOptions } from '../../html/extraction.ts'
import type { Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { decodeText } from '../../text/charset.ts'
import { pageMeta } from './page-meta.ts'

/** What a record's bytes gave, before it is cleaned. */
export interface DocumentText {
  readonly text: string
  readonly meta: Meta
}

/** The main content of a record that is an HTML page, and what the page says of itself. */
export function readHtml(
  { body, charset }: PayloadRecord,
  url: string | undefined,
  options: Pick<ExtractOptions, 'preset' | 'comments'> = {},
): DocumentText {
  const page = extract(body, {
    ...options,
    contentType: charset === undefined ? 'text/html' : `text/html; charset=${charset}`,
    ...(url === undefined ? {} : { url }),
  })
  return { text: page.text, meta: pageMeta(page) }
}

/** A record that is plain text, decoded. */
export function readPlain({ body, charset: declared }: PayloadRecord): DocumentText {
  const { text, charset } = decodeText(body, declared === undefined ? {} : { declared })
  return { text, meta: charset === 'utf-8' ? {} : { charset } }
}

/** Whether bytes are no text: a NUL early on, and no UTF-16 byte order mark. */
export function isBinary(body: Uint8Array): boolean {
  const [first, second] = body
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return false
  return body.subarray(0, 1024).includes(0)
}
