import { type Plan, stageOf } from '../../plan/plan.ts'
import { freeBytes } from '../../store/room.ts'
import type { Store } from '../../store/store.ts'
import { checkDisk, diskNeed, diskWarning } from '../disk-need.ts'
import { estimateOf } from '../estimate.ts'
import type { KnownFile } from '../input-cache.ts'
import { type InputSample, measureInput } from '../input-sample.ts'
import type { InputFile } from '../inputs.ts'
import type { Budget } from '../memory.ts'
import type { TaskContext } from '../units/context.ts'
import type { Pool } from './pool.ts'

/** A disk with so many times the bytes of the inputs is enough for any run without groups of near copies. */
const ENOUGH_TIMES = 64
/** Bytes of a document in a file, where there are many of them in few bytes; and of one of its keys. */
const SMALL_DOCUMENT_BYTES = 100
const KEY_BYTES = 12

export interface DiskCheck {
  readonly plan: Plan
  readonly files: readonly KnownFile[]
  readonly store: Store
  readonly pool: Pool
  readonly bounds: Budget
  readonly sampleRatio: number
  readonly warn: ((text: string) => void) | undefined
}

/**
 * Looks whether the disk has room for a run before it begins. A sample is measured only where that is in doubt, as it takes seconds.
 *
 * @throws TilthError `disk-full` where what is certain to be needed does not fit.
 */
export async function checkRunDisk(check: DiskCheck): Promise<void> {
  const { plan, files, store, pool, bounds, sampleRatio, warn } = check
  const inputBytes = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (freeBytes(store.dir) >= inputBytes * mostTimes(plan)) return
  const names = [...new Set(files.map(({ file }) => file.input))]
  const tasks = names.map((name) => ({
    name,
    files: files.map(({ file }) => file).filter((file) => file.input === name),
  }))
  const samples: InputSample[] = []
  await pool.each('measureSample', tasks, (sample, at) => {
    samples[at] = sample
  })
  const need = diskNeed(estimateOf(plan, samples, bounds), store, sampleRatio)
  checkDisk(need, store)
  const warning = diskWarning(need, store)
  if (warning !== undefined) warn?.(warning)
}

function mostTimes(plan: Plan): number {
  const keys = plan.steps.map((step) => {
    const stage = stageOf(step)
    return stage.kind === 'group' && stage.decides === 'clusters' ? (stage.keys?.(step.options) ?? 0) : 0
  })
  return ENOUGH_TIMES + keys.reduce((sum, count) => sum + (count * KEY_BYTES) / SMALL_DOCUMENT_BYTES, 0)
}

/** Measures a sample of an input in a worker, whose memory is bounded. */
export function measureSample(
  context: TaskContext,
  { name, files }: { readonly name: string; readonly files: readonly InputFile[] },
): Promise<InputSample> {
  return measureInput(context.plan, name, files, context.maxWindowBytes)
}
