import { randomUUID } from 'node:crypto'
import { ConnectError } from '@connectrpc/connect'
import { TilthError } from '../../../model/error.ts'
import type { Connection } from './connection.ts'
import { type ExecutePlanResponse, InterruptRequest_InterruptType, type Plan } from './gen/base_pb.ts'
import type { Retries } from './retry.ts'
import { factsOf, SparkError } from './spark-error.ts'

/** Tasks of the stages of a running query. */
export interface SparkProgress {
  readonly tasks: number
  readonly completedTasks: number
  readonly runningTasks: number
  readonly inputBytes: number
}

export interface ExecuteOptions {
  /** Stops the job on the server. */
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((progress: SparkProgress) => void) | undefined
}

/** A stream that gave nothing and ended sooner than this is counted as a failed try. */
const SHORT_STREAM_MS = 1_000
/** For what is said to the server at the end: nobody waits for it longer. */
const FAREWELL_MS = 10_000

/**
 * Runs a plan and gives the server's answers to its end, which is `resultComplete` and nothing else.
 *
 * A stream that breaks, falls silent or ends early is asked for again behind the last answer that came. Where the server no longer has the
 * operation that is an error, because answers would be missing. Leaving the loop, or the signal, stops the job on the server.
 *
 * @throws TilthError `spark`; `interrupted` by the signal.
 */
export async function* execute(
  connection: Connection,
  plan: Plan,
  options: ExecuteOptions = {},
): AsyncGenerator<ExecutePlanResponse, void, undefined> {
  const { signal, progress } = options
  if (isAborted(signal)) throw interrupted()
  const operation = new Operation(connection, plan, signal)
  try {
    for await (const response of operation.responses()) {
      const { case: kind, value } = response.responseType
      if (kind === 'executionProgress') progress?.(progressOf(value.stages, value.numInflightTasks))
      else yield response
    }
  } catch (error) {
    if (isAborted(signal)) throw interrupted()
    throw await connection.explain(error)
  } finally {
    await operation.end()
  }
}

/** One execution on the server, across all streams that tell of it. */
class Operation {
  readonly #connection: Connection
  readonly #plan: Plan
  readonly #signal: AbortSignal | undefined
  readonly #id = randomUUID()
  readonly #retries: Retries
  #lastResponse: string | undefined
  #isComplete = false
  /** Whether the server may know of the operation: if not, it is begun and not asked for. */
  #isBegun = false
  #release: Promise<unknown> | undefined

  constructor(connection: Connection, plan: Plan, signal: AbortSignal | undefined) {
    this.#connection = connection
    this.#plan = plan
    this.#signal = signal
    this.#retries = connection.retries()
  }

  async *responses(): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    while (!this.#isComplete) {
      const begun = performance.now()
      const before = this.#lastResponse
      try {
        yield* this.#stream()
        if (this.#isComplete) return
      } catch (error) {
        if (this.#canGoOn(error)) await this.#retries.pause(error, this.#signal)
        else await this.#retries.next(error, this.#signal)
        continue
      }
      // The server may end a stream at any time. Only one that does so at once, over and over, is broken.
      const isFruitless = before === this.#lastResponse && performance.now() - begun < SHORT_STREAM_MS
      if (isFruitless) await this.#retries.pause(this.#endless(), this.#signal)
    }
  }

  /** The answers of one stream. */
  async *#stream(): AsyncGenerator<ExecutePlanResponse, void, undefined> {
    const watch = new SilenceWatch(this.#connection.silenceMs, this.#signal)
    try {
      for await (const response of this.#open(watch.signal)) {
        watch.pause()
        this.#connection.observe(response)
        this.#retries.reset()
        this.#lastResponse = response.responseId
        if (response.responseType.case === 'resultComplete') {
          this.#isComplete = true
        } else {
          yield response
          this.#releaseRead(response.responseId)
        }
        watch.start()
      }
    } catch (error) {
      if (!watch.isSilent) throw error
    } finally {
      watch.pause()
    }
  }

  #open(signal: AbortSignal): AsyncIterable<ExecutePlanResponse> {
    const { service } = this.#connection
    const base = this.#connection.base()
    const operationId = this.#id
    if (this.#isBegun) {
      const after = this.#lastResponse === undefined ? {} : { lastResponseId: this.#lastResponse }
      return service.reattachExecute({ ...base, operationId, ...after }, { signal })
    }
    this.#isBegun = true
    const reattachable = {
      requestOption: { case: 'reattachOptions' as const, value: { reattachable: true } },
    }
    return service.executePlan(
      { ...base, operationId, plan: this.#plan, requestOptions: [reattachable] },
      { signal },
    )
  }

  /**
   * Whether the failure only says who has to speak next: the server never heard of the operation, so it is begun again; or it did, though
   * the call that began it failed, so it is asked for.
   */
  #canGoOn(error: unknown): boolean {
    if (!(error instanceof ConnectError)) return false
    const { errorClass } = factsOf(error)
    if (errorClass === 'INVALID_HANDLE.OPERATION_ALREADY_EXISTS') return true
    const isUnknown = /^INVALID_HANDLE\.(OPERATION|SESSION)_NOT_FOUND$/.test(errorClass ?? '')
    if (!isUnknown || this.#lastResponse !== undefined) return false
    this.#isBegun = false
    return true
  }

  #endless(): SparkError {
    return new SparkError(
      `${this.#connection.server}: the results ended before they were complete, and the server gives no more of them`,
      { hint: 'nothing of this result was used; look into the log of the Spark server' },
    )
  }

  /** Lets the server forget answers that were read: one such call at a time, for the last of them. */
  #releaseRead(responseId: string): void {
    if (this.#release !== undefined) return
    this.#release = this.#say({ case: 'releaseUntil', value: { responseId } }).finally(() => {
      this.#release = undefined
    })
  }

  /** Ends the operation on the server: what still runs of it is stopped. */
  async end(): Promise<void> {
    if (!this.#isBegun) return
    if (!this.#isComplete) {
      await interruptOperation(this.#connection, this.#id).catch(ignored)
    }
    await this.#release
    await this.#say({ case: 'releaseAll', value: {} })
  }

  async #say(
    release: { case: 'releaseAll'; value: object } | { case: 'releaseUntil'; value: { responseId: string } },
  ): Promise<void> {
    await this.#connection.service
      .releaseExecute(
        { ...this.#connection.base(), operationId: this.#id, release },
        { timeoutMs: FAREWELL_MS },
      )
      .catch(ignored)
  }
}

/** Stops a running operation on the server. */
export async function interruptOperation(connection: Connection, operationId: string): Promise<void> {
  await connection.service.interrupt(
    {
      ...connection.base(),
      interruptType: InterruptRequest_InterruptType.OPERATION_ID,
      interrupt: { case: 'operationId', value: operationId },
    },
    { timeoutMs: FAREWELL_MS },
  )
}

/** Ends a stream on which nothing is heard for a time, and when the caller's own signal says so. */
class SilenceWatch {
  readonly #silence = new AbortController()
  readonly #ms: number
  #timer: NodeJS.Timeout | undefined
  readonly signal: AbortSignal

  constructor(ms: number, signal: AbortSignal | undefined) {
    this.#ms = ms
    this.signal =
      signal === undefined ? this.#silence.signal : AbortSignal.any([signal, this.#silence.signal])
    this.start()
  }

  get isSilent(): boolean {
    return this.#silence.signal.aborted
  }

  start(): void {
    this.#timer = setTimeout(() => this.#silence.abort(), this.#ms)
  }

  /** While an answer is worked on, nobody listens. */
  pause(): void {
    clearTimeout(this.#timer)
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function interrupted(): TilthError {
  return new TilthError('interrupted', 'interrupted; the job on the Spark cluster was stopped')
}

function progressOf(
  stages: readonly { numTasks: bigint; numCompletedTasks: bigint; inputBytesRead: bigint }[],
  running: bigint,
): SparkProgress {
  const sum = (each: (stage: (typeof stages)[number]) => bigint): number =>
    stages.reduce((total, stage) => total + Number(each(stage)), 0)
  return {
    tasks: sum((stage) => stage.numTasks),
    completedTasks: sum((stage) => stage.numCompletedTasks),
    runningTasks: Number(running),
    inputBytes: sum((stage) => stage.inputBytesRead),
  }
}

/** The server ends what was not ended by us, after a time of its own. */
function ignored(): void {}
