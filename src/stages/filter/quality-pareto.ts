import { z } from 'zod'
import { defineFilter, type Rule, type Signals } from '../../model/stage.ts'
import { loadTextHash, type TextHash } from '../../text/hash.ts'

const SOURCE = 'Brown et al. 2020 (GPT-3), appendix A: kept where a Pareto draw of shape 9 is above 1 - score'

/** Largest alpha that can be asked for: at a score of .9 it keeps one document in ten thousand. */
const MOST_ALPHA = 100
/** The signal `alpha` of a document that is kept at every alpha. */
const ALWAYS = 2 * MOST_ALPHA

const options = z.strictObject({
  of: z
    .string()
    .default('')
    .describe(
      'The score, as STEP.SIGNAL, from 0 to 1; left out: the only signal of the step before, or `quality` where it has several',
    ),
  mode: z
    .enum(['pareto', 'threshold'])
    .default('pareto')
    .describe(
      '`pareto`: by chance, the more likely the higher the score. `threshold`: all from a score on. For the best share of the documents, run with `threshold: 0`, ask `tilth fit threshold VERSION --top 10%`, and give that number to `tilth retune --apply`',
    ),
  alpha: z
    .number()
    .positive()
    .max(MOST_ALPHA)
    .default(9)
    .describe(
      'Shape of the Pareto distribution: a document is kept with the chance (2 - score) to the minus alpha; `tilth fit alpha` finds one',
    ),
  threshold: z.number().default(0.5).describe('With `threshold`: the least score that is kept'),
  seed: z.int().min(0).default(1).describe('Decides the draws, with the document ids'),
})

type Options = z.output<typeof options>

let hash: TextHash | undefined

/**
 * Keeps documents by chance, the better the likelier, as GPT-3 chose from Common Crawl: so that what a classifier
 * scores low is still seen sometimes.
 *
 * A draw of NumPy's `pareto(alpha)` is above `1 - score` with the chance `(2 - score)^-alpha`. From `u`, the chance of (seed, id), it is
 * `u^(-1/alpha) - 1`. So a document is kept at every alpha below `-ln u / ln(2 - score)`; that number is the signal `alpha`, and
 * another alpha is another limit over what is stored. A document without a score is kept.
 */
export const qualityPareto = defineFilter({
  name: 'quality-pareto',
  revision: 1,
  description:
    'Keeps documents by chance, the higher their quality score the likelier, as GPT-3; or from a score on.',
  options,
  reasons: {},
  load: async () => {
    hash ??= await loadTextHash()
  },
  signals: {
    score: 'As the signal that `of` names stood at this step.',
    chance: 'What the id drew under the seed, 0 to 1.',
    alpha: `The alpha below which the document is kept, given its score and its chance; at most ${ALWAYS}.`,
  },
  // The engine hands on what earlier steps measured: a stage sees the text alone.
  measure: () => () => ({}),
  rules: ({ mode, alpha, threshold }): readonly Rule[] =>
    mode === 'pareto'
      ? [
          {
            signal: 'alpha',
            keep: 'above',
            limit: alpha,
            option: 'alpha',
            reason: 'not-drawn',
            source: SOURCE,
          },
        ]
      : [
          {
            signal: 'score',
            keep: 'at-least',
            limit: threshold,
            option: 'threshold',
            reason: 'low-quality',
            source: 'set by the recipe',
          },
        ],
})

/** What the filter measures of a document, given its score. To be called once the stage is loaded. */
export function paretoSignals({
  seed,
}: Pick<Options, 'seed'>): (id: string, score: number | null) => Signals {
  const loaded = hash
  if (loaded === undefined) throw new Error('quality-pareto is not loaded: await load() first')
  // Apart from the draws of other steps under the same seed.
  const drawing = `${seed}:quality-pareto`
  return (id, score) => {
    if (score === null) return { score, chance: null, alpha: null }
    const chance = loaded.chance(drawing, id)
    const highest = score >= 1 ? ALWAYS : -Math.log(chance) / Math.log1p(1 - score)
    return { score, chance, alpha: Math.min(ALWAYS, highest) }
  }
}
