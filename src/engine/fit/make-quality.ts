import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import { type Artefact, type ArtefactData, writeArtefact } from '../../store/artefact.ts'
import type { Store } from '../../store/store.ts'
import { fitQuality, type QualityFitOptions, qualityKey } from './fit-quality.ts'
import type { FitSource } from './fit-source.ts'
import type { QualityMetrics } from './quality-metrics.ts'

/** Kind of the artefact that a classifier of quality is. */
export const QUALITY_KIND = 'quality-classifier'

/** Name of the model's file in its artefact. */
export const QUALITY_FILE = 'quality.model'

/**
 * Fits a classifier of quality into the store, or gives the one that was fitted on the same data with the same settings.
 *
 * @throws TilthError what {@link fitQuality} throws; `usage` where two sources have one name; `busy`.
 */
export async function makeQuality(
  store: Store,
  name: string,
  options: QualityFitOptions,
): Promise<{ readonly artefact: Artefact; readonly metrics: QualityMetrics; readonly upToDate: boolean }> {
  const sources = [...options.positives, ...options.negatives]
  refuseTwice(sources)
  const { artefact, upToDate } = await writeArtefact(
    store,
    name,
    QUALITY_KIND,
    qualityKey(options),
    async (dir) => {
      const { model, metrics } = await fitQuality({ ...options, scratch: store.ensure('building') })
      writeFileSync(join(dir, QUALITY_FILE), model)
      return {
        data: dataOf(sources, metrics),
        options: options.settings as unknown as Record<string, Json>,
        metrics: metrics as unknown as Json,
      }
    },
  )
  return { artefact, metrics: artefact.manifest.metrics as unknown as QualityMetrics, upToDate }
}

/** Two sources of one name could not be told apart in what is reported, nor one that is on both sides be learnt from. */
export function refuseTwice(sources: readonly FitSource[]): void {
  const name = sources.map((source) => source.name).find((each, at, all) => all.indexOf(each) !== at)
  if (name === undefined) return
  throw new TilthError('usage', `${name}: two sources have this name`, {
    hint: 'give one another: OTHER=PATH',
  })
}

function dataOf(sources: readonly FitSource[], metrics: QualityMetrics): readonly ArtefactData[] {
  return sources.map(({ ref, hash }, at) => {
    const { role = '', documents = 0, bytes = 0 } = metrics.sources[at] ?? {}
    return { role, ref, hash, documents, bytes }
  })
}
