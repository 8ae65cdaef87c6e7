import { makeTokenSet, tokenSetOptions } from '../tokens/make-token-set.ts'
import { makeMixture, mixtureOptions } from '../tokens/mix.ts'
import { defineMaker } from './makers.ts'

export const tokens = defineMaker({
  name: 'tokens',
  description: 'Makes the ids of the documents of a version, in an order by chance.',
  options: tokenSetOptions,
  async make(name, options, context) {
    const version = await context.store.open(options.of)
    const { artefact, set, upToDate } = await makeTokenSet(name, version, options, context)
    const perToken = (set.textBytes / set.tokens).toFixed(2)
    return {
      ref: artefact.ref,
      kind: 'tokens',
      summary: `${set.tokens.toLocaleString('en')} tokens of ${set.documents.toLocaleString('en')} documents, ${perToken} bytes a token`,
      metrics: { tokens: set.tokens, documents: set.documents, textBytes: set.textBytes },
      upToDate,
      warnings: [],
    }
  },
})

export const mixture = defineMaker({
  name: 'mixture',
  description: 'Makes a mixture of token sets: which sequence of which source comes when.',
  options: mixtureOptions,
  async make(name, options, context) {
    const { artefact, mixture: made, upToDate } = await makeMixture(name, options, context)
    const shares = made.sources.map(
      (source) => `${source.name} ${(100 * source.share).toFixed(1)} % (${source.epochs.toFixed(2)} epochs)`,
    )
    return {
      ref: artefact.ref,
      kind: 'mixture',
      summary: `${made.tokens.toLocaleString('en')} tokens: ${shares.join(', ')}`,
      metrics: {
        tokens: made.tokens,
        sequences: made.sequences,
        sources: made.sources.map((source) => ({ ...source })),
      },
      upToDate,
      warnings: made.warnings,
    }
  },
})
