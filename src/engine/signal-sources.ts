import type { Document } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { Signals } from '../model/stage.ts'
import { type Plan, type PlanImport, type PlanStep, stageOf } from '../plan/plan.ts'
import { importedSignals as importedStage } from '../stages/filter/imported-signals.ts'
import { paretoSignals, qualityPareto } from '../stages/filter/quality-pareto.ts'
import { signalLimits } from '../stages/filter/signal-limits.ts'
import { limitedSignals, type SignalLimits } from '../stages/limits.ts'
import { type ImportedSignals, importedSignals } from '../store/imported-signals.ts'
import { SignalLookupReader } from '../store/signal-lookup.ts'
import type { Store } from '../store/store.ts'

/**
 * Binds the steps that take imported signals to what the store holds, by content, and holds the signals that limits name
 * against those there are. A plan that was bound before is bound again, for a store that was moved.
 *
 * @throws TilthError `recipe`, `not-found` or `input`: no such import, no such signal, or other values than in the version.
 */
export async function bindSignals(plan: Plan, store: Store | undefined): Promise<Plan> {
  const steps: PlanStep[] = []
  for (const given of plan.steps) {
    const step =
      given.stage === importedStage.name
        ? await bindImport(given, store)
        : given.stage === qualityPareto.name
          ? bindScore(given, steps)
          : given
    checkLimits(step, steps)
    checkPreference(step, steps)
    steps.push(step)
  }
  return { ...plan, steps }
}

async function bindImport(step: PlanStep, store: Store | undefined): Promise<PlanStep> {
  const of = String(step.options['of'])
  const [, ref = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(of) ?? []
  if (ref === '' || store === undefined) {
    const message =
      ref === '' ? `steps.${step.name}.of: expected VERSION/NAME, got "${of}"` : `${of}: no store to look in`
    throw new TilthError('recipe', message, { hint: 'tilth signals import VERSION FILE --as NAME' })
  }
  const version = await store.open(ref)
  const imports = importedSignals(version)
  const found = imports.find((each) => each.name === name)
  if (found === undefined) {
    const names = imports.map((each) => each.name)
    const has = names.length === 0 ? 'nothing was imported for it' : `there are ${names.join(', ')}`
    throw new TilthError(
      'not-found',
      `steps.${step.name}.of: ${version.ref} has no imported signals ${name}`,
      {
        hint: `${has}; see tilth signals import`,
      },
    )
  }
  const imported = planImport(of, found)
  if (step.imported !== undefined && step.imported.sha256 !== imported.sha256) {
    throw new TilthError('input', `steps.${step.name}: ${of} has other values than it had in the version`)
  }
  return { ...step, imported }
}

/** An import as a plan names it. */
export function planImport(of: string, { lookup, dir }: ImportedSignals): PlanImport {
  return { of, location: dir, ...lookup }
}

/** Names the score that a step takes: as its options have it, or what the step before measures. */
function bindScore(step: PlanStep, before: readonly PlanStep[]): PlanStep {
  const known = before.flatMap(signalsOf)
  const of = String(step.options['of'])
  if (of !== '') {
    checkNames(step, [of], known)
    return step
  }
  const last = before.at(-1)
  const own = last === undefined ? [] : signalsOf(last)
  const found = own.length === 1 ? own[0] : own.find((name) => name.endsWith('.quality'))
  if (found === undefined) {
    throw new TilthError('recipe', `steps.${step.name}.of: the step before has no score to take`, {
      hint: known.length === 0 ? 'a quality step must stand before it' : `name one of ${known.join(', ')}`,
    })
  }
  return { ...step, options: { ...step.options, of: found } }
}

function checkLimits(step: PlanStep, before: readonly PlanStep[]): void {
  if (step.stage !== importedStage.name && step.stage !== signalLimits.name) return
  const limits = limitedSignals(step.options as SignalLimits)
  checkNames(step, limits, step.imported?.columns ?? before.flatMap(signalsOf))
  if (limits.length === 0 && step.stage === signalLimits.name) {
    throw new TilthError('recipe', `steps.${step.name}: no limit is set`, {
      hint: 'such as min: { STEP.SIGNAL: 0.5 }',
    })
  }
}

/** A signal that a group prefers by has to be there: where it is not, the smallest id would survive everywhere. */
function checkPreference(step: PlanStep, before: readonly PlanStep[]): void {
  const { prefer } = step.options as { readonly prefer?: unknown }
  if (stageOf(step).kind !== 'group' || typeof prefer !== 'object' || prefer === null) return
  if ('signal' in prefer) checkNames(step, [String(prefer.signal)], before.flatMap(signalsOf))
}

function signalsOf(step: PlanStep): readonly string[] {
  const stage = stageOf(step)
  const names =
    'signals' in stage ? Object.keys(stage.signals ?? {}) : stage.kind === 'group' ? ['copies'] : []
  return names.map((signal) => `${step.name}.${signal}`)
}

function checkNames(step: PlanStep, names: readonly string[], known: readonly string[]): void {
  const wrong = names.find((signal) => !known.includes(signal))
  if (wrong === undefined) return
  const guess = nearest(wrong, known)
  const all = known.length === 0 ? 'no step before it measures any' : `there are ${known.join(', ')}`
  throw new TilthError('recipe', `steps.${step.name}: there is no signal ${wrong}`, {
    hint: guess === undefined ? all : `did you mean ${guess}?`,
  })
}

/** Lookups of this thread by place and content: opened once, read by one unit after another. */
const lookups = new Map<string, SignalLookupReader>()

/** How a step that takes its signals from elsewhere than the text gets them; `undefined` for any other. */
export function signalSource(step: PlanStep): ((document: Document, known: Signals) => Signals) | undefined {
  const { imported } = step
  if (imported !== undefined) {
    const key = `${imported.location} ${imported.sha256}`
    const lookup = lookups.get(key) ?? new SignalLookupReader(imported.location, imported)
    lookups.set(key, lookup)
    return ({ id }) => lookup.of(id)
  }
  if (step.stage === qualityPareto.name) {
    const { of, seed } = step.options as { readonly of: string; readonly seed: number }
    const signalsOf = paretoSignals({ seed })
    return ({ id }, known) => signalsOf(id, known[of] ?? null)
  }
  if (step.stage !== signalLimits.name) return undefined
  const names = limitedSignals(step.options as SignalLimits)
  return (_, known) => Object.fromEntries(names.map((name) => [name, known[name] ?? null]))
}
