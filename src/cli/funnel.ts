import type { StepTotal } from '../model/version.ts'
import { count, type Style, table } from './terminal.ts'

/** The funnel as a table: documents in, kept, dropped and failed at each step, and what for. */
export function funnelTable(steps: readonly StepTotal[], style: Style): string {
  return table(
    steps,
    [
      { title: 'step', cell: (step) => step.name },
      { title: 'in', cell: (step) => count(step.in), align: 'right' },
      { title: 'kept', cell: (step) => count(step.kept), align: 'right' },
      { title: 'dropped', cell: (step) => count(step.dropped), align: 'right' },
      { title: 'failed', cell: (step) => (step.failed === 0 ? '' : count(step.failed)), align: 'right' },
      { title: 'most for', cell: mostFor },
    ],
    style,
  )
}

/** The three reasons that most documents were dropped or failed for, with counts. */
export function mostFor(step: Pick<StepTotal, 'reasons'>): string {
  const reasons = Object.entries(step.reasons).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const shown = reasons.slice(0, 3).map(([reason, documents]) => `${reason} ${count(documents)}`)
  return [...shown, ...(reasons.length > 3 ? ['...'] : [])].join(', ')
}
