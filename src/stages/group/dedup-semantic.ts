import { z } from 'zod'
import { unitVector } from '../../dedup/embedding.ts'
import { bandsFor, type HyperplaneSpec, Hyperplanes, MOST_PLANES } from '../../dedup/hyperplanes.ts'
import type { Document } from '../../model/document.ts'
import { defineClusters } from '../../model/stage.ts'
import { asksOf, fieldAsk } from './asks.ts'
import { meeting } from './meeting.ts'
import { ageOf, rankBy } from './rank.ts'
import { mixScope, scopeOf } from './scope.ts'

const options = z
  .strictObject({
    field: z
      .string()
      .min(1)
      .default('embedding')
      .describe('`meta` field that holds the embedding: an array of 1 to 8,192 numbers, of any length'),
    dimensions: z
      .int()
      .min(0)
      .max(8192)
      .default(0)
      .describe(
        'How many numbers an embedding must have; others count as none. 0: any, and only those with equally many meet',
      ),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .default(0.95)
      .describe(
        'Cosine of two embeddings from which on documents are near copies, 0 to 1. SemDeDup’s epsilon is 1 less this; what is right depends on the model and the data',
      ),
    recall: z
      .number()
      .min(0.5)
      .max(0.9999)
      .default(0.99)
      .describe(
        'Chance that two documents at the threshold are compared; nearer ones are more likely to be. Sets how many keys a document has',
      ),
    bits: z
      .int()
      .min(4)
      .max(32)
      .default(20)
      .describe(
        'Signs in a key. More: fewer documents are compared in vain, and more keys are needed. One more for each doubling of the documents beyond a million',
      ),
    ...meeting,
    index: z
      .boolean()
      .default(false)
      .describe(
        'Whether the version keeps keys and vectors of all documents that came to this step, for `against` of later runs; 8 bytes a number',
      ),
  })
  .superRefine((given, context) => {
    const { bands, bits } = specOf(given)
    if (bands * bits <= MOST_PLANES) return
    const message = `a recall of ${given.recall} at ${given.threshold} needs ${bands} keys of ${bits} signs, and ${MOST_PLANES} signs are the most: take fewer bits`
    context.addIssue({ code: 'custom', path: ['bits'], message })
  })

/**
 * Keeps one of each cluster of documents with nearly the same meaning: those whose embeddings, which a model elsewhere has made, point
 * the same way.
 *
 * As SemDeDup (Abbas et al. 2023, "SemDeDup: Data-efficient learning at web-scale through semantic deduplication") goes by the cosine
 * with a threshold of 1 - epsilon. It compares documents within clusters of k-means, and drops one that is that near to any which stands
 * before it in the order of the distance to the centroid, farthest first. Here random hyperplanes find candidates, so that there are no
 * borders between clusters, and the same documents give the same result on any machine; a cluster is a chain of near copies, of which the
 * preferred one stays. A document without an embedding that can be compared meets nobody and is kept; the signal `embedded` counts them.
 */
export const dedupSemantic = defineClusters({
  name: 'dedup-semantic',
  revision: 2,
  description:
    'Keeps one of the documents with nearly the same embedding, which a `meta` field holds: candidates by random hyperplanes, compared by exact cosine.',
  options,
  reason: 'semantic-duplicate',
  reasons: { 'semantic-duplicate': 'another document has nearly the same embedding' },
  keyOf: 'text',
  similarity: 'cosine',
  signals: {
    embedded:
      '1 for a document with an embedding; 0 where it is missing, has another length than `dimensions`, holds something else than finite numbers, or only zeros.',
  },
  measure: (given) => (document) => ({ embedded: vectorOf(given, document) === undefined ? 0 : 1 }),
  threshold: ({ threshold }) => threshold,
  specification(given) {
    const { bands, bits } = specOf(given)
    return `hyperplanes-1/${bands}x${bits}/${given.field}/dimensions=${given.dimensions}/within=${given.within}`
  },
  asks: (given) => [
    fieldAsk(
      given.field,
      'an embedding that can be compared',
      (document) => vectorOf(given, document) !== undefined,
    ),
    ...asksOf(given),
  ],
  against: ({ against }) => against,
  indexed: ({ index }) => index,
  keys: (given) => specOf(given).bands,
  sketched(given) {
    const planes = new Hyperplanes(specOf(given))
    const rankOf = rankBy(given.prefer)
    return (document, signals) => {
      const vector = vectorOf(given, document)
      if (vector === undefined) return undefined
      const keys = planes.keys(vector)
      const scope = scopeOf(given.within, document)
      if (scope !== '') mixScope(keys, scope)
      const level = given.olderWins === '' ? 0 : ageOf(document.meta[given.olderWins])
      return { keys, rank: rankOf(document, signals), level, scope }
    }
  },
  shingles: (given) => (document) => vectorOf(given, document) ?? new Float64Array(0),
})

type Options = z.output<typeof options>

function specOf({ threshold, recall, bits }: Pick<Options, 'threshold' | 'recall' | 'bits'>): HyperplaneSpec {
  return { bits, bands: bandsFor(threshold, bits, recall) }
}

function vectorOf(
  { field, dimensions }: Pick<Options, 'field' | 'dimensions'>,
  { meta }: Pick<Document, 'meta'>,
): Float64Array | undefined {
  const vector = unitVector(meta[field])
  return dimensions === 0 || vector?.length === dimensions ? vector : undefined
}
