import { z } from 'zod'
import { cutTokens, spansOf } from '../../dedup/cut-tokens.ts'
import { TokenReader } from '../../dedup/tokens.ts'
import { type Salt, Winnower } from '../../dedup/winnow.ts'
import type { Document } from '../../model/document.ts'
import { defineSpans } from '../../model/stage.ts'
import { loadTextHash, type TextHash } from '../../text/hash.ts'
import { asksOf } from './asks.ts'
import { againstParts } from './meeting.ts'
import { scopeOf } from './scope.ts'

const REASON = 'duplicate-substring'

let hash: TextHash['hash'] | undefined

/**
 * Takes out every token that lies in a run of at least `minTokens` tokens which is there earlier: in a document with a smaller id, or before
 * in the same one. None is missed, wherever such runs start and whatever is around them.
 *
 * Documents are read twice, and none is compared with another: first for the picks of their windows (see {@link Winnower}), then, where
 * a pick is there more than once, for the windows that have it.
 */
export const dedupSubstring = defineSpans({
  name: 'dedup-substring',
  revision: 2,
  description:
    'Takes out every run of tokens that stands elsewhere too, wherever it starts and ends, or the documents that have one.',
  options: z.strictObject({
    minTokens: z
      .int()
      .min(4)
      .max(10_000)
      .default(50)
      .describe(
        'Shorter runs are no repeats. Words; single letters in scripts without spaces. 50 as in Lee et al. 2021 and RefinedWeb, who count subwords: about 38 English words',
      ),
    within: z
      .string()
      .default('')
      .describe(
        'Runs meet within one value of this `meta` field; `domain` for the host of `meta.url`; empty: in all documents',
      ),
    keep: z
      .enum(['first', 'none'])
      .default('first')
      .describe('Whether the first of equal runs stays, in the document with the smallest id'),
    caseFold: z.boolean().default(true).describe('Whether runs that differ in case only are the same'),
    remove: z
      .enum(['span', 'document'])
      .default('span')
      .describe(
        'Whether the run goes, or the document that it is in; a document counts as earlier even where it goes itself',
      ),
    minRatio: z
      .number()
      .min(0)
      .max(1)
      .default(0)
      .describe('With `remove: document`: share of a document’s tokens from which repeats drop it, 0 to 1'),
    against: againstParts,
    minLeft: z
      .int()
      .min(1)
      .default(1)
      .describe(
        'A document of which a run was taken out is dropped with fewer tokens left. datatrove 0.10 drops below 50 words',
      ),
  }),
  keyOf: 'text',
  asks: ({ within }) => asksOf({ within }),
  against: (given) => given.against,
  specification: ({ minTokens, within, caseFold }) => JSON.stringify({ minTokens, within, caseFold }),
  reason: REASON,
  reasons: { [REASON]: 'the text stands elsewhere: too little was left, or repeats drop the document' },
  signals: {
    repeats: 'Repeated runs, where neighbouring ones count as one.',
    repeatedRatio: 'Share of the tokens that lie in them, 0 to 1.',
    removed: 'UTF-16 units taken out.',
  },
  async load() {
    hash ??= (await loadTextHash()).hash
  },
  repeats: ({ keep }) => ({ least: 2, count: 'occurrences', spareFirst: keep === 'first' }),
  narrow: ({ minTokens, caseFold, within }) => {
    const reader = new TokenReader({ caseFold })
    const winnower = new Winnower(minTokens)
    return (document) => winnower.picks(reader.read(document.text), saltOf(within, document))
  },
  parts: ({ minTokens, caseFold, within }) => {
    const reader = new TokenReader({ caseFold })
    const winnower = new Winnower(minTokens)
    return (document, shared) =>
      winnower.windows(reader.read(document.text), shared, saltOf(within, document))
  },
  without: ({ minTokens, caseFold, remove, minRatio, minLeft }) => {
    const reader = new TokenReader({ caseFold })
    return ({ text, meta }, numbers) => {
      if (numbers.length === 0) return [{ text, meta, signals: { repeats: 0, repeatedRatio: 0, removed: 0 } }]
      const tokens = reader.read(text)
      const spans = spansOf(numbers, minTokens)
      const repeated = spans.reduce((sum, [from, to]) => sum + to - from, 0)
      const signals = { repeats: spans.length, repeatedRatio: repeated / tokens.count, removed: 0 }
      if (remove === 'document') {
        if (signals.repeatedRatio < minRatio) return [{ text, meta, signals }]
        const detail = `${repeated} of its ${tokens.count} tokens stand elsewhere, in ${spans.length} runs`
        return { drop: REASON, detail, signals, over: { signal: 'repeatedRatio', most: minRatio } }
      }
      if (tokens.count - repeated < minLeft) {
        const detail = `${tokens.count - repeated} of its ${tokens.count} tokens were left; ${minLeft} are needed`
        return { drop: REASON, detail, signals }
      }
      const rest = cutTokens(text, tokens, spans)
      return [{ text: rest, meta, signals: { ...signals, removed: text.length - rest.length } }]
    }
  },
})

/** Sets the keys of one scope apart from those of others. */
function saltOf(within: string, document: Document): Salt {
  if (within === '') return { low: 0, high: 0 }
  if (hash === undefined) throw new Error('the text hash is not loaded: await load() first')
  const salt = hash(scopeOf(within, document))
  return { low: Number(BigInt.asIntN(32, salt)), high: Number(BigInt.asIntN(32, salt >> 32n)) }
}
