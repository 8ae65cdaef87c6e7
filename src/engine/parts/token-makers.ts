import { TilthError } from '../../model/error.ts'
import { isReference } from '../../plan/parts.ts'
import { makeTokenSet, separatorOf, tokenSetOptions } from '../tokens/make-token-set.ts'
import { gpt3Weight, makeMixture, mixtureOptions } from '../tokens/mix.ts'
import { openTokenSet } from '../tokens/token-set.ts'
import { tokenizerOf } from '../tokens/tokenizer-of.ts'
import { defineMaker } from './makers.ts'

export const tokens = defineMaker({
  name: 'tokens',
  description: 'Makes the ids of the documents of a version, in an order by chance.',
  options: tokenSetOptions,
  async check(options, { store }) {
    try {
      tokenizerOf(options.encoding)
      separatorOf(options)
    } catch (cause) {
      if (!(cause instanceof TilthError)) throw cause
      const { code, message, hint } = cause
      // What loads an encoding knows the option of a command, not that of a part.
      throw new TilthError(code, message.replace('--encoding ', 'encoding: '), {
        ...(hint === undefined ? {} : { hint }),
        cause,
      })
    }
    if (!isReference(options.of)) await store.open(options.of)
  },
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
  async check({ sources, preset }, { store }) {
    for (const { of, name, weight } of sources) {
      if (!isReference(of)) openTokenSet(store, of)
      // What a part makes has the part's name.
      const called = name ?? of.replace(/^part:/, '').replace(/@.*$/, '')
      if (preset !== undefined && weight === undefined) gpt3Weight(called)
    }
  },
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
