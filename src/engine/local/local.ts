import { TilthError } from '../../model/error.ts'
import type { Plan } from '../../plan/plan.ts'
import { explainDiskError } from '../../store/disk-error.ts'
import { sweepPartials } from '../../store/gc.ts'
import { takeLease } from '../../store/lease.ts'
import type { Store } from '../../store/store.ts'
import type { Engine, RunOptions, RunResult } from '../engine.ts'
import { InputCache } from '../input-cache.ts'
import type { FoundInputs } from '../inputs.ts'
import { Journal } from '../journal.ts'
import { budget } from '../memory.ts'
import { faultOfIndexes } from '../near-indexes.ts'
import {
  costFromNow,
  type Identification,
  identify,
  planIdOf,
  refuseTakenName,
  sampled,
  versionOf,
} from '../run-identity.ts'
import { checkRunDisk } from './disk-check.ts'
import { Pool } from './pool.ts'
import { publish } from './publish.ts'
import { Segments } from './segments.ts'

/** Runs plans on this machine, on worker threads. */
export const localEngine: Engine = { run }

async function run(plan: Plan, inputs: FoundInputs, store: Store, options: RunOptions): Promise<RunResult> {
  const { sampleRatio, dataset } = sampled(plan, options)
  const largest = Math.max(...plan.inputs.map((input) => input.maxRecordBytes))
  const bounds = budget(options.memoryBytes, options.workers, largest)
  const cost = costFromNow()
  let lease: ReturnType<typeof takeLease> | undefined
  const { earlier } = options
  const settings = {
    plan,
    sampleRatio,
    maxWindowBytes: bounds.maxWindowBytes,
    ...(earlier === undefined ? {} : { earlier }),
  }
  const newPool = (): Pool => new Pool(bounds.workers, settings, bounds.limits)
  let pool = newPool()
  const stop = (): void => void pool.close()
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    refuseTakenName(store, dataset)
    lease = takeLease(store, dataset)
    const journal = new Journal(store, dataset)
    const cache = new InputCache(store)
    const identification = {
      cache,
      journal,
      workers: pool.size,
      hash: (...tasks: Parameters<Identification['hash']>) => pool.each('hashInputs', ...tasks),
    }
    const files = await identify(inputs, identification, options)
    const planId = planIdOf(plan, files, sampleRatio)
    const existing = await versionOf(store, dataset, planId)
    if (existing !== undefined && faultOfIndexes(store, existing.dir) === undefined) return existing
    sweepPartials(store)
    await checkRunDisk({ plan, files, store, pool, bounds, sampleRatio, warn: options.warn })
    const attempt = async (): Promise<RunResult> => {
      const segments = new Segments({
        plan,
        earlier,
        store,
        pool,
        cache,
        journal,
        sampleRatio,
        bounds,
        progress: progressOf(options),
      })
      await segments.run(files)
      // The version is as it was; what it keeps beside its rows was made again.
      if (existing !== undefined) return existing
      return await publish({
        plan,
        planId,
        dataset,
        sampleRatio,
        store,
        pool,
        journal,
        files,
        units: segments.units,
        indexes: segments.indexes,
        progress: progressOf(options),
        cost,
      })
    }
    const damaged = new Set<string>()
    for (;;) {
      try {
        return await attempt()
      } catch (error) {
        const isDamage = error instanceof TilthError && error.code === 'damaged'
        if (!isDamage || damaged.has(error.message) || options.signal?.aborted) throw error
        // A cached result was harmed on the disk. It is gone now, and only it is made again.
        damaged.add(error.message)
        journal.note('damaged', { what: error.message })
        await pool.close()
        pool = newPool()
      }
    }
  } catch (error) {
    throw options.signal?.aborted
      ? new TilthError('interrupted', 'stopped; the same command goes on where it stood')
      : explainDiskError(error, store.dir)
  } finally {
    options.signal?.removeEventListener('abort', stop)
    await pool.close()
    lease?.release()
  }
}

function progressOf(options: RunOptions): NonNullable<RunOptions['progress']> {
  return options.progress ?? (() => undefined)
}
