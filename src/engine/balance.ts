import { TilthError } from '../model/error.ts'
import type { StepTotal } from '../model/version.ts'
import { type Plan, stepRecords } from '../plan/plan.ts'
import { Tally } from './tally.ts'

/** Totals of every step over all units, in the plan's order. */
export function stepTotals(plan: Plan, parts: Iterable<readonly StepTotal[]>): readonly StepTotal[] {
  const tallies = new Map(stepRecords(plan).map((step) => [step.name, new Tally(step.name)]))
  for (const part of parts) {
    for (const total of part) tallies.get(total.name)?.add(total)
  }
  return [...tallies.values()].map((tally) => tally.total)
}

/**
 * Holds the counts of the steps against each other and against the rows that were written.
 *
 * @throws Error naming the step: a run that does not balance is a bug of ours and makes no version.
 */
export function checkBalance(
  plan: Plan,
  totals: readonly StepTotal[],
  rows: { readonly kept: number; readonly rejected: number },
): void {
  const of = (name: string | undefined): StepTotal | undefined => totals.find((total) => total.name === name)
  const fail = (what: string): never => {
    throw new Error(`counts do not balance: ${what}; please report this`)
  }
  for (const total of totals) {
    if (total.in !== total.kept + total.dropped + total.failed)
      fail(`${total.name}: in ${total.in}, accounted ${total.kept + total.dropped + total.failed}`)
    const reasons = Object.values(total.reasons).reduce((sum, count) => sum + count, 0)
    if (reasons !== total.dropped + total.failed)
      fail(`${total.name}: ${reasons} reasons for ${total.dropped + total.failed} endings`)
  }
  for (const [index, step] of plan.steps.entries()) {
    const next = of(plan.steps[index + 1]?.name)
    if (next !== undefined && of(step.name)?.out !== next.in)
      fail(`${step.name} gave ${of(step.name)?.out}, ${next.name} took ${next.in}`)
    if (step.with !== undefined && of(step.with)?.kept !== of(step.name)?.kept)
      fail(`${step.with} and ${step.name} matched different numbers`)
  }
  const out = of(plan.steps.at(-1)?.name)?.out
  if (out !== rows.kept) fail(`the last step gave ${out}, ${rows.kept} rows were written`)
  const ended = totals.reduce((sum, total) => sum + total.dropped + total.failed, 0)
  if (ended !== rows.rejected) fail(`${ended} documents ended, ${rows.rejected} rows were written`)
}

/**
 * Refuses results that nobody wants silently: a step that kept nothing, or too much that could not be read.
 *
 * @throws TilthError `data`.
 */
export function checkYield(plan: Plan, totals: readonly StepTotal[]): void {
  const empty = totals.find((total) => total.in > 0 && total.kept === 0)
  if (empty !== undefined && !plan.allowEmpty) {
    throw new TilthError(
      'data',
      `${empty.name} was given ${empty.in} documents and kept none: ${topReasons(empty)}`,
      {
        hint: 'change its options (--set steps.NAME.OPTION=value), or say --set allowEmpty=true',
      },
    )
  }
  const read = totals.filter(
    (total) => total.name === plan.steps[0]?.name || plan.inputs.some((input) => input.name === total.name),
  )
  const records = read.reduce((sum, total) => sum + total.in, 0)
  const failed = totals.reduce((sum, total) => sum + total.failed, 0)
  if (records > 0 && failed / records > plan.maxFailureRatio) {
    const worst = totals.reduce((a, b) => (b.failed > a.failed ? b : a))
    throw new TilthError(
      'data',
      `${failed} of ${records} records failed (maxFailureRatio ${plan.maxFailureRatio}), most at ${worst.name}: ${topReasons(worst)}`,
      { hint: 'look at the inputs, or allow more: --set maxFailureRatio=1' },
    )
  }
}

function topReasons(total: StepTotal): string {
  const reasons = Object.entries(total.reasons).slice(0, 4)
  return reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')
}
