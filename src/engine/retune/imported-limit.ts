import type { Json } from '../../model/document.ts'
import { nearest, TilthError } from '../../model/error.ts'
import type { Plan, PlanStep } from '../../plan/plan.ts'
import { importedSignals as importedStage } from '../../stages/filter/imported-signals.ts'
import { LIMIT_OPTIONS } from '../../stages/limits.ts'
import { type ImportedSignals, importedSignals } from '../../store/imported-signals.ts'
import type { Version } from '../../store/version.ts'
import { planImport } from '../signal-sources.ts'

/** A plan with a limit over imported signals, and the import where the version was made without it. */
export interface ImportedLimit {
  readonly plan: Plan
  readonly added: ImportedSignals | undefined
}

const SIGNS = { '>=': 'min', '<=': 'max', '>': 'above', '<': 'below' } as const satisfies Record<
  string,
  keyof typeof LIMIT_OPTIONS
>

/** Whether an assignment is a limit over imported signals. */
export function isImportedLimit(assignment: string): boolean {
  return assignment.startsWith('signals.')
}

/**
 * Takes a limit such as `signals.toxicity.score<=0.2` into a plan: into the step that takes these signals, or into a new
 * one behind the last, named after the import.
 *
 * @throws TilthError `usage` or `not-found`, saying which signals there are.
 */
export function withImportedLimit(version: Version, plan: Plan, assignment: string): ImportedLimit {
  const match = /^signals\.([^.<>=]+)\.([^<>=]+)(>=|<=|>|<)(.+)$/.exec(assignment)
  const [, name = '', signal = '', sign = '', text = ''] = match ?? []
  const limit = text.trim() === '' ? Number.NaN : Number(text)
  if (match === null || !Number.isFinite(limit)) {
    throw new TilthError('usage', `--set ${assignment}: expected a limit such as signals.NAME.COLUMN>=0.5`)
  }
  const imports = importedSignals(version)
  const taking = plan.steps.filter((step) => step.imported !== undefined)
  const known = [
    ...imports.map((each) => ({ name: each.name, columns: each.columns })),
    ...taking.map((step) => ({ name: step.name, columns: step.imported?.columns ?? [] })),
  ]
  if (!known.some((each) => each.name === name && each.columns.includes(signal))) {
    throw unknown(version, assignment, `${name}.${signal}`, known)
  }
  const option = SIGNS[sign as keyof typeof SIGNS]
  const old = taking.find((step) => step.name === name)
  if (old !== undefined) {
    const next = withLimit(old, option, signal, limit)
    return {
      plan: { ...plan, steps: plan.steps.map((step) => (step === old ? next : step)) },
      added: undefined,
    }
  }
  const added = imports.find((each) => each.name === name)
  if (added === undefined) throw new Error(`${name}: known and not found`)
  const step = withLimit(stepTaking(version, added), option, signal, limit)
  return { plan: { ...plan, steps: [...plan.steps, step] }, added }
}

/** The step of a recipe that says `use: imported-signals` under the name of the import. */
function stepTaking(version: Version, signals: ImportedSignals): PlanStep {
  const of = `${version.ref}/${signals.name}`
  return {
    name: signals.name,
    stage: importedStage.name,
    kind: 'filter',
    revision: importedStage.revision,
    options: importedStage.options.parse({ of }) as PlanStep['options'],
    imported: planImport(of, signals),
  }
}

function withLimit(step: PlanStep, option: string, signal: string, limit: number): PlanStep {
  const limits = { ...(step.options[option] as Readonly<Record<string, Json>>), [signal]: limit }
  return { ...step, options: { ...step.options, [option]: limits } }
}

function unknown(
  version: Version,
  assignment: string,
  wanted: string,
  known: readonly { readonly name: string; readonly columns: readonly string[] }[],
): TilthError {
  const names = known.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`))
  const guess = nearest(wanted, names)
  const has =
    names.length === 0
      ? 'nothing was imported; see tilth signals import'
      : `there are ${names.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`
  return new TilthError('not-found', `--set ${assignment}: ${version.ref} has no imported signal ${wanted}`, {
    hint: has,
  })
}
