import type { Compare } from '../../dedup/clusters.ts'
import { cosine } from '../../dedup/embedding.ts'
import type { FoundIn } from '../../model/document.ts'
import type { ClusterGroup, Sketched } from '../../model/stage.ts'
import { type PlanStep, stageOf } from '../../plan/plan.ts'
import type { Moving } from '../flow.ts'
import type { TaskContext } from './context.ts'

/** The stage of a step that decides clusters, with its options. */
export function clusterStage(
  context: TaskContext,
  index: number,
): { readonly stage: ClusterGroup; readonly options: PlanStep['options'] } {
  const step = context.plan.steps[index]
  const stage = step && stageOf(step)
  if (step === undefined || stage?.kind !== 'group' || stage.decides !== 'clusters')
    throw new Error(`step ${index} decides no clusters`)
  return { stage, options: step.options }
}

/** What is compared of a row that brought keys to a group, and what decides which of its cluster stays. */
export interface ComparedRow extends Pick<Sketched, 'rank' | 'level' | 'scope'> {
  readonly shingles: Float64Array
}

const NO_SHINGLES = new Float64Array(0)

/** Reads rows again that brought keys to a group, for what they are compared by. */
export function comparedRows(
  context: TaskContext,
  index: number,
): (row: Moving, source: FoundIn) => ComparedRow {
  const { stage, options } = clusterStage(context, index)
  const sketched = stage.sketched(options)
  const shinglesOf = stage.threshold(options) === undefined ? () => NO_SHINGLES : stage.shingles(options)
  return ({ id, text, meta, record, signals }, source) => {
    const document = { id, text, meta, origin: { ...source, record } }
    const sketch = sketched(document, signals)
    if (sketch === undefined) throw new Error(`${id}: brought keys, and now brings none`)
    const { rank, level, scope } = sketch
    return { rank, level, scope, shingles: shinglesOf(document) }
  }
}

/** Own comparisons; Jaccard's index is left out, as large buckets are then as exact as small ones. */
const COMPARE: Readonly<Partial<Record<NonNullable<ClusterGroup['similarity']>, Compare>>> = { cosine }

/** How near two documents of a group are, where that is not Jaccard's index. */
export function compareOf({ similarity = 'jaccard' }: ClusterGroup): Compare | undefined {
  return COMPARE[similarity]
}
