import { z } from 'zod'
import { defineGroup } from '../../model/stage.ts'
import { urlKey } from '../../text/url.ts'

/** Of all links to one page, the one with the highest score; see {@link urlKey} for what is one page. */
export const bestPost = defineGroup({
  name: 'best-post',
  revision: 1,
  description: 'Keeps one link for each page: the one with the highest score.',
  options: z.strictObject({
    by: z
      .enum(['url', 'rawUrl'])
      .default('url')
      .describe(
        'What makes two links the same page: the normalised URL (http or https), or the URL as found',
      ),
  }),
  reason: 'duplicate-url',
  reasons: {
    'duplicate-url': 'another link to the same page has a higher score, or the same and a smaller id',
  },
  keyOf: 'meta',
  keyed:
    ({ by }) =>
    ({ meta }) => {
      const url = meta[by]
      if (typeof url !== 'string') return undefined
      const score = meta['score']
      return {
        key: by === 'url' ? urlKey(url) : url,
        rank: typeof score === 'number' ? score : Number.MIN_SAFE_INTEGER,
      }
    },
})
