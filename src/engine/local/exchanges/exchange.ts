import type { Budget } from '../../memory.ts'
import type { Pool } from '../pool.ts'
import type { TaskInput, TaskName, TaskOutput } from '../tasks.ts'
import type { Unit } from '../units.ts'
import type { VerdictDigests } from '../verdict-file.ts'
import type { UnitRange } from './candidate-buckets.ts'

/** What an exchange decided: where the verdicts lie, and what tells whether those on a unit are others. */
export interface Decided {
  /** Verdict files of all partitions. */
  readonly paths: readonly string[]
  readonly digests: VerdictDigests
}

export interface Exchange {
  /** Folder of this exchange, named by its content. */
  readonly dir: string
  /** Number of the step that decides. */
  readonly step: number
  readonly name: string
  readonly units: readonly Unit[]
  /** Whether candidates are compared by more than their keys. */
  readonly isCompared: boolean
  /** Ranges of leading bytes of the keys, so that each fits in memory. */
  readonly ranges: readonly (readonly [from: number, to: number])[]
  readonly bounds: Budget
  readonly pool: Pool
  readonly progress: (what: string, done: number, total: number) => void
}

/** Units are read again in tasks of about so many bytes of text, or of more where these would be very many. */
const RANGE_BYTES = 16 << 20
/** What each task leaves is open at the same time as that of all others. */
const MOST_RANGES = 256

/** Does a task for each input, in any order; gives their outputs in the order of the inputs. */
export async function each<N extends TaskName>(
  { pool, progress }: Pick<Exchange, 'pool' | 'progress'>,
  name: N,
  what: string,
  inputs: readonly TaskInput<N>[],
): Promise<readonly TaskOutput<N>[]> {
  const outputs: TaskOutput<N>[] = []
  let done = 0
  progress(what, 0, inputs.length)
  await pool.each(name, inputs, (output, at) => {
    outputs[at] = output
    progress(what, ++done, inputs.length)
  })
  return outputs
}

/** Neighbouring units, about as much text in each range as in the others. */
export function unitRanges(units: readonly Unit[]): readonly UnitRange[] {
  const ranges: UnitRange[] = []
  const total = units.reduce((sum, unit) => sum + unit.summary.textBytes, 0)
  const least = Math.max(RANGE_BYTES, total / MOST_RANGES)
  let from = 0
  let bytes = 0
  for (const [at, unit] of units.entries()) {
    bytes += unit.summary.textBytes
    if (bytes < least && at + 1 < units.length) continue
    ranges.push({ from, to: at + 1 })
    from = at + 1
    bytes = 0
  }
  return ranges
}
