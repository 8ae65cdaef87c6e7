import type { StepTotal } from '../model/version.ts'
import type { KeptPass } from './kept-pass.ts'
import { count, percent } from './numbers.ts'
import type { ReportWarning } from './report-data.ts'

/** Shares above which a reader is warned; our choice. */
const MOST_DROPPED = 0.9
const MOST_FAILED = 0.01
const MOST_UNLICENSED = 0.01
const MOST_WARNINGS = 3

/** At most three warnings, the gravest first; what a step was asked and could not do is said whole. */
export function warningsOf(
  steps: readonly StepTotal[],
  kept: Pick<KeptPass, 'documents' | 'licences'>,
): readonly ReportWarning[] {
  const warnings: ReportWarning[] = []
  if (kept.documents === 0) warnings.push({ text: 'No document was kept.', anchor: 'funnel' })

  // A step fails on what it was given, so shares are of the step's own input.
  for (const step of steps) {
    if (step.failed <= step.in * MOST_FAILED) continue
    const text = `${count(step.failed)} of ${count(step.in)} could not be read at ${step.name} (${percent(step.failed / step.in)}).`
    warnings.push({ text, anchor: 'failures' })
  }
  const idle = steps.flatMap((step) =>
    (step.idle ?? []).map((text): ReportWarning => ({ text: `${step.name}: ${text}.`, anchor: 'funnel' })),
  )
  const severe = steps
    .filter((step) => step.dropped > step.in * MOST_DROPPED)
    .sort((a, b) => b.dropped / b.in - a.dropped / a.in)
  for (const step of severe) {
    const [reason] = Object.entries(step.reasons).sort(([, a], [, b]) => b - a)
    const most = reason === undefined ? '' : `, most for ${reason[0]}`
    warnings.push({
      text: `${step.name} drops ${percent(step.dropped / step.in)} of its documents${most}.`,
      anchor: 'funnel',
    })
  }
  const unlicensed = kept.licences.unknown.documents
  if (unlicensed > kept.documents * MOST_UNLICENSED) {
    const text = `No licence is known for ${percent(unlicensed / kept.documents)} of the kept documents.`
    warnings.push({ text, anchor: 'licences' })
  }
  return [...idle, ...warnings.slice(0, Math.max(0, MOST_WARNINGS - idle.length))]
}
