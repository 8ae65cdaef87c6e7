import { readFeatures } from './read-features.ts'
import { renumber } from './renumber.ts'
import { passCounts, passGradient, passLosses, passMargins, passMoments } from './row-passes.ts'

/** Everything that a thread of a fit can be asked to do, by name. */
export const FIT_TASKS = {
  readFeatures,
  passCounts,
  passGradient,
  passLosses,
  passMargins,
  passMoments,
  renumber,
} as const
