import { contentKey } from '../../plan/canonical.ts'
import { type Plan, type PlanStep, preferredInputs, stepKey, stepRecords } from '../../plan/plan.ts'
import type { ExchangeSegment, IndexSegment, MapSegment, Segment } from '../../plan/segments.ts'
import { textRuntime } from '../text-runtime.ts'
import { samplesGroups } from './context.ts'

/** The step of the exchange that a segment brings keys to; `undefined` for the last. */
export function stepInto(plan: Plan, segment: MapSegment | IndexSegment): PlanStep | undefined {
  const exchange = segment.into === undefined ? undefined : plan.segments[segment.into]
  return exchange?.kind === 'exchange' ? plan.steps[exchange.step] : undefined
}

/**
 * All of a segment that decides its results, apart from what it reads.
 *
 * @param format of the results: older ones are never misread.
 */
export function segmentSpec(
  plan: Plan,
  index: number,
  segment: Exclude<Segment, ExchangeSegment>,
  { format, sampleRatio }: { readonly format: number | string; readonly sampleRatio: number },
): string {
  const behind =
    segment.kind === 'map' && segment.source.kind !== 'inputs'
      ? plan.segments[segment.source.exchange]
      : undefined
  const steps =
    segment.kind === 'index' ? [] : segment.steps.flatMap((step) => plan.steps[step] ?? []).map(stepKey)
  const rules = stepRecords(plan).filter((record) => steps.some((step) => step.name === record.name))
  return contentKey({
    format,
    kind: segment.kind,
    name: segment.kind === 'index' ? segment.input : undefined,
    steps,
    rules: rules.map((record) => record.rules),
    into: stepInto(plan, segment),
    behind: behind?.kind === 'exchange' ? plan.steps[behind.step] : undefined,
    keepDropped: plan.keepDropped,
    ...(sampleRatio < 1 && index === 0 ? { sampleRatio, groups: samplesGroups(plan), seed: plan.seed } : {}),
    ...textRuntime(),
  })
}

/** The name of its input is part of a unit where the group behind it prefers by it. */
export function namedInput(
  plan: Plan,
  segment: MapSegment | IndexSegment,
  name: string,
): { readonly named?: string } {
  const into = stepInto(plan, segment)
  return into === undefined || preferredInputs(into) === undefined ? {} : { named: name }
}

/** The steps of a map segment, for whoever follows a run. */
export function namesOf(plan: Plan, segment: MapSegment): string {
  const names = segment.steps.map((step) => plan.steps[step]?.name)
  return names.length === 0 ? 'rows' : names.join(', ')
}
