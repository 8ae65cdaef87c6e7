import { z } from 'zod'
import { defineFilter } from '../../model/stage.ts'

/** Drops links that too few readers found worth a vote. */
export const minScore = defineFilter({
  name: 'min-score',
  revision: 1,
  description: 'Drops links whose score (karma) is below a limit.',
  options: z.strictObject({
    minScore: z.int().default(3).describe('Least score (up votes less down votes) of a link that is kept'),
  }),
  reasons: {},
  signals: {
    hasScore: '1 where the link has a score, else 0.',
    score: "The link's score: up votes less down votes; null where it has none.",
  },
  measure: () => (document) => {
    const score = document.meta['score']
    return typeof score === 'number' ? { hasScore: 1, score } : { hasScore: 0, score: null }
  },
  rules: ({ minScore }) => [
    {
      signal: 'hasScore',
      keep: 'at-least',
      limit: 1,
      reason: 'no-score',
      source: 'ours: a link nobody can be shown to have voted for is not known to be wanted',
    },
    {
      signal: 'score',
      keep: 'at-least',
      limit: minScore,
      option: 'minScore',
      reason: 'below-min-score',
      source: 'Radford et al. 2019 (GPT-2), section 2.1: at least 3 karma',
    },
  ],
})
