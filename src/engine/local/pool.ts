import { Worker } from 'node:worker_threads'
import { TilthError } from '../../model/error.ts'
import { endProcesses, newProcessTable, type ProcessTable } from '../own/process-table.ts'
import type { ThreadLimits } from '../task-pool.ts'
import { rebuiltError, type ThreadError } from '../thread-error.ts'
import type { TaskSettings } from '../units/context.ts'
import type { TaskInput, TaskName, TaskOutput } from './tasks.ts'

export interface TaskRequest {
  readonly id: number
  readonly name: TaskName
  readonly input: unknown
}

export interface TaskReply {
  readonly id: number
  readonly value?: unknown
  readonly cpuMicros?: number
  readonly error?: ThreadError
}

/** What a worker thread is given at its start. */
export interface WorkerData {
  readonly settings: TaskSettings
  readonly processes: ProcessTable
}

interface Waiting {
  readonly request: TaskRequest
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

/**
 * A fixed number of worker threads and a queue of tasks. Started as they are first needed.
 *
 * The first error ends the run: the caller stops adding tasks and closes the pool.
 */
export class Pool {
  readonly #size: number
  readonly #settings: TaskSettings
  readonly #limits: ThreadLimits
  readonly #idle: Worker[] = []
  readonly #all = new Set<Worker>()
  readonly #queue: Waiting[] = []
  readonly #running = new Map<Worker, Waiting>()
  #nextId = 0
  #closed = false
  /** CPU microseconds of finished tasks, on their threads. */
  cpuMicros = 0

  constructor(size: number, settings: TaskSettings, limits: ThreadLimits = {}) {
    this.#size = size
    this.#settings = settings
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  run<N extends TaskName>(name: N, input: TaskInput<N>): Promise<TaskOutput<N>> {
    if (this.#closed) return Promise.reject(interrupted())
    return new Promise<TaskOutput<N>>((resolve, reject) => {
      this.#queue.push({ request: { id: this.#nextId++, name, input }, resolve, reject })
      this.#dispatch()
    })
  }

  /**
   * Runs one task for each input, in order, and calls `done` as each ends. Only as many are queued as
   * keep the workers busy, so a long list costs no memory.
   */
  async each<N extends TaskName>(
    name: N,
    inputs: readonly TaskInput<N>[],
    done: (output: TaskOutput<N>, index: number) => void,
    started?: (index: number) => void,
  ): Promise<void> {
    let next = 0
    const lane = async (): Promise<void> => {
      for (let index = next++; index < inputs.length; index = next++) {
        started?.(index)
        done(await this.run(name, inputs[index] as TaskInput<N>), index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(this.#size, inputs.length) }, lane))
  }

  /** Ends all workers at once; tasks that were running or waiting are refused. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of [...this.#queue.splice(0), ...this.#running.values()]) waiting.reject(interrupted())
    this.#running.clear()
    await Promise.all([...this.#all].map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined)
      const waiting = worker && this.#queue.shift()
      if (worker === undefined || waiting === undefined) return
      this.#running.set(worker, waiting)
      worker.postMessage(waiting.request)
    }
  }

  #start(): Worker {
    // Run from source, Node strips the types itself; the published package has JavaScript beside this file.
    const entry = import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js'
    const processes = newProcessTable()
    const worker = new Worker(new URL(entry, import.meta.url), {
      workerData: { settings: this.#settings, processes } satisfies WorkerData,
      resourceLimits: this.#limits,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#all.add(worker)
    worker.on('message', (reply: TaskReply) => this.#reply(worker, reply))
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => {
      endProcesses(processes)
      this.#lost(worker, new Error('the worker ended'))
    })
    return worker
  }

  #reply(worker: Worker, reply: TaskReply): void {
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    this.#idle.push(worker)
    if (waiting === undefined) return
    this.cpuMicros += reply.cpuMicros ?? 0
    if (reply.error === undefined) waiting.resolve(reply.value as never)
    else waiting.reject(rebuiltError(reply.error))
    this.#dispatch()
  }

  #lost(worker: Worker, error: Error & { code?: string }): void {
    if (!this.#all.delete(worker)) return
    // One that ended while it had nothing to do must not be given a task: nobody would answer.
    const idleAt = this.#idle.indexOf(worker)
    if (idleAt >= 0) this.#idle.splice(idleAt, 1)
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    if (this.#closed || waiting === undefined) return
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    waiting.reject(
      outOfMemory
        ? new TilthError('memory', `a worker ran out of memory in ${waiting.request.name}`, {
            hint: "raise --memory, lower --workers, or lower the input's maxRecordBytes",
            cause: error,
          })
        : error,
    )
  }
}

function interrupted(): TilthError {
  return new TilthError('interrupted', 'stopped')
}
