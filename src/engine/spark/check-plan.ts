import { TilthError } from '../../model/error.ts'
import { type Plan, stageOf } from '../../plan/plan.ts'

/**
 * Refuses what the cluster cannot do yet, before anything runs.
 *
 * @throws TilthError `usage` that names the step.
 */
export function checkSparkPlan(plan: Plan): void {
  for (const step of plan.steps) {
    const stage = stageOf(step)
    const keeps = stage.kind === 'group' && stage.decides === 'clusters' && stage.indexed(step.options)
    const what =
      (step.indexes ?? []).length > 0
        ? 'comparing with other versions (`against`)'
        : step.imported !== undefined
          ? 'imported signals'
          : keeps
            ? 'keeping an index of near copies'
            : undefined
    if (what === undefined) continue
    throw new TilthError('usage', `steps.${step.name}: --engine spark does not do this yet: ${what}`, {
      hint: 'run the recipe on this machine: leave --engine out',
    })
  }
}
