import type { RunOptions } from '../engine.ts'
import { budget } from '../memory.ts'
import { NamedPool } from '../named-pool.ts'
import { besideModule } from '../task-pool.ts'
import { TOKEN_TASKS } from './token-tasks.ts'

/** Texts of a version are as long as any record may be; half of a worker's memory is for one. */
const RECORD_BYTES = 32 << 20

/** Threads that make token sets and mixtures. Close them. */
export function tokenPool({
  workers,
  memoryBytes,
  signal,
}: Pick<RunOptions, 'workers' | 'memoryBytes' | 'signal'>): NamedPool<typeof TOKEN_TASKS> {
  const bounds = budget(memoryBytes, workers, RECORD_BYTES)
  return new NamedPool(bounds.workers, TOKEN_TASKS, besideModule(import.meta.url, 'token-worker'), {
    limits: bounds.limits,
    signal,
  })
}
