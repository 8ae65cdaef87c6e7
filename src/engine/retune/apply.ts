import { TilthError } from '../../model/error.ts'
import { type Plan, planOfRecord, stageOf } from '../../plan/plan.ts'
import type { Store } from '../../store/store.ts'
import type { Version } from '../../store/version.ts'
import type { RunOptions, RunResult } from '../engine.ts'
import { inputsOfVersion } from '../inputs.ts'
import { localEngine } from '../local/local.ts'
import { bindIndexes } from '../near-indexes.ts'
import { loadPlanStages } from '../own/load.ts'
import { bindSignals } from '../signal-sources.ts'

/**
 * Makes the version that a fresh run with other limits would make of the same inputs: the same plan, and so the same
 * content hash. Segments before the first changed step are taken from the store; from there on documents are run again,
 * those let back in among them, through every step that had not seen them.
 *
 * @throws TilthError `input` where an input is gone or has other bytes; `usage` where a stage has another revision now.
 */
export async function applyRetune(
  version: Version,
  plan: Plan,
  store: Store,
  options: Omit<RunOptions, 'sampleRatio' | 'expectedHashes'>,
): Promise<RunResult> {
  await loadPlanStages(plan)
  for (const step of plan.steps) {
    const { revision } = stageOf(step)
    if (revision === step.revision) continue
    throw new TilthError(
      'usage',
      `${version.ref}: ${step.name} was made by revision ${step.revision} of ${step.stage}, and this Tilth has ${revision}`,
      { hint: 'run the recipe again with --set' },
    )
  }
  const { inputs, sampleRatio } = version.manifest
  return localEngine.run(
    await bindIndexes(await bindSignals(plan, store), store),
    inputsOfVersion(plan, inputs),
    store,
    {
      ...options,
      earlier: planOfRecord(version.plan),
      sampleRatio,
      expectedHashes: new Map(inputs.map(({ uri, hash }) => [uri, hash])),
    },
  )
}
