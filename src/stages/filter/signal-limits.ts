import { z } from 'zod'
import { defineFilter, type Filter } from '../../model/stage.ts'
import { limitedSignals, limitOptions, limitRules, type SignalLimits } from '../limits.ts'

const options = z.strictObject(
  limitOptions(z.string().regex(/^[^.]+\..+$/, 'expected a signal of an earlier step, as STEP.SIGNAL')),
)

/** The stage with the signals that its options name. */
export function signalLimitsStage(given: SignalLimits = {}): Filter<typeof options> {
  const signals = limitedSignals(given)
  return defineFilter({
    name: 'signal-limits',
    revision: 1,
    description:
      'Keeps documents by limits over signals that earlier steps measured, such as those of an annotate step.',
    options,
    reasons: {},
    signals: Object.fromEntries(signals.map((signal) => [signal, `As ${signal} stood at this step.`])),
    // The engine hands on what earlier steps measured: a stage sees the text alone.
    measure: () => () => ({}),
    rules: (limits) => limitRules(limitedSignals(limits), limits),
  })
}

/** Decides over signals of earlier steps. A signal that was not measured breaks no limit. */
export const signalLimits = signalLimitsStage()
