import { z } from 'zod'
import { chosenSketch, PRESET_NAMES } from '../../dedup/choice.ts'
import { checkSketchSpec, specificationOf } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import { defineClusters } from '../../model/stage.ts'
import { ageOf, preference, rankBy } from './preference.ts'
import { scopeOf } from './scope.ts'

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
    prefer: preference,
    within: z
      .string()
      .default('')
      .describe(
        'Documents meet within one value of this `meta` field; `domain` for the host of `meta.url`; empty: all of them',
      ),
    olderWins: z
      .string()
      .default('')
      .describe(
        '`meta` field with the age of a document (a number, a date, or the name of a crawl, whose digits count): the older one survives, whatever `prefer` says, and no younger one links two older ones',
      ),
    against: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Versions in the store, such as `webtext` or `crawl@3`, whose documents stay: near copies of theirs go. They are not read again where they keep an index',
      ),
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
  revision: 1,
  description:
    'Keeps one of the documents that are near copies: candidates by MinHash, compared by exact Jaccard.',
  options,
  reason: 'near-duplicate',
  reasons: { 'near-duplicate': 'another document has nearly the same text' },
  keyOf: 'text',
  threshold: (given) => (given.verify ? chosenSketch(given).threshold : undefined),
  specification: (given) => `${specificationOf(chosenSketch(given).spec)}/within=${given.within}`,
  against: ({ against }) => against,
  indexed: ({ index }) => index,
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
    return ({ text }) => sketcher.shingles(text)
  },
})

/** Documents of different scopes share no key. */
function mixScope(keys: Uint32Array, scope: string): void {
  let low = 0x9e37_79b9
  let high = 0x85eb_ca6b
  for (let at = 0; at < scope.length; at++) {
    low = Math.imul(low ^ scope.charCodeAt(at), 0x0100_0193)
    high = Math.imul(high + scope.charCodeAt(at), 0xc2b2_ae35)
    high ^= high >>> 13
  }
  for (let at = 0; at < keys.length; at += 2) {
    keys[at] = (keys[at] ?? 0) ^ low
    keys[at + 1] = (keys[at + 1] ?? 0) ^ high
  }
}
