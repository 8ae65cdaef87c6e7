import { z } from 'zod'
import type { Document, Json, Meta } from '../../model/document.ts'
import type { PayloadRecord } from '../../model/record.ts'
import { defineJoin } from '../../model/stage.ts'
import { normaliseUrl, urlKey } from '../../text/url.ts'

/**
 * Links (left) meet the captures of a crawl (right) by normalised URL, `http` or `https`.
 *
 * Of several captures of a page, the latest one that was answered with 200 and holds text is taken.
 */
export const crawl = defineJoin({
  name: 'crawl',
  revision: 2,
  description: 'Joins links with the pages of a crawl by normalised URL, the latest capture first.',
  options: z.strictObject({
    contentTypes: z
      .array(z.string())
      .default(['text/html', 'application/xhtml+xml', 'text/plain'])
      .describe(
        'Media types, in lower case, of pages that are taken; a page that declares none is taken too',
      ),
  }),
  reasons: {
    'not-in-crawl': 'the crawl holds no usable capture of the linked page',
    'not-linked': 'no link leads to the captured page',
    'superseded-capture': 'another capture of the same page is later, or as late and has a smaller id',
    'http-status': 'the server answered with another status than 200',
    'not-html': 'the page declares a media type that is not wanted',
    'no-url': 'the record does not say which page it holds, or names no web page',
  },
  unmatchedLeft: 'not-in-crawl',
  unmatchedRight: 'not-linked',
  superseded: 'superseded-capture',
  leftKey: () => (document) => pageKey(document.meta['url']) ?? '',
  rightKey: ({ contentTypes }) => {
    const wanted = new Set(contentTypes)
    return (record) => {
      const key = pageKey(record.url)
      if (key === undefined) return { drop: 'no-url' }
      const status = record.fields['status']
      if (status !== undefined && status !== null && Number(status) !== 200) {
        return { drop: 'http-status', detail: `HTTP status ${String(status)}` }
      }
      if (record.contentType !== undefined && !wanted.has(record.contentType)) {
        return { drop: 'not-html', detail: record.contentType.slice(0, 100) }
      }
      return { key, rank: fetchTime(record) }
    }
  },
  merge: () => linkOf,
})

function pageKey(url: Json | undefined): string | undefined {
  const normal = typeof url === 'string' ? normaliseUrl(url) : undefined
  return normal !== undefined && 'url' in normal ? urlKey(normal.url) : undefined
}

/** When the page was fetched, in milliseconds since 1970; 0 where the record does not say. */
function fetchTime(record: PayloadRecord): number {
  const date = record.fields['date']
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN
  return Number.isFinite(time) ? time : 0
}

/** Both forms of the URL, and under `link` the link's own id and what Reddit says of it. */
function linkOf({ id, meta }: Document): Meta {
  const { url, rawUrl, ...rest } = meta
  const link = { id, ...rest }
  return { ...(url === undefined ? {} : { url }), ...(rawUrl === undefined ? {} : { rawUrl }), link }
}
