import { z } from 'zod'
import type { Json, Meta } from '../../model/document.ts'
import { defineExtract } from '../../model/stage.ts'
import { normaliseUrl } from '../../text/url.ts'

/**
 * Reddit submission → the page it links to, as a document without text.
 *
 * A link whose URL cannot be normalised stays, with `meta.badUrl` saying why and no `meta.url`: it is a
 * link post all the same, and `link-target` drops it. So the counts of link posts are Reddit's own.
 */
export const redditLinks = defineExtract({
  name: 'reddit-links',
  revision: 1,
  description: 'Makes a link of each Reddit submission that points to a page, with both forms of its URL.',
  options: z.strictObject({}),
  reasons: {
    'self-post': 'the submission is a text of its own and links to nothing',
    'not-a-submission': 'a row without the URL of a submission',
  },
  create: () => (record) => {
    const { fields } = record
    const rawUrl = fields['url'] ?? record.url
    if (isSelfPost(fields)) return { drop: 'self-post' }
    if (typeof rawUrl !== 'string' || rawUrl === '') {
      return { fail: 'not-a-submission', detail: 'expected a field "url" that holds text' }
    }
    return [{ text: '', meta: linkMeta(rawUrl, fields) }]
  },
})

/** Old dumps have no `is_self`; there the domain `self.SUBREDDIT` says it. */
function isSelfPost(fields: Readonly<Record<string, Json>>): boolean {
  const { is_self: isSelf, domain } = fields
  if (typeof isSelf === 'boolean') return isSelf
  return typeof domain === 'string' && domain.startsWith('self.')
}

function linkMeta(rawUrl: string, fields: Readonly<Record<string, Json>>): Meta {
  // Crossposts and early submissions name a thread by its path.
  const normal = normaliseUrl(rawUrl.startsWith('/r/') ? `https://www.reddit.com${rawUrl}` : rawUrl)
  return {
    rawUrl,
    ...('url' in normal ? { url: normal.url } : { badUrl: normal.invalid }),
    score: finiteNumber(fields['score']),
    ...present('subreddit', fields['subreddit']),
    ...present('title', fields['title']),
    ...present('submission', fields['id']),
    ...present('date', isoDate(fields['created_utc'])),
    over18: fields['over_18'] === true,
  }
}

function present(name: string, value: Json | undefined): Meta {
  return value === undefined || value === null || value === '' ? {} : { [name]: value }
}

/** A number, or text that is one (dumps of 2008 to 2010 write numbers as text); else `null`. */
function finiteNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** Seconds since 1970 as ISO 8601. */
function isoDate(created: Json | undefined): string | undefined {
  const seconds = finiteNumber(created)
  // The years that `toISOString` writes with four digits.
  if (seconds === null || seconds < 0 || seconds >= 253_402_300_800) return undefined
  return new Date(seconds * 1000).toISOString()
}
