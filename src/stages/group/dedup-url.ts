import { z } from 'zod'
import { defineGroup } from '../../model/stage.ts'
import { normaliseUrl, urlKey } from '../../text/url.ts'
import { asksOf, fieldAsk } from './asks.ts'
import { against } from './meeting.ts'
import { preference } from './preference.ts'
import { rankBy } from './rank.ts'
import { scopeOf } from './scope.ts'

/** Keeps one document of each page; see {@link urlKey} for what is one page. */
export const dedupUrl = defineGroup({
  name: 'dedup-url',
  revision: 2,
  description: 'Keeps one of the documents with the same URL after it is normalised.',
  options: z.strictObject({
    field: z.string().default('url').describe('`meta` field that holds the URL'),
    query: z
      .enum(['keep', 'ignore'])
      .default('keep')
      .describe('Whether URLs that differ behind their `?` are different pages'),
    prefer: preference,
    within: z
      .string()
      .default('')
      .describe('Documents meet within one value of this `meta` field; empty: all of them'),
    against,
  }),
  reason: 'duplicate-url',
  reasons: { 'duplicate-url': 'another document has the same URL' },
  keyOf: 'meta',
  asks: (given) => [
    fieldAsk(
      given.field,
      'a URL',
      ({ meta }) => typeof meta[given.field] === 'string' && meta[given.field] !== '',
    ),
    ...asksOf(given),
  ],
  against: (given) => given.against,
  specification: ({ field, query, within }) => JSON.stringify({ field, query, within }),
  keyed: ({ field, query, prefer, within }) => {
    const rankOf = rankBy(prefer)
    return (document, signals) => {
      const raw = document.meta[field]
      if (typeof raw !== 'string' || raw === '') return undefined
      const normal = normaliseUrl(raw)
      const url = 'url' in normal ? urlKey(normal.url) : raw
      const page = query === 'ignore' ? url.replace(/\?.*$/, '') : url
      const key = within === '' ? page : `${scopeOf(within, document)}\0${page}`
      return { key, rank: rankOf(document, signals) }
    }
  },
})
