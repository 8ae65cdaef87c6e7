import { z } from 'zod'
import type { Document } from '../../model/document.ts'
import { defineGroup } from '../../model/stage.ts'
import { normalText } from '../../text/normal.ts'

/**
 * Keeps one of the documents whose text is the same but for Unicode composition and white space.
 *
 * A text without a character is no copy of another such text and stays: an empty page is for another
 * filter to name.
 */
export const dedupExact = defineGroup({
  name: 'dedup-exact',
  revision: 1,
  description: 'Keeps one of the documents with the same text after Unicode and white space are normalised.',
  options: z.strictObject({
    caseFold: z.boolean().default(false).describe('Whether texts that differ in case only are the same'),
    prefer: z
      .enum(['smallest-id', 'longest', 'highest-score', 'newest'])
      .default('smallest-id')
      .describe(
        'Which copy survives: the smallest id; the most characters before normalising; the highest `meta.link.score` or `meta.score`; the latest `meta.date`. Ties go to the smallest id',
      ),
  }),
  reason: 'duplicate',
  reasons: { duplicate: 'another document has the same text' },
  keyOf: 'text',
  keyed: ({ caseFold, prefer }) => {
    const rankOf = RANKS[prefer]
    return (document) => {
      const key = normalText(document.text, { caseFold })
      return key === '' ? undefined : { key, rank: rankOf(document) }
    }
  },
})

type Preference = 'smallest-id' | 'longest' | 'highest-score' | 'newest'

/** What makes one copy better than another; the highest wins. */
const RANKS: Readonly<Record<Preference, (document: Document) => number>> = {
  'smallest-id': () => 0,
  longest: ({ text }) => text.length,
  'highest-score': ({ meta }) => scoreOf(meta['link']) ?? scoreOf(meta) ?? Number.MIN_SAFE_INTEGER,
  newest: ({ meta }) => {
    const time = typeof meta['date'] === 'string' ? Date.parse(meta['date']) : Number.NaN
    return Number.isFinite(time) ? time : Number.MIN_SAFE_INTEGER
  },
}

function scoreOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('score' in value)) return undefined
  return typeof value.score === 'number' ? value.score : undefined
}
