import { createHash } from 'node:crypto'
import { signalSource } from '../src/engine/signal-sources.ts'
import type { Document } from '../src/model/document.ts'
import { decide } from '../src/model/stage.ts'
import type { PlanStep } from '../src/plan/plan.ts'
import { qualityPareto } from '../src/stages/filter/quality-pareto.ts'

/** Scores at which the published rule is checked, with the chance (2 - score)^-9 rounded as the specification has it. */
export const ANCHORS: readonly (readonly [score: number, chance: number])[] = [
  [0, 0.00195],
  [0.25, 0.0065],
  [0.5, 0.026],
  [0.75, 0.1342],
  [0.9, 0.4241],
  [0.95, 0.6446],
  [0.99, 0.9143],
  [1, 1],
]

/** How many of `ids` documents the step keeps at each anchor, as a run decides it. */
export async function keptAtAnchors(ids: number, seed: number): Promise<readonly number[]> {
  const options = qualityPareto.options.parse({ of: 'quality.quality', seed })
  await qualityPareto.load?.(options)
  const step: PlanStep = { name: 'pareto', stage: qualityPareto.name, kind: 'filter', revision: 1, options }
  const measure = signalSource(step)
  const rules = qualityPareto.rules(options)
  if (measure === undefined) throw new Error('the step has no signals')
  const kept = ANCHORS.map(() => 0)
  for (let number = 0; number < ids; number++) {
    const document = documentOf(idOf(number))
    for (const [at, [score]] of ANCHORS.entries())
      if (decide(rules, measure(document, { 'quality.quality': score })).keep) kept[at] = (kept[at] ?? 0) + 1
  }
  return kept
}

/** An id as documents have them. */
function idOf(number: number): string {
  return createHash('sha256').update(String(number)).digest('hex').slice(0, 32)
}

function documentOf(id: string): Document {
  return { id, text: '', meta: {}, origin: { uri: '', input: '', record: 0 } }
}

/** Whether a count is where 99 of 100 binomial draws are, by the normal approximation with continuity. */
export function isWithin(count: number, draws: number, chance: number): boolean {
  const width = 2.5758 * Math.sqrt(draws * chance * (1 - chance))
  return Math.abs(count - draws * chance) <= width + 0.5
}
