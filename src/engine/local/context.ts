import { hash } from 'node:crypto'
import type { Document } from '../../model/document.ts'
import type { Keyed } from '../../model/stage.ts'
import { type Plan, stageOf } from '../../plan/plan.ts'
import { loadTextHash, type TextHash } from '../../text/hash.ts'
import type { Moving } from '../flow.ts'
import { loadPlanStages } from '../own/load.ts'
import type { KeyRecord } from './unit-file.ts'

/** What every task of a run needs. Plain data: it is handed to the workers once. */
export interface TaskSettings {
  readonly plan: Plan
  /** Share of the main input that is drawn, 0 to 1. */
  readonly sampleRatio: number
  /** Memory that one decoder may take for its window. Bytes. */
  readonly maxWindowBytes: number
}

export interface TaskContext extends TaskSettings {
  readonly textHash: TextHash
}

export async function taskContext(settings: TaskSettings): Promise<TaskContext> {
  await loadPlanStages(settings.plan)
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

/** Gives a document's key for the exchange behind its segment; `undefined` = it meets nobody. */
export type KeyMaker = (
  document: Moving,
  uri: string,
  input: string,
) => Omit<KeyRecord, 'ordinal'> | undefined

/** The key maker of a segment that ends in the group or left side of the join at `stepIndex`. */
export function keyMaker(context: TaskContext, stepIndex: number): KeyMaker {
  const step = context.plan.steps[stepIndex]
  if (step === undefined) throw new Error(`no step ${stepIndex}`)
  const stage = stageOf(step)
  const asDocument = (document: Moving, uri: string, input: string): Document => ({
    id: document.id,
    text: document.text,
    meta: document.meta,
    origin: { uri, input, record: document.record },
  })
  if (stage.kind === 'group') {
    const keyed = stage.keyed(step.options)
    return (document, uri, input) => {
      const key = keyed(asDocument(document, uri, input))
      return key && { id: document.id, ...hashedKey(context.textHash, key) }
    }
  }
  if (stage.kind === 'join') {
    const leftKey = stage.leftKey(step.options)
    const merge = stage.merge(step.options)
    return (document, uri, input) => {
      const left = asDocument(document, uri, input)
      const payload = { meta: merge(left), signals: document.signals }
      return { id: document.id, payload, ...hashedKey(context.textHash, { key: leftKey(left), rank: 0 }) }
    }
  }
  throw new Error(`${step.name}: not an exchange`)
}

/** A key as it travels: 64 bits to partition by, and 128 more so that unequal keys never meet. */
export function hashedKey(
  textHash: TextHash,
  { key, rank }: Keyed,
): Pick<KeyRecord, 'hash' | 'check' | 'rank'> {
  return { hash: textHash.hash(key), check: hash('sha256', key, 'buffer').subarray(0, 16), rank }
}
