import { z } from 'zod'
import { chosenSketch, PRESET_NAMES } from '../../dedup/choice.ts'
import { checkSketchSpec, keysFor, specificationOf } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import { defineClusters } from '../../model/stage.ts'
import { asksOf } from './asks.ts'
import { meeting } from './meeting.ts'
import { ageOf, rankBy } from './rank.ts'
import { mixScope, scopeOf } from './scope.ts'

const options = z
  .strictObject({
    preset: z
      .enum(PRESET_NAMES)
      .default('default')
      .describe(
        'A published choice of shingles, bands, rows and threshold; the options below change single numbers of it. `default`: word 5-grams, 14 bands of 8 rows, threshold .8',
      ),
    unit: z
      .enum(['word', 'character', 'hashed-word'])
      .optional()
      .describe(
        'What shingles are made of: words (`\\w+` in lower case), characters, or hashed words as in Spark',
      ),
    ngram: z.int().min(1).max(256).optional().describe('Neighbouring units in a shingle'),
    bands: z.int().min(1).optional().describe('Keys of a document: one in common makes two candidates'),
    rows: z.int().min(1).optional().describe('Least hashes that make a key'),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Jaccard index of two sets of shingles from which on documents are near copies, 0 to 1'),
    verify: z
      .boolean()
      .default(true)
      .describe(
        'Whether candidates are compared; without it, every chain of candidates is a cluster, as in FineWeb',
      ),
    ...meeting,
    index: z
      .boolean()
      .default(false)
      .describe(
        'Whether the version keeps keys and shingles of all documents that came to this step, for `against` of later runs; about 1.5 times the size of the texts',
      ),
  })
  .superRefine((given, context) => {
    try {
      checkSketchSpec(chosenSketch(given).spec)
    } catch (error) {
      context.addIssue({ code: 'custom', path: ['bands'], message: (error as Error).message })
    }
  })

/**
 * Keeps one of each cluster of near copies: candidates by MinHash with bands, compared by the Jaccard index of their sets of shingles.
 *
 * A document with fewer words than a shingle meets nobody; `dedup-exact` finds its copies.
 */
export const dedupMinhash = defineClusters({
  name: 'dedup-minhash',
  revision: 3,
  description:
    'Keeps one of the documents that are near copies: candidates by MinHash, compared by exact Jaccard.',
  options,
  reason: 'near-duplicate',
  reasons: { 'near-duplicate': 'another document has nearly the same text' },
  keyOf: 'text',
  threshold: (given) => (given.verify ? chosenSketch(given).threshold : undefined),
  specification: (given) => `${specificationOf(chosenSketch(given).spec)}/within=${given.within}`,
  asks: asksOf,
  against: ({ against }) => against,
  indexed: ({ index }) => index,
  keys: (given) => keysFor(chosenSketch(given).spec),
  sketched(given) {
    const sketcher = new Sketcher(chosenSketch(given).spec)
    const rankOf = rankBy(given.prefer)
    return (document, signals) => {
      const keys = sketcher.bandKeys(document.text)
      if (keys.length === 0) return undefined
      const scope = scopeOf(given.within, document)
      if (scope !== '') mixScope(keys, scope)
      const level = given.olderWins === '' ? 0 : ageOf(document.meta[given.olderWins])
      return { keys, rank: rankOf(document, signals), level, scope }
    }
  },
  shingles(given) {
    const sketcher = new Sketcher(chosenSketch(given).spec)
    return ({ text }) => sketcher.shinglesInPlace(text)
  },
})
