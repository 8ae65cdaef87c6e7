import { exportMix, writeMix } from './mix-task.ts'
import { gatherTokens, tokenizeShard } from './tokenize-tasks.ts'

/** Everything that a thread can be asked to do for token sets and mixtures, by name. */
export const TOKEN_TASKS = { tokenizeShard, gatherTokens, writeMix, exportMix } as const
