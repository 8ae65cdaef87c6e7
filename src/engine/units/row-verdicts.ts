import type { FoundIn } from '../../model/document.ts'
import type { Group, Signals, SpanGroup, Stage } from '../../model/stage.ts'
import type { StepTotal } from '../../model/version.ts'
import { type PlanStep, stageOf } from '../../plan/plan.ts'
import type { Ending, Flow, Moving } from '../flow.ts'
import { groupFiles } from '../stage-files.ts'
import type { RowVerdict } from './row-verdict.ts'

/** What becomes of a row behind a group: it goes on, as it is, without some parts or as several documents, or it ends. */
export type Outcome =
  | { readonly documents: readonly Moving[] }
  | { readonly document: Moving; readonly ending: Ending; readonly winner?: string }

export type Pass = (
  row: Moving,
  verdict: RowVerdict | undefined,
  origin: { readonly uri: string; readonly input: string },
) => Outcome

/**
 * Looks for a row that has what the options of a group ask for by name, for each of them until one has it: where there are such rows, they
 * cost next to nothing.
 */
export function looking(
  stage: Group,
  step: PlanStep,
  having: Record<string, boolean>,
): (row: Moving, source: FoundIn) => void {
  let asks = stage.asks?.(step.options) ?? []
  for (const { option } of asks) having[option] = false
  return ({ id, text, meta, record, signals }, source) => {
    if (asks.length === 0) return
    const document = { id, text, meta, origin: { ...source, record } }
    asks = asks.filter(({ option, has }) => {
      const found = has(document, signals)
      if (found) having[option] = true
      return !found
    })
  }
}

/** What the options of a group asked for, and no document had; a sentence each. */
export function idleOptions(
  { in: all, having = {} }: StepTotal,
  stage: Stage,
  step: PlanStep,
): readonly string[] {
  if (stage.kind !== 'group' || all === 0) return []
  const lacking = (stage.asks?.(step.options) ?? []).filter(({ option }) => having[option] === false)
  return lacking.map(({ option, lack }) => `${option}: ${lack}`)
}

/** What of the files of a step its stage cannot use, a sentence each. */
export async function unusedFiles(step: PlanStep): Promise<readonly string[]> {
  const stage = stageOf(step)
  if (stage.kind !== 'group' || stage.decides !== 'spans' || stage.unused === undefined) return []
  const files = groupFiles(step) ?? new Map()
  await stage.load?.(step.options)
  return stage.unused(step.options, files)
}

/** Applies what a group decided to its rows. */
export function passing(stage: Group, step: PlanStep): Pass {
  if (stage.decides === 'spans') return withoutParts(stage, step)
  const clusters = stage.decides === 'clusters' ? stage : undefined
  const threshold = clusters?.threshold(step.options)
  const measure = clusters?.measure?.(step.options)
  const signal = clusters?.similarity ?? 'jaccard'
  return (row, verdict, origin) => {
    const { id, text, meta, record } = row
    const own = Object.entries(measure?.({ id, text, meta, origin: { ...origin, record } }) ?? {})
    const document = (more: readonly [string, number][]): Moving => {
      const measured = [...own, ...more].map(([name, value]) => [`${step.name}.${name}`, value])
      return { ...row, signals: { ...row.signals, ...Object.fromEntries(measured) } }
    }
    if (verdict !== undefined && 'winner' in verdict) {
      const { winner, similarity } = verdict
      const ending: Ending = { kind: 'dropped', step: step.name, reason: stage.reason }
      if (similarity === undefined || threshold === undefined)
        return { document: document([]), ending, winner }
      return {
        document: document([[signal, similarity]]),
        ending: {
          ...ending,
          signal,
          value: similarity,
          limit: threshold,
          ...(similarity < threshold ? { detail: 'linked to the one that stays by other near copies' } : {}),
        },
        winner,
      }
    }
    const copies = verdict !== undefined && 'copies' in verdict ? verdict.copies : 1
    return { documents: [document([['copies', copies]])] }
  }
}

function withoutParts(stage: SpanGroup, step: PlanStep): Pass {
  const without = stage.without(step.options, groupFiles(step))
  return (row, verdict, origin) => {
    const { id, text, meta, record } = row
    const parts = verdict !== undefined && 'parts' in verdict ? verdict.parts : Uint32Array.of()
    const made = without({ id, text, meta, origin: { ...origin, record } }, parts)
    const signals = (own: Signals = {}): Moving['signals'] => {
      const measured = Object.entries(own).map(([name, value]) => [`${step.name}.${name}`, value])
      return { ...row.signals, ...Object.fromEntries(measured) }
    }
    if ('drop' in made) {
      const { drop: reason, detail, over } = made
      const value = over && made.signals?.[over.signal]
      return {
        document: { ...row, signals: signals(made.signals) },
        ending: {
          kind: 'dropped',
          step: step.name,
          reason,
          ...(detail === undefined ? {} : { detail }),
          ...(over === undefined || typeof value !== 'number'
            ? {}
            : { signal: over.signal, value, limit: over.most }),
        },
      }
    }
    if (made.length === 0) throw new Error(`${step.name}: a span group gives documents, or drops one`)
    return {
      documents: made.map((each, at) => ({
        ...row,
        id: made.length === 1 ? id : `${id}.${at + 1}`,
        text: each.text,
        meta: each.meta,
        signals: signals(each.signals),
      })),
    }
  }
}

/** Lets the documents that a group made of a row go on; what it gives back must be awaited. */
export function enterAll(
  flow: Flow,
  documents: readonly Moving[],
  sizes?: readonly number[],
): Promise<void> | undefined {
  const [only, ...more] = documents
  if (only !== undefined && more.length === 0) return flow.document(only, sizes?.[0])
  return (async () => {
    for (const [at, document] of documents.entries()) await flow.document(document, sizes?.[at])
  })()
}
