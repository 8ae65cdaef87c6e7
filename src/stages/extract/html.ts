import { z } from 'zod'
import type { Json, Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { type Draft, type Drop, defineExtract } from '../../model/stage.ts'
import { cleanText } from '../../text/normal.ts'
import { normaliseUrl } from '../../text/url.ts'
import { isBinary, readHtml, readPlain } from './read-text.ts'

const HTML: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml'])

const options = z.strictObject({
  preset: z
    .enum(['precision', 'balanced', 'recall'])
    .default('balanced')
    .describe('Which doubtful parts are taken: few, those more likely than not, or most'),
  comments: z
    .boolean()
    .default(false)
    .describe('Whether what readers wrote below an article is part of it; posts of a forum always are'),
})

type Options = z.output<typeof options>

/**
 * Web page → its main content as text, with what the page says of itself in `meta`.
 *
 * `text/plain` passes as it is. What a join attached (`url`, `rawUrl`, `link`) wins over the page's own word.
 */
export const html = defineExtract({
  name: 'html',
  revision: 4,
  description: 'Takes the main content of a web page: no menus, no comments, no page furniture.',
  options,
  reasons: {
    'no-content': 'the page holds no text, or nothing but links and page furniture',
    'not-html': 'the record is neither HTML nor plain text, nor a row with HTML in its text field',
  },
  create: (given) => (record, attached) => {
    if (ROWS.has(record.format)) return pageOfRow(record, attached, given)
    const type = record.contentType ?? (isBinary(record.body) ? 'application/octet-stream' : 'text/html')
    const isHtml = HTML.has(type)
    if (!isHtml && type !== 'text/plain') return { drop: 'not-html', detail: type.slice(0, 100) }
    const url = typeof attached['url'] === 'string' ? attached['url'] : record.url
    const { text, meta } = isHtml ? readHtml(record, url, given) : readPlain(record)
    return pageOf(text, { ...captureMeta(record), ...meta, ...attached })
  },
})

/** Formats whose records are rows: the page is their field `text`, as the input's option `fields` maps it. */
const ROWS: ReadonlySet<string> = new Set(['jsonl', 'csv', 'parquet'])

function pageOfRow(record: PayloadRecord, attached: Meta, given: Options): readonly Draft[] | Drop {
  const { text } = record.fields
  if (typeof text !== 'string') return { drop: 'not-html', detail: 'the row has no text in the field "text"' }
  const page = readHtml({ ...record, body: Buffer.from(text), charset: 'utf-8' }, record.url, given)
  return pageOf(page.text, { ...captureMeta(record), ...page.meta, ...attached })
}

function pageOf(content: string, meta: Meta): readonly Draft[] | Drop {
  const text = cleanText(content)
  return text === '' ? { drop: 'no-content' } : [{ text, meta }]
}

/** Both forms of the captured URL, and when it was fetched. */
function captureMeta(record: PayloadRecord): Meta {
  const meta: Record<string, Json> = {}
  if (record.url !== undefined) {
    const normal = normaliseUrl(record.url)
    meta['url'] = 'url' in normal ? normal.url : record.url
    meta['rawUrl'] = record.url
  }
  if (typeof record.fields['date'] === 'string') meta['fetched'] = record.fields['date']
  return meta
}
