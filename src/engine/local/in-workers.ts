import type { Plan } from '../../plan/plan.ts'
import type { RunOptions } from '../engine.ts'
import { budget } from '../memory.ts'
import { Pool } from './pool.ts'

/** What work on versions has in place of a plan: nothing is read, and nothing decided. */
const NO_PLAN: Plan = {
  name: 'none',
  description: '',
  writes: 'none',
  inputs: [],
  from: [],
  steps: [],
  segments: [],
  keepDropped: 'none',
  maxFailureRatio: 0,
  allowEmpty: true,
  seed: 0,
}

/** Texts of a version are as long as any record may be; half of a worker's memory is for one. */
const RECORD_BYTES = 32 << 20

/** Does tasks that belong to no plan, such as making tokens of a version, on worker threads of its own. */
export async function inWorkers<T>(
  { workers, memoryBytes, signal }: Pick<RunOptions, 'workers' | 'memoryBytes' | 'signal'>,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const bounds = budget(memoryBytes, workers, RECORD_BYTES)
  const pool = new Pool(
    bounds.workers,
    { plan: NO_PLAN, sampleRatio: 1, maxWindowBytes: bounds.maxWindowBytes },
    bounds.limits,
  )
  const stop = (): void => void pool.close()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await work(pool)
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.close()
  }
}
