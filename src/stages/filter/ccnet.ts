import { z } from 'zod'
import { readArpa } from '../../learn/ngram/arpa.ts'
import { TilthError } from '../../model/error.ts'
import { defineFilter, type Rule } from '../../model/stage.ts'
import { perplexityOf } from '../../rules/ccnet/perplexity.ts'
import { modelReader } from '../model-file.ts'

const SOURCE = 'Wenzek et al. 2020 (CCNet), section 3.4; cut-offs set by the recipe'
const PARTS = ['head', 'middle', 'tail'] as const

const options = z
  .strictObject({
    model: z
      .string()
      .default('')
      .describe(
        'Path of an n-gram language model in the ARPA text format, over words; a recipe must give it',
      ),
    headCutoff: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'Perplexity from which on a text is not in the head; CCNet takes the 30th percentile of a reference set',
      ),
    tailCutoff: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'Perplexity from which on a text is in the tail; CCNet takes the 60th percentile of a reference set',
      ),
    keep: z
      .array(z.enum(PARTS))
      .min(1)
      .default(['head', 'middle'])
      .describe('Parts that are kept: `head`, `middle`, `tail`; head and tail only with middle'),
  })
  .refine(({ headCutoff, tailCutoff }) => headCutoff <= tailCutoff, {
    path: ['headCutoff'],
    message: 'expected at most tailCutoff',
  })
  .refine(({ keep }) => keep.includes('middle') || !(keep.includes('head') && keep.includes('tail')), {
    path: ['keep'],
    message: 'expected parts that lie side by side',
  })

type Options = z.output<typeof options>

/**
 * CCNet's split into head, middle and tail by the perplexity of an n-gram model.
 *
 * Perplexity is that of its `DocLM`: lines are normalised and scored as sentences, and the result is rounded to one decimal.
 * The model is over words: CCNet's published ones are over SentencePiece pieces of a text glued into one line, and are KenLM
 * binaries, so their cut-offs do not fit. A text without perplexity is kept, as CCNet puts it in no part.
 */
export const ccnet = defineFilter({
  name: 'ccnet',
  revision: 1,
  description:
    'Parts texts into head, middle and tail by perplexity under an n-gram model, as CCNet, and keeps some.',
  options,
  reasons: {},
  files: (given) => {
    requireAll(given)
    return [given.model]
  },
  signals: {
    perplexity:
      '10 to the mean negative log10 probability of words and line ends, to one decimal; null for an empty text.',
    part: '0 in the head, 1 in the middle, 2 in the tail, by the cut-offs of the run; null for an empty text.',
    tokens: 'Words and line ends that perplexity is an average over.',
    unknownRatio: 'Share of words that the model does not know, 0 to 1; null without words.',
  },
  measure: (given, files) => {
    const model = given.model === '' ? undefined : arpaModel(given.model, files)
    return ({ text }) => {
      const found = model && perplexityOf(text, model)
      if (found === undefined) return { perplexity: null, part: null, tokens: null, unknownRatio: null }
      return { ...found, part: partOf(found.perplexity, given) }
    }
  },
  // The part is measured by the cut-offs.
  limitsMeasure: true,
  rules: ({ headCutoff, tailCutoff, keep }) => {
    const rules: Rule[] = []
    const below = { signal: 'perplexity', keep: 'below', source: SOURCE } as const
    const from = { signal: 'perplexity', keep: 'at-least', source: SOURCE } as const
    const head = { limit: headCutoff, option: 'headCutoff' }
    const tail = { limit: tailCutoff, option: 'tailCutoff' }
    if (!keep.includes('tail'))
      rules.push({ ...below, ...tail, reason: 'tail-perplexity', peerReason: 'tail' })
    if (!keep.includes('head'))
      rules.push({ ...from, ...head, reason: 'head-perplexity', peerReason: 'head' })
    if (!keep.includes('middle')) {
      const side = keep.includes('head') ? { ...below, ...head } : { ...from, ...tail }
      rules.push({ ...side, reason: 'middle-perplexity', peerReason: 'middle' })
    }
    return rules
  },
})

function partOf(perplexity: number, { headCutoff, tailCutoff }: Options): number {
  return perplexity < headCutoff ? 0 : perplexity < tailCutoff ? 1 : 2
}

/** There is no model and no cut-off that would do for any language: what a recipe leaves out is refused. */
function requireAll({ model, headCutoff, tailCutoff }: Options): void {
  const missing =
    model === '' ? 'model' : headCutoff <= 0 ? 'headCutoff' : tailCutoff <= 0 ? 'tailCutoff' : undefined
  if (missing === undefined) return
  throw new TilthError('recipe', `ccnet: ${missing} must be given`, {
    hint: 'model is the path of an ARPA file; the cut-offs are percentiles of the perplexity on texts of your choice',
  })
}

const arpaModel = modelReader(readArpa)
