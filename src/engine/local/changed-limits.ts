import type { Filter, Rule } from '../../model/stage.ts'
import { canonicalJson } from '../../plan/canonical.ts'
import { type Plan, type PlanStep, stageOf, stepKey } from '../../plan/plan.ts'
import type { MapSegment } from '../../plan/segments.ts'

/** A step of a segment, as the decisions over stored signals see it. */
export interface DecidedStep {
  readonly name: string
  readonly kind: PlanStep['kind']
  /** Rules that decide now; none where the step is no filter. */
  readonly rules: readonly Rule[]
  /** Whether other rules decided before. */
  readonly isChanged: boolean
  /** Whether its verdicts say more of a text than numbers: then the text is needed. */
  readonly hasDetail: boolean
  /** Names of what it measures. */
  readonly signals: readonly string[]
}

/** A segment whose earlier results can be decided again: only limits differ, and steps behind the last. */
export interface ChangedLimits {
  /** Steps that the earlier segment has, in order. */
  readonly steps: readonly DecidedStep[]
  /** Whether steps follow that the earlier segment does not have. */
  readonly isLonger: boolean
}

/** What differs between the same segment of two plans; `undefined` where it is more than limits and last steps. */
export function changedLimits(plan: Plan, earlier: Plan, index: number): ChangedLimits | undefined {
  const now = mapSegment(plan, index)
  const before = mapSegment(earlier, index)
  if (now === undefined || before === undefined || plan.keepDropped !== earlier.keepDropped) return undefined
  const steps = stepsOf(plan, now)
  const old = stepsOf(earlier, before)
  if (steps.length < old.length) return undefined
  const decided: DecidedStep[] = []
  for (const [at, step] of old.entries()) {
    const next = steps[at]
    if (next === undefined || !differInLimits(step, next)) return undefined
    const stage = stageOf(next)
    const rules = stage.kind === 'filter' ? stage.rules(next.options) : []
    decided.push({
      name: next.name,
      kind: next.kind,
      rules,
      isChanged: stage.kind === 'filter' && !isEqual(rules, (stageOf(step) as Filter).rules(step.options)),
      hasDetail: stage.kind === 'filter' && stage.detail !== undefined,
      signals: 'signals' in stage ? Object.keys(stage.signals ?? {}) : [],
    })
  }
  return { steps: decided, isLonger: steps.length > old.length }
}

/** Whether two steps measure the same: they are equal, or filters with other limits that no measuring looks at. */
function differInLimits(before: PlanStep, after: PlanStep): boolean {
  const [a, b] = [stepKey(before), stepKey(after)]
  if (isEqual(a, b)) return true
  if (!isEqual({ ...a, options: {} }, { ...b, options: {} })) return false
  const [old, now] = [stageOf(before), stageOf(after)]
  if (old.kind !== 'filter' || now.kind !== 'filter') return false
  // A user's own module may look at any option while it measures, unless it says that it does not.
  if (now.limitsMeasure ?? after.code?.language === 'javascript') return false
  if (!isEqual(Object.keys(old.signals), Object.keys(now.signals))) return false
  const limits = new Set(
    [...old.rules(before.options), ...now.rules(after.options)].map(({ option }) => option?.split('.')[0]),
  )
  const options = new Set([...Object.keys(a.options), ...Object.keys(b.options)])
  return [...options].every((name) => limits.has(name) || isEqual(a.options[name], b.options[name]))
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}

function mapSegment(plan: Plan, index: number): MapSegment | undefined {
  const segment = plan.segments[index]
  return segment?.kind === 'map' ? segment : undefined
}

function stepsOf(plan: Plan, segment: MapSegment): readonly PlanStep[] {
  return segment.steps.flatMap((step) => plan.steps[step] ?? [])
}
