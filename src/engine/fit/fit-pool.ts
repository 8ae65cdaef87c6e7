import { NamedPool } from '../named-pool.ts'
import { besideModule } from '../task-pool.ts'
import { FIT_TASKS } from './fit-tasks.ts'

/** Threads of a fit; with one, everything is done where it was asked for. */
export type FitPool = NamedPool<typeof FIT_TASKS>

export function fitPool(size: number, signal?: AbortSignal): FitPool {
  return new NamedPool(size, FIT_TASKS, besideModule(import.meta.url, 'fit-worker'), { signal })
}
