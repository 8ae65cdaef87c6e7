import type { Group, SpanGroup } from '../../model/stage.ts'
import type { PlanStep } from '../../plan/plan.ts'
import type { Ending, Moving } from '../flow.ts'
import type { RowVerdict } from './verdict-file.ts'

/** What becomes of a row behind a group: it goes on, as it is or without some parts, or it ends. */
export type Outcome =
  | { readonly document: Moving }
  | { readonly document: Moving; readonly ending: Ending; readonly winner?: string }

export type Pass = (
  row: Moving,
  verdict: RowVerdict | undefined,
  origin: { readonly uri: string; readonly input: string },
) => Outcome

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
    return { document: document([['copies', copies]]) }
  }
}

function withoutParts(stage: SpanGroup, step: PlanStep): Pass {
  const without = stage.without(step.options)
  return (row, verdict, origin) => {
    const { id, text, meta, record } = row
    const parts = verdict !== undefined && 'parts' in verdict ? verdict.parts : Uint32Array.of()
    const made = without({ id, text, meta, origin: { ...origin, record } }, parts)
    if ('drop' in made) {
      const ending: Ending = { kind: 'dropped', step: step.name, reason: made.drop }
      return {
        document: row,
        ending: made.detail === undefined ? ending : { ...ending, detail: made.detail },
      }
    }
    const [only, ...more] = made
    if (only === undefined || more.length > 0)
      throw new Error(`${step.name}: a span group gives one document`)
    const measured = Object.entries(only.signals ?? {}).map(([name, value]) => [
      `${step.name}.${name}`,
      value,
    ])
    return {
      document: {
        ...row,
        text: only.text,
        meta: only.meta,
        signals: { ...row.signals, ...Object.fromEntries(measured) },
      },
    }
  }
}
