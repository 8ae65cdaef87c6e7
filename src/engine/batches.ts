import type { Document } from '../model/document.ts'
import type { Annotate, BatchMeasure, Fail, Filter, Signals, StageFiles } from '../model/stage.ts'
import type { PlanStep } from '../plan/plan.ts'
import type { ScriptOptions } from '../stages/script.ts'
import { scriptOf } from './own/thread-scripts.ts'

/** What is asked for the signals of documents some at a time, while the documents wait. */
export interface Batches {
  readonly most: { readonly documents: number; readonly bytes: number }
  /** Signals of each document, in order, or why there are none. What it throws ends the run. */
  measure(documents: readonly Document[]): Promise<readonly (Signals | Fail)[]>
}

const MAX_DETAIL = 300

/** A user's script. A wrong answer of it ends the run: the same script would give it again. */
export function scriptBatches(step: PlanStep): Batches {
  const { batchDocuments, batchBytes } = step.options as unknown as ScriptOptions
  const script = scriptOf(step)
  return {
    most: { documents: batchDocuments, bytes: batchBytes },
    measure: (documents) => script.measure(documents),
  }
}

/** A stage that measures in batches, as it was made for its options and files. */
export function stageBatches({ documents: most, bytes, measure }: BatchMeasure): Batches {
  const ask = async (documents: readonly Document[]): Promise<readonly (Signals | Fail)[]> => {
    try {
      const signals = await measure(documents)
      if (signals.length === documents.length) return signals
      throw new Error(`gave signals of ${signals.length} documents for ${documents.length}`)
    } catch (error) {
      const [only, ...others] = documents
      if (only === undefined) return []
      if (others.length === 0) return [crash(error)]
      // One by one, so that the document at which it fails is the only one that does.
      const each: (Signals | Fail)[] = []
      for (const document of documents) each.push(...(await ask([document])))
      return each
    }
  }
  return { most: { documents: most, bytes }, measure: ask }
}

/** A stage's measuring, whichever way it does it, for whoever asks it outside of a plan. */
export async function measuring(
  stage: Filter | Annotate,
  options: unknown,
  files: StageFiles,
): Promise<(documents: readonly Document[]) => Promise<readonly Signals[]>> {
  await stage.load?.(options)
  const batch = await stage.measureBatch?.(options, files)
  if (batch === undefined) {
    const measure = stage.measure(options, files)
    return (documents) => Promise.resolve(documents.map((document) => measure(document)))
  }
  return async (documents) => {
    const all: Signals[] = []
    for (let at = 0; at < documents.length; at += batch.documents)
      all.push(...(await batch.measure(documents.slice(at, at + batch.documents))))
    return all
  }
}

/** Reason of a record or document at which a stage threw, or ended its process. */
export const CRASHED = 'stage-crashed'

/**
 * One document that crashes a stage must not cost the run: it becomes a failed row, and the recipe's
 * `maxFailureRatio` stops a stage that crashes often.
 */
export function crash(error: unknown): Fail {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return { fail: CRASHED, detail: `${name}: ${message}`.slice(0, MAX_DETAIL) }
}
