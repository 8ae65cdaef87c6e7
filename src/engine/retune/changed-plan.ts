import { parseDocument } from 'yaml'
import type { Json } from '../../model/document.ts'
import { nearest, TilthError } from '../../model/error.ts'
import type { Filter, Rule } from '../../model/stage.ts'
import type { PlanStepRecord } from '../../model/version.ts'
import { type Plan, type PlanStep, planOfRecord, stageOf } from '../../plan/plan.ts'
import { cut } from '../../plan/segments.ts'
import type { ImportedSignals } from '../../store/imported-signals.ts'
import type { Version } from '../../store/version.ts'

import { isImportedLimit, withImportedLimit } from './imported-limit.ts'

/** A filter whose limits were changed. */
export interface ChangedStep {
  readonly name: string
  /** Rules as they decided in the version, and as they would decide. */
  readonly before: readonly Rule[]
  readonly after: readonly Rule[]
}

/** The plan of a version with other limits. */
export interface ChangedPlan {
  readonly plan: Plan
  /** In the order of the plan. */
  readonly changed: readonly ChangedStep[]
  /** Imported signals that the version was made without, and that steps behind its last take now. */
  readonly imported: readonly ImportedSignals[]
}

/**
 * Applies `steps.NAME.OPTION=value` to the plan of a version, and `signals.NAME.COLUMN>=value` as a limit of the step that
 * takes these imported signals. Only limits of filters can be changed: all else would change what was measured.
 *
 * @throws TilthError `usage` or `not-found`, saying which steps or options there are.
 */
export function changePlan(version: Version, assignments: readonly string[]): ChangedPlan {
  if (assignments.length === 0) {
    throw new TilthError('usage', 'no limit is changed', { hint: '--set steps.NAME.OPTION=value' })
  }
  const old = planOfRecord(version.plan)
  const imported = new Map<string, ImportedSignals>()
  let steps = old.steps
  for (const assignment of assignments) {
    if (isImportedLimit(assignment)) {
      const { plan, added } = withImportedLimit(version, { ...old, steps }, assignment)
      steps = plan.steps
      if (added !== undefined) imported.set(added.name, added)
      continue
    }
    const { step: name, option, value } = parsed(assignment)
    const step = filterNamed(name, version, assignment)
    const current = steps.find((each) => each.name === step.name) ?? step
    const next = withOption(current, option, value, assignment)
    steps = steps.map((each) => (each.name === next.name ? next : each))
  }
  const changed = steps.flatMap((step): ChangedStep[] => {
    const record = recordOf(version, step.name)
    if (step.kind !== 'filter') return []
    if (record === undefined) return [{ name: step.name, before: [], after: rulesOf(step) }]
    if (JSON.stringify(step.options) === JSON.stringify(record.options)) return []
    return [{ name: step.name, before: record.rules, after: rulesOf(step) }]
  })
  if (changed.length === 0) {
    throw new TilthError('usage', `${assignments.join(', ')}: ${version.ref} was made with these values`)
  }
  return {
    plan: { ...old, steps, segments: cut(steps, old.from) },
    changed,
    imported: [...imported.values()],
  }
}

function parsed(assignment: string): {
  readonly step: string
  readonly option: string
  readonly value: unknown
} {
  const match = /^steps\.([^.=]+)\.([^=]+)=(.*)$/s.exec(assignment)
  if (match === null) {
    throw new TilthError('usage', `--set ${assignment}: expected steps.NAME.OPTION=value`)
  }
  const [, step = '', option = '', text = ''] = match
  return { step, option, value: parseDocument(text).toJS() as unknown }
}

function filterNamed(name: string, version: Version, assignment: string): PlanStep {
  const plan = planOfRecord(version.plan)
  const filters = plan.steps.filter((step) => step.kind === 'filter').map((step) => step.name)
  const has =
    filters.length === 0
      ? `${version.ref} has no filters`
      : `the filters of ${version.ref} are ${filters.join(', ')}`
  const step = plan.steps.find((each) => each.name === name)
  if (step === undefined) {
    const guess = nearest(name, filters)
    throw new TilthError('not-found', `--set ${assignment}: ${version.ref} has no step ${name}`, {
      hint: guess === undefined ? has : `did you mean ${guess}? ${has}`,
    })
  }
  if (step.kind !== 'filter') {
    throw new TilthError(
      'usage',
      `--set ${assignment}: ${name} is no filter but a ${step.kind} step, and has no limits over signals`,
      { hint: has },
    )
  }
  if (stageOf(step).revision !== step.revision) {
    throw new TilthError(
      'usage',
      `--set ${assignment}: the signals of ${name} are those of revision ${step.revision} of ${step.stage}, and this Tilth has ${stageOf(step).revision}`,
      { hint: 'run the recipe again, and retune its new version' },
    )
  }
  return step
}

function withOption(step: PlanStep, option: string, value: unknown, assignment: string): PlanStep {
  const stage = stageOf(step)
  const [name = '', ...path] = option.split('.')
  const key = path.join('.')
  const before = step.options[name]
  const given = key === '' ? value : { ...(isRecord(before) ? before : {}), [key]: value }
  const result = stage.options.safeParse({ ...step.options, [name]: given })
  const limits = limitsOf(step)
  const has = `the limits of ${step.name} are ${limits.map((each) => `${each} (${shown(valueAt(step, each))})`).join(', ')}`
  const issue = result.error?.issues[0]
  if (!result.success) {
    const unknown = issue?.code === 'unrecognized_keys'
    const guess = unknown ? nearest(option, limits) : undefined
    const what = unknown ? `${step.stage} has no option ${option}` : (issue?.message ?? 'not a value of it')
    throw new TilthError(unknown ? 'not-found' : 'usage', `--set ${assignment}: ${what}`, {
      hint: guess === undefined ? has : `did you mean ${guess}? ${has}`,
    })
  }
  const parsedOptions = result.data as PlanStep['options']
  const next = { ...step, options: { ...step.options, [name]: parsedOptions[name] as Json } }
  const isLimit = [...limits, ...limitsOf(next)].some(
    (each) => each === option || each.startsWith(`${option}.`),
  )
  const unmeasured = signalsOf(next).find((signal) => !signalsOf(step).includes(signal))
  if (!isLimit || unmeasured !== undefined) {
    throw new TilthError(
      'usage',
      `--set ${assignment}: ${option} is no limit over a stored signal, and changes what is measured`,
      { hint: `${has}; for another ${option}, run the recipe again` },
    )
  }
  return next
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function valueAt({ options }: PlanStep, option: string): Json | undefined {
  const [name = '', ...path] = option.split('.')
  const value = options[name]
  return path.length > 0 && isRecord(value) ? value[path.join('.')] : value
}

function signalsOf(step: PlanStep): readonly string[] {
  return Object.keys((stageOf(step) as Filter).signals)
}

/** Options that set a limit of a rule. */
function limitsOf(step: PlanStep): readonly string[] {
  return [...new Set(rulesOf(step).flatMap((rule) => rule.option ?? []))]
}

function rulesOf(step: PlanStep): readonly Rule[] {
  return (stageOf(step) as Filter).rules(step.options)
}

function recordOf(version: Version, name: string): PlanStepRecord | undefined {
  return version.plan.steps.find((record) => record.name === name)
}

function shown(value: Json | undefined): string {
  return value === undefined ? 'not set' : JSON.stringify(value)
}
