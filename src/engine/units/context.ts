import { hash } from 'node:crypto'
import type { Document, FoundIn } from '../../model/document.ts'
import type { Group, Keyed, Parts } from '../../model/stage.ts'
import { type Plan, type PlanStep, preferredInputs, stageOf } from '../../plan/plan.ts'
import { loadTextHash, type TextHash } from '../../text/hash.ts'
import type { Moving } from '../flow.ts'
import { loadPlanStages } from '../own/load.ts'
import { groupFiles } from '../stage-files.ts'
import type { KeyRecord } from './unit-output.ts'

/** What every task of a run needs. Plain data: it is handed to the workers once. */
export interface TaskSettings {
  readonly plan: Plan
  /** The plan of a version whose results may be decided again. */
  readonly earlier?: Plan
  /** Share of the main input that is drawn, 0 to 1. */
  readonly sampleRatio: number
  /** Memory that one decoder may take for its window. Bytes. */
  readonly maxWindowBytes: number
}

/**
 * Where a unit's work runs in a process that a record may end: told which record is looked at, so that whoever starts the process
 * again knows it, and which records have ended one.
 */
export interface Guard {
  /** A record or row is looked at from now on, by its position or ordinal. */
  began(place: number): void
  /** None is. */
  ended(): void
  /** What became of the process at a record or row; `undefined` = nothing. */
  fault(place: number): string | undefined
}

export interface TaskContext extends TaskSettings {
  readonly textHash: TextHash
  readonly guard?: Guard
}

/** @param loadStages loads the modules of users that the plan names. */
export async function taskContext(
  settings: TaskSettings,
  loadStages: (plan: Plan) => Promise<void> = loadPlanStages,
): Promise<TaskContext> {
  await loadStages(settings.plan)
  // Stages of map segments are loaded by the flow that runs them.
  for (const step of settings.plan.steps) if (step.kind === 'group') await stageOf(step).load?.(step.options)
  return { ...settings, textHash: await loadTextHash() }
}

/** Seed of the draws of `--sample`: apart from the draws of any step. */
export function sampleSeed(plan: Plan): string {
  return `${plan.seed}:sample`
}

/**
 * Whether `--sample` draws records as they are read, or whole groups by their key: the latter where
 * the first exchange meets on meta alone, so that a group of the sample is the group of the full run.
 */
export function samplesGroups(plan: Plan): boolean {
  const exchange = plan.segments.find((segment) => segment.kind === 'exchange')
  if (exchange === undefined) return false
  const step = plan.steps[exchange.step]
  const stage = step && stageOf(step)
  return stage?.kind === 'join' || (stage?.kind === 'group' && stage.keyOf === 'meta')
}

/** What a document brings to the exchange behind its segment; `undefined` = it meets nobody. */
export type Brought =
  | { readonly kind: 'key'; readonly key: Omit<KeyRecord, 'ordinal'> }
  | { readonly kind: 'sketch'; readonly keys: Uint32Array }
  | { readonly kind: 'parts'; readonly parts: Parts }

export type KeyMaker = (document: Moving, source: FoundIn) => Brought | undefined

/** The key maker of a segment that ends in the group or left side of the join at `stepIndex`. */
export function keyMaker(context: TaskContext, stepIndex: number): KeyMaker {
  const step = context.plan.steps[stepIndex]
  if (step === undefined) throw new Error(`no step ${stepIndex}`)
  const stage = stageOf(step)
  if (stage.kind === 'group') return groupKeys(context, stage, step)
  if (stage.kind === 'join') {
    const leftKey = stage.leftKey(step.options)
    const merge = stage.merge(step.options)
    return (document, source) => {
      const left = asDocument(document, unnamed(source))
      const payload = { meta: merge(left), signals: document.signals }
      const hashed = hashedKey(context.textHash, { key: leftKey(left), rank: 0 })
      return { kind: 'key', key: { id: document.id, payload, ...hashed } }
    }
  }
  throw new Error(`${step.name}: not an exchange`)
}

function groupKeys(context: TaskContext, stage: Group, step: PlanStep): KeyMaker {
  const sourceOf = preferredInputs(step) === undefined ? unnamed : (source: FoundIn) => source
  switch (stage.decides) {
    case 'survivor': {
      const keyed = stage.keyed(step.options)
      return (document, source) => {
        const key = keyed(asDocument(document, sourceOf(source)), document.signals)
        return key && { kind: 'key', key: { id: document.id, ...hashedKey(context.textHash, key) } }
      }
    }
    case 'clusters': {
      const sketched = stage.sketched(step.options)
      return (document, source) => {
        const sketch = sketched(asDocument(document, sourceOf(source)), document.signals)
        return sketch && { kind: 'sketch', keys: sketch.keys }
      }
    }
    case 'spans': {
      const files = groupFiles(step)
      const first = stage.narrow?.(step.options, files)
      const parts = stage.parts(step.options, files)
      return (document, source) => {
        const whole = asDocument(document, sourceOf(source))
        return { kind: 'parts', parts: first === undefined ? parts(whole, Uint32Array.of()) : first(whole) }
      }
    }
  }
}

function asDocument({ id, text, meta, record }: Moving, source: FoundIn): Document {
  return { id, text, meta, origin: { ...source, record } }
}

function unnamed({ uri, input }: FoundIn): FoundIn {
  return { uri, input }
}

/** A key as it travels: 64 bits to partition by, and 128 more so that unequal keys never meet. */
export function hashedKey(
  textHash: TextHash,
  { key, rank }: Keyed,
): Pick<KeyRecord, 'hash' | 'check' | 'rank'> {
  return { hash: textHash.hash(key), check: hash('sha256', key, 'buffer').subarray(0, 16), rank }
}
