import { TilthError } from '../../model/error.ts'
import type { Split } from '../../model/record.ts'
import type { Plan } from '../../plan/plan.ts'
import { explainDiskError } from '../../store/disk-error.ts'
import { takeLease } from '../../store/lease.ts'
import type { Store } from '../../store/store.ts'
import type { Engine, RunOptions, RunResult } from '../engine.ts'
import { InputCache, type KnownFile } from '../input-cache.ts'
import type { InputIdentity } from '../input-tasks.ts'
import type { FoundInputs } from '../inputs.ts'
import { Journal } from '../journal.ts'
import { budget } from '../memory.ts'
import { publishVersion } from '../publish-version.ts'
import {
  costFromNow,
  type Identification,
  identify,
  planIdOf,
  refuseTakenName,
  sampled,
  versionOf,
} from '../run-identity.ts'
import { checkSparkPlan } from './check-plan.ts'
import { SparkSession } from './connect/session.ts'
import type { Call } from './executor/job.ts'
import { SparkSegments } from './segments.ts'
import { UnitJobs } from './unit-jobs.ts'
import { writeVersionTables } from './version-tables.ts'
import { WorkFolder } from './work-folder.ts'

export interface SparkOptions {
  /** `sc://HOST:PORT/;...` */
  readonly master: string
  /** Folder that driver and executors can write; below the store when left out. */
  readonly work?: string
  /** Path of Node on executors, when it is not the one on their PATH. */
  readonly node?: string
  /** What the heap of Node may take on an executor, MiB. */
  readonly memoryMb?: number
}

const MEMORY_MB = 1024

/** Runs plans on a Spark cluster, by its Connect server. The version is the one that the local engine makes. */
export function sparkEngine(spark: SparkOptions): Engine {
  return { run: (plan, inputs, store, options) => run(spark, plan, inputs, store, options) }
}

async function run(
  spark: SparkOptions,
  plan: Plan,
  inputs: FoundInputs,
  store: Store,
  options: RunOptions,
): Promise<RunResult> {
  const { sampleRatio, dataset } = sampled(plan, options)
  const cost = costFromNow()
  const memoryMb = spark.memoryMb ?? MEMORY_MB
  const largest = Math.max(...plan.inputs.map((input) => input.maxRecordBytes))
  const { maxWindowBytes } = budget(memoryMb * 2 ** 20, 1, largest)
  const { signal } = options
  const progress = options.progress ?? (() => undefined)
  let lease: ReturnType<typeof takeLease> | undefined
  let session: SparkSession | undefined
  try {
    checkSparkPlan(plan)
    refuseTakenName(store, dataset)
    lease = takeLease(store, dataset)
    session = await SparkSession.open(spark.master, {
      ...(signal === undefined ? {} : { signal }),
      config: SETTINGS,
    })
    const journal = new Journal(store, dataset)
    const cache = new InputCache(store)
    const jobs = new UnitJobs({
      session,
      settings: { plan, sampleRatio, maxWindowBytes },
      node: spark.node,
      memoryMb,
    })
    const identification: Identification = {
      cache,
      journal,
      workers: HASH_TASKS,
      hash: async (tasks, done, started) => {
        if (tasks.length === 0) return
        for (const at of tasks.keys()) started(at)
        const calls = tasks.map((input): Call => ({ name: 'hashInputs', input }))
        for (const [at, answer] of (await jobs.call(calls, { signal })).entries())
          done(answer as readonly InputIdentity[], at)
      },
    }
    const files = await identify(inputs, identification, options)
    const planId = planIdOf(plan, files, sampleRatio)
    const existing = await versionOf(store, dataset, planId)
    if (existing !== undefined) return existing
    const work = new WorkFolder(spark.work, store, session)
    const segments = new SparkSegments({
      plan,
      session,
      jobs,
      work,
      cache,
      journal,
      sampleRatio,
      partitionBytes: (memoryMb * 2 ** 20) / 4,
      split: async (list: readonly KnownFile[]) => {
        const calls = list.map(({ file }): Call => ({ name: 'splitInput', input: { file } }))
        return (await jobs.call(calls, { signal })) as readonly (readonly Split[])[]
      },
      progress,
      signal,
    })
    await segments.run(files)
    const { results } = segments
    const open = session
    return await publishVersion({
      plan,
      planId,
      dataset,
      sampleRatio,
      store,
      journal,
      files,
      counts: results.all.flatMap(({ units }) => units.map(({ told }) => told.counts)),
      used: results.all.map(({ key }) => key),
      indexes: [],
      progress,
      cost,
      write: (building) =>
        writeVersionTables({ plan, session: open, work, results, progress, signal }, building),
    })
  } catch (error) {
    throw signal?.aborted
      ? new TilthError('interrupted', 'stopped; the same command goes on behind the last finished step')
      : explainDiskError(error, store.dir)
  } finally {
    await session?.close()
    lease?.release()
  }
}

/** Tasks of hashing that a job has at a time, about. */
const HASH_TASKS = 16

/** Settings of the session that results do not depend on. */
const SETTINGS: Readonly<Record<string, string>> = {
  // A page may be of megabytes, and a few batches are held at a time.
  'spark.sql.execution.arrow.maxRecordsPerBatch': '512',
  // A table with a folder for each section is then written without sorting it first.
  'spark.sql.maxConcurrentOutputFileWriters': '16',
  'spark.sql.session.timeZone': 'UTC',
}
