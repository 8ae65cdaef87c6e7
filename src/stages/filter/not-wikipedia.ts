import { z } from 'zod'
import { defineFilter } from '../../model/stage.ts'
import { isUnder } from '../../text/url.ts'

const WIKIPEDIA: ReadonlySet<string> = new Set(['wikipedia.org'])

/**
 * Drops pages of Wikipedia, in every language and on its mobile hosts.
 *
 * Wikipedia is a source of many evaluation sets and of other training sets, so GPT-2 left it out. Copies
 * of its articles on other hosts stay, as in the paper.
 */
export const notWikipedia = defineFilter({
  name: 'not-wikipedia',
  revision: 1,
  description: 'Drops pages of Wikipedia, in every language.',
  options: z.strictObject({}),
  reasons: {},
  signals: { wikipedia: '1 where the page is on a host of wikipedia.org, else 0; null without a URL.' },
  measure: () => (document) => {
    const url = typeof document.meta['url'] === 'string' ? URL.parse(document.meta['url']) : null
    return { wikipedia: url === null ? null : Number(isUnder(url.hostname, WIKIPEDIA)) }
  },
  rules: () => [
    {
      signal: 'wikipedia',
      keep: 'at-most',
      limit: 0,
      reason: 'wikipedia',
      source: 'Radford et al. 2019 (GPT-2), section 2.1: all Wikipedia documents removed',
    },
  ],
})
