import type { TaskSettings } from '../units/context.ts'
import { bridgeModule, bundleExecutor } from './bundle.ts'
import type { ExecuteOptions } from './connect/execution.ts'
import { type SparkRelation, sql } from './connect/plans.ts'
import type { SparkSession } from './connect/session.ts'
import type { Call, Job, UnitKind } from './executor/job.ts'
import { RESULT_COLUMNS } from './executor/result-columns.ts'
import { runtimeHere } from './executor/runtime.ts'
import { sendWorks } from './send-works.ts'
import { shipPlan } from './ship-plan.ts'
import { worksAlone } from './sql/adapters.ts'

export interface UnitJobsOptions {
  readonly session: SparkSession
  readonly settings: TaskSettings
  /** Path of Node on executors; `undefined` = the one that was shipped, or that is found. */
  readonly node?: string | undefined
  /** What the heap of Node may take on an executor. MiB. */
  readonly memoryMb: number
}

interface Sent {
  readonly program: string
  readonly bridge: string
  readonly shipped: Awaited<ReturnType<typeof shipPlan>>
}

/** Jobs on the executors: the program and the bridge are sent once. */
export class UnitJobs {
  readonly #options: UnitJobsOptions
  readonly #sent: Promise<Sent>

  constructor(options: UnitJobsOptions) {
    this.#options = options
    this.#sent = this.#send()
    // Whoever runs a job is told.
    this.#sent.catch(() => undefined)
  }

  /**
   * Runs units of one kind through the executors, and writes their results as a table with a folder for each section.
   *
   * @param input relation with the columns of `sql/adapters.ts`, in which the rows of a unit lie together, sorted.
   */
  async write(
    job: { readonly kind: UnitKind; readonly segment: number },
    input: SparkRelation,
    path: string,
    options: ExecuteOptions = {},
  ): Promise<void> {
    const { session } = this.#options
    const results = await session.mapPartitions(input, await this.#function(job), options.signal)
    await session.writeParquet(
      results,
      { path, partitionBy: ['section'], options: { compression: 'zstd' } },
      options,
    )
  }

  /** Asks the executors; gives the answers in the order of the questions. */
  async call(calls: readonly Call[], options: ExecuteOptions = {}): Promise<readonly unknown[]> {
    const { session } = this.#options
    await sendWorks(session, 'calls', calls)
    const job = await this.#function({ kind: 'call', segment: 0 })
    const results = await session.mapPartitions(sql(worksAlone('calls', calls.length)), job, options.signal)
    const answers: unknown[] = []
    for (const { unit, line } of await session.rows(results, options))
      answers[Number(unit)] = JSON.parse(String(line))
    return answers
  }

  async #function({ kind, segment }: { readonly kind: UnitKind; readonly segment: number }) {
    const { session, settings, node, memoryMb } = this.#options
    const { program, bridge, shipped } = await this.#sent
    const told: Job = { settings, ...shipped, kind, segment, runtime: runtimeHere() }
    const job = await session.addArtifact({
      kind: 'files',
      name: 'tilth-job.json',
      data: Buffer.from(JSON.stringify(told)),
    })
    return {
      module: bridge.replace(/\.py$/, ''),
      name: 'make',
      argument: JSON.stringify({ program, job, node: node ?? null, memoryMb }),
      columns: RESULT_COLUMNS,
    }
  }

  async #send(): Promise<Sent> {
    const { session, settings } = this.#options
    const program = await session.addArtifact({
      kind: 'files',
      name: 'tilth-executor.mjs',
      data: await bundleExecutor(),
    })
    const bridge = await session.addArtifact({
      kind: 'pyfiles',
      name: 'tilth_bridge.py',
      data: bridgeModule(),
    })
    return { program, bridge, shipped: await shipPlan(settings.plan, session) }
  }
}
