import { z } from 'zod'
import { fewHeldOut, heldOutCounts } from '../../model/held-out.ts'
import { fitSource } from '../fit/fit-source.ts'
import { makeQuality } from '../fit/make-quality.ts'
import { defineMaker } from './makers.ts'

const sources = (what: string) =>
  z.array(z.string()).min(1).describe(`${what}: versions of the store, or files.`)

export const quality = defineMaker({
  name: 'quality',
  description: 'Fits a classifier that tells good texts from a crawl, as tilth fit quality does.',
  options: z.strictObject({
    positives: sources('Good texts'),
    negatives: sources('Unfiltered texts'),
    kind: z
      .enum(['spark', 'ngram'])
      .default('spark')
      .describe('What features are: counts of words, or of words and pairs of words.'),
    l2: z
      .number()
      .min(0)
      .optional()
      .describe('Penalty on squared weights; 1e-5, and 1e-6 for ngram, when left out.'),
    heldOutRatio: z
      .number()
      .positive()
      .max(0.9)
      .default(0.1)
      .describe('Share of the domains that is held out.'),
    seed: z.string().default('1').describe('Decides what is held out.'),
  }),
  async make(name, { positives, negatives, kind, l2, heldOutRatio, seed }, { store, bounds, progress }) {
    const found = (refs: readonly string[]) =>
      Promise.all(refs.map((ref) => fitSource(ref, store, {}, process.cwd())))
    const { artefact, metrics, upToDate } = await makeQuality(store, name, {
      positives: await found(positives),
      negatives: await found(negatives),
      settings: {
        spec: { kind, features: kind === 'spark' ? 1 << 18 : 1 << 20 },
        l2: l2 ?? (kind === 'spark' ? 1e-5 : 1e-6),
        standardise: false,
        classWeights: 'balanced',
        heldOutRatio,
        sampleRatio: 1,
        mostIterations: 100,
        patience: 5,
        seed,
      },
      progress,
      ...(bounds.workers === undefined ? {} : { workers: bounds.workers }),
    })
    const each = metrics.sources
      .filter(({ role, auc }) => role === 'positives' && auc !== null)
      .map((source) => `${source.name} ${source.auc?.toFixed(3)}`)
    return {
      ref: artefact.ref,
      kind: 'classifier',
      summary: `AUC ${metrics.auc === null ? 'not known' : metrics.auc.toFixed(3)} (${each.join(', ')})`,
      metrics: {
        auc: metrics.auc,
        heldOut: heldOutCounts(metrics.sources),
        brier: metrics.calibration.brier,
        sources: metrics.sources.map(({ name: source, role, documents, heldOut, auc }) => ({
          name: source,
          role,
          documents,
          heldOut,
          auc,
        })),
      },
      upToDate,
      warnings: [...metrics.warnings, ...fewHeldOut(metrics.sources)],
    }
  },
})
