import { z } from 'zod'
import { fewHeldOut, heldOutCounts } from '../../model/held-out.ts'
import { isReference } from '../../plan/parts.ts'
import type { Store } from '../../store/store.ts'
import { type FitSource, fitSource } from '../fit/fit-source.ts'
import { makeQuality } from '../fit/make-quality.ts'
import {
  DEFAULT_HELD_OUT,
  DEFAULT_ITERATIONS,
  DEFAULT_SEED,
  qualitySettings,
} from '../fit/quality-settings.ts'
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
      .default(DEFAULT_HELD_OUT)
      .describe('Share of the domains that is held out.'),
    sample: z
      .union([z.number().positive().max(1), z.string().regex(/^(?:100|\d{1,2}(?:\.\d+)?)%$/)])
      .default(1)
      .describe('Share of the negatives that is drawn by id: 0.1, or 10%.'),
    iterations: z
      .int()
      .min(1)
      .max(10_000)
      .default(DEFAULT_ITERATIONS)
      .describe('Steps of the search at most.'),
    seed: z.string().default(DEFAULT_SEED).describe('Decides what is held out and drawn.'),
  }),
  async check({ positives, negatives }, { store, cwd }) {
    await found(
      [...positives, ...negatives].filter((ref) => !isReference(ref)),
      store,
      cwd,
    )
  },
  async make(name, options, { store, bounds, progress }) {
    const { positives, negatives, l2, heldOutRatio, sample, iterations, kind, seed } = options
    const { artefact, metrics, upToDate } = await makeQuality(store, name, {
      positives: await found(positives, store, process.cwd()),
      negatives: await found(negatives, store, process.cwd()),
      settings: qualitySettings({
        kind,
        ...(l2 === undefined ? {} : { l2 }),
        heldOutRatio,
        sampleRatio: shareOf(sample),
        mostIterations: iterations,
        seed,
      }),
      progress,
      ...(bounds.workers === undefined ? {} : { workers: bounds.workers }),
      ...(bounds.signal === undefined ? {} : { signal: bounds.signal }),
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

async function found(refs: readonly string[], store: Store, cwd: string): Promise<readonly FitSource[]> {
  return await Promise.all(refs.map((ref) => fitSource(ref, store, {}, cwd)))
}

function shareOf(sample: number | string): number {
  return typeof sample === 'number' ? sample : Number(sample.slice(0, -1)) / 100
}
