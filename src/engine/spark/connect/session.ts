import { randomUUID } from 'node:crypto'
import type { RecordBatch } from 'apache-arrow'
import { batchesOf } from './arrow.ts'
import { type Artifact, ArtifactStore } from './artifacts.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { parseEndpoint, type SparkEndpoint } from './endpoint.ts'
import { type ExecuteOptions, execute } from './execution.ts'
import { InterruptRequest_InterruptType, type Plan } from './gen/base_pb.ts'
import { type LocalColumns, localRelation } from './local-relation.ts'
import {
  createView,
  type MapFunction,
  mapPartitions,
  rowsPlan,
  type SparkRelation,
  sql,
  sqlCommand,
  type WriteOptions,
  writeParquet,
} from './plans.ts'
import { probePythonVersion } from './python-version.ts'
import { FIRST_CONTACT } from './retry.ts'

export interface SessionOptions extends ConnectionOptions {
  /** Spark's settings for this session, such as `spark.sql.shuffle.partitions`. */
  readonly config?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A row as a plain object; `long` columns are BigInt. */
export type SparkRow = Readonly<Record<string, unknown>>

/**
 * A session on a Spark Connect server: its settings, views, files and running jobs. Close it: that stops what still runs of it.
 *
 * Calls that fail are made again for about ten minutes where that can help, so that a network that comes back ends no run.
 */
export class SparkSession {
  readonly #connection: Connection
  readonly #artifacts: ArtifactStore
  #python: Promise<string> | undefined

  private constructor(connection: Connection) {
    this.#connection = connection
    this.#artifacts = new ArtifactStore(connection)
  }

  /**
   * Opens a session. `endpoint` is `sc://HOST:PORT/;...` or what {@link parseEndpoint} made of it.
   *
   * @throws TilthError `usage` for the text; `spark` where no server answers within some seconds.
   */
  static async open(endpoint: string | SparkEndpoint, options: SessionOptions = {}): Promise<SparkSession> {
    const parsed = typeof endpoint === 'string' ? parseEndpoint(endpoint) : endpoint
    const connection = new Connection(parsed, randomUUID(), options)
    try {
      const operation = { opType: { case: 'set' as const, value: { pairs: pairsOf(options.config ?? {}) } } }
      await connection.call((base, call) => connection.service.config({ ...base, operation }, call), {
        signal: options.signal,
        retry: options.retry ?? FIRST_CONTACT,
        timeoutMs: 60_000,
      })
    } catch (error) {
      connection.close()
      throw error
    }
    return new SparkSession(connection)
  }

  /** `sc://HOST:PORT`, without a token. */
  get server(): string {
    return this.#connection.server
  }

  /** Values of settings; a name that has none is left out. */
  async config(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const operation = { opType: { case: 'getOption' as const, value: { keys: [...names] } } }
    const { pairs } = await this.#connection.call((base, call) =>
      this.#connection.service.config({ ...base, operation }, call),
    )
    return Object.fromEntries(pairs.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])))
  }

  async setConfig(settings: Readonly<Record<string, string>>): Promise<void> {
    const operation = { opType: { case: 'set' as const, value: { pairs: pairsOf(settings) } } }
    await this.#connection.call((base, call) => this.#connection.service.config({ ...base, operation }, call))
  }

  /** Version of Spark on the server. */
  async sparkVersion(): Promise<string> {
    const { result } = await this.#connection.call((base, call) =>
      this.#connection.service.analyzePlan({ ...base, analyze: { case: 'sparkVersion', value: {} } }, call),
    )
    return result.case === 'sparkVersion' ? result.value.version : ''
  }

  /** `MAJOR.MINOR` of the Python of executors, asked once. */
  pythonVersion(signal?: AbortSignal): Promise<string> {
    this.#python ??= probePythonVersion((relation) => this.rows(relation, { signal })).catch((error) => {
      this.#python = undefined
      throw error
    })
    return this.#python
  }

  /** Sends a file to the executors. Gives its name there. */
  addArtifact(artifact: Artifact, signal?: AbortSignal): Promise<string> {
    return this.#artifacts.add(artifact, signal)
  }

  /** Rows of this process as a relation. */
  local(columns: LocalColumns, signal?: AbortSignal): Promise<SparkRelation> {
    return localRelation(columns, (data) => this.addArtifact({ kind: 'cache', name: '', data }, signal))
  }

  /** Names of the columns of a relation; nothing is run. */
  async columns(relation: SparkRelation, signal?: AbortSignal): Promise<readonly string[]> {
    const analyze = { case: 'schema' as const, value: { plan: rowsPlan(relation) } }
    const { result } = await this.#connection.call(
      (base, call) => this.#connection.service.analyzePlan({ ...base, analyze }, call),
      { signal },
    )
    const kind = result.case === 'schema' ? result.value.schema?.kind : undefined
    return kind?.case === 'struct' ? kind.value.fields.map((field) => field.name) : []
  }

  /** Each partition of a relation through a Python function. Nothing runs before its rows are wanted, apart from one probe a session. */
  async mapPartitions(input: SparkRelation, func: MapFunction, signal?: AbortSignal): Promise<SparkRelation> {
    const [pythonVersion, inputColumns] = await Promise.all([
      this.pythonVersion(signal),
      this.columns(input, signal),
    ])
    return mapPartitions(input, func, { pythonVersion, inputColumns })
  }

  /** Arrow batches of a query or relation as they arrive. Leaving the loop stops the job. */
  batches(
    query: string | SparkRelation,
    options: ExecuteOptions = {},
  ): AsyncGenerator<RecordBatch, void, undefined> {
    const plan = rowsPlan(typeof query === 'string' ? sql(query) : query)
    return batchesOf(execute(this.#connection, plan, options), this.server)
  }

  /** All rows of a small result. */
  async rows(query: string | SparkRelation, options: ExecuteOptions = {}): Promise<readonly SparkRow[]> {
    const rows: SparkRow[] = []
    for await (const batch of this.batches(query, options)) {
      for (const row of batch) rows.push(row.toJSON() as SparkRow)
    }
    return rows
  }

  /** Runs a statement that gives no rows. */
  run(statement: string, options: ExecuteOptions = {}): Promise<void> {
    return this.#finish(sqlCommand(statement), options)
  }

  /** Makes, or makes anew, a view of this session. */
  createView(name: string, relation: SparkRelation, options: ExecuteOptions = {}): Promise<void> {
    return this.#finish(createView(relation, name), options)
  }

  /** Writes rows as a table of Parquet files, committed by Spark. */
  writeParquet(relation: SparkRelation, write: WriteOptions, options: ExecuteOptions = {}): Promise<void> {
    return this.#finish(writeParquet(relation, write), options)
  }

  /** Stops everything that runs in this session. Gives the operations that were stopped. */
  async interrupt(): Promise<readonly string[]> {
    const interruptType = InterruptRequest_InterruptType.ALL
    const { interruptedIds } = await this.#connection.call((base, call) =>
      this.#connection.service.interrupt({ ...base, interruptType }, call),
    )
    return interruptedIds
  }

  /** Releases the session on the server, which stops its jobs and forgets its views and files. Never throws. */
  async close(): Promise<void> {
    const { clientObservedServerSideSessionId: _, ...base } = this.#connection.base()
    // A server that is gone has nothing to release, and one that hangs ends the session by itself.
    await this.#connection.service.releaseSession(base, { timeoutMs: 10_000 }).catch(() => undefined)
    this.#connection.close()
  }

  async #finish(plan: Plan, options: ExecuteOptions): Promise<void> {
    for await (const _ of execute(this.#connection, plan, options)) {
      // Commands are answered for their effect alone.
    }
  }
}

function pairsOf(settings: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(settings).map(([key, value]) => ({ key, value }))
}
