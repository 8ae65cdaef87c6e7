import { z } from 'zod'
import { defineGroup } from '../../model/stage.ts'
import { normalText } from '../../text/normal.ts'
import { asksOf } from './asks.ts'
import { against, meeting } from './meeting.ts'
import { rankBy } from './rank.ts'
import { scopeOf } from './scope.ts'

/**
 * Keeps one of the documents whose text is the same but for Unicode composition and white space.
 *
 * A text without a character is no copy of another such text and stays: an empty page is for another
 * filter to name.
 */
export const dedupExact = defineGroup({
  name: 'dedup-exact',
  revision: 2,
  description: 'Keeps one of the documents with the same text after Unicode and white space are normalised.',
  options: z.strictObject({
    caseFold: z.boolean().default(false).describe('Whether texts that differ in case only are the same'),
    prefer: meeting.prefer,
    within: meeting.within,
    against,
  }),
  reason: 'duplicate',
  reasons: { duplicate: 'another document has the same text' },
  keyOf: 'text',
  asks: asksOf,
  against: (given) => given.against,
  specification: ({ caseFold, within }) => JSON.stringify({ caseFold, within }),
  keyed: ({ caseFold, prefer, within }) => {
    const rankOf = rankBy(prefer)
    return (document, signals) => {
      const text = normalText(document.text, { caseFold })
      if (text === '') return undefined
      const key = within === '' ? text : `${scopeOf(within, document)}\0${text}`
      return { key, rank: rankOf(document, signals) }
    }
  },
})
