import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../model/error.ts'
import type { Group } from '../model/stage.ts'
import { contentKey } from '../plan/canonical.ts'
import { type Plan, type PlanIndex, type PlanStep, stageOf } from '../plan/plan.ts'
import type { Store } from '../store/store.ts'
import type { Version } from '../store/version.ts'
import { findNearIndex } from './near-index-state.ts'

/** An index that a version keeps, as its `near.json` names it. */
export interface KeptIndex {
  readonly step: string
  readonly specification: string
  /** Name in the store's `near/`. */
  readonly key: string
}

/** File of a version that names its indexes; absent where it has none. */
export const NEAR_FILE = 'near.json'

/**
 * Binds groups to the versions that they compare with, by content. A version stands for its kept documents, whose keys the run makes
 * once; for a group of near copies, where it keeps an index of the same specification, for all that came to it.
 *
 * @throws TilthError `recipe`, `not-found` or `usage`.
 */
export async function bindIndexes(plan: Plan, store: Store | undefined): Promise<Plan> {
  const steps = await Promise.all(plan.steps.map((step) => bindStep(step, store)))
  return { ...plan, steps }
}

async function bindStep(step: PlanStep, store: Store | undefined): Promise<PlanStep> {
  const stage = stageOf(step)
  if (stage.kind !== 'group' || stage.against === undefined) return step
  const refs = stage.against(step.options)
  if (refs.length === 0) return step
  if (store === undefined) throw new TilthError('recipe', `steps.${step.name}.against: no store to look in`)
  const specification = specificationOf(stage, step)
  const indexes: PlanIndex[] = []
  for (const of of refs) {
    const version = await store.open(of)
    indexes.push({ of, version: version.dir, key: keyOf(version, specification) })
  }
  const twice = indexes.find(({ key }, at) => indexes.findIndex((each) => each.key === key) !== at)
  if (twice !== undefined)
    throw new TilthError('recipe', `steps.${step.name}.against: ${twice.of} is there twice`)
  return { ...step, indexes }
}

/** What keys are made of. Those in the cache are also of a revision: an index says itself what it is compatible with. */
function specificationOf(stage: Group, step: PlanStep): string {
  const own = stage.specification?.(step.options) ?? ''
  return stage.decides === 'clusters' ? own : `${stage.name}@${stage.revision}/${own}`
}

function keyOf(version: Version, specification: string): string {
  const kept = keptIndexes(version.dir).find((each) => each.specification === specification)
  return kept?.key ?? contentKey({ kept: version.manifest.hashes.kept, specification })
}

/** The indexes that a version keeps. @throws TilthError `damaged` where their list cannot be read. */
export function keptIndexes(dir: string): readonly KeptIndex[] {
  const path = join(dir, NEAR_FILE)
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  try {
    return JSON.parse(text) as KeptIndex[]
  } catch (cause) {
    throw new TilthError('damaged', `${path} cannot be read`, { hint: 'restore it', cause })
  }
}

/** What is wrong with the indexes that a version keeps; `undefined` where they are whole. */
export function faultOfIndexes(store: Store, dir: string): string | undefined {
  for (const { key } of keptIndexes(dir)) {
    const found = findNearIndex(store.path('near', key))
    if ('fault' in found) return found.fault
  }
  return undefined
}
