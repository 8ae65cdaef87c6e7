import type { ClusterGroup } from '../../model/stage.ts'
import { type PlanStep, stageOf } from '../../plan/plan.ts'
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
