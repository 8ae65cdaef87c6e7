import { Worker } from 'node:worker_threads'
import { TilthError } from '../model/error.ts'

interface Waiting<Task, Result> {
  readonly task: Task
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

/** How a {@link TaskPool} does its work. */
export interface TaskKind<Task, Result> {
  /** The module of a worker thread, which answers each message with one. */
  readonly entry: URL
  /** What the module finds as `workerData`. */
  readonly settings: unknown
  /** Does a task on this thread, which is all there is where the pool has one. */
  readonly here: (task: Task) => Result | Promise<Result>
  /** Memory of a task that goes over to the thread. */
  readonly transfer?: (task: Task) => readonly ArrayBuffer[]
  readonly limits?: ThreadLimits
}

/** Bounds of one worker thread; see `memory.ts`. */
export interface ThreadLimits {
  readonly maxOldGenerationSizeMb?: number
  readonly maxYoungGenerationSizeMb?: number
}

/** Worker threads that do one task after another, started as they are first needed. One is the thread itself. */
export class TaskPool<Task, Result> {
  readonly #size: number
  readonly #kind: TaskKind<Task, Result>
  readonly #all = new Set<Worker>()
  readonly #idle: Worker[] = []
  readonly #queue: Waiting<Task, Result>[] = []
  readonly #running = new Map<Worker, Waiting<Task, Result>>()

  constructor(size: number, kind: TaskKind<Task, Result>) {
    this.#size = size
    this.#kind = kind
  }

  /** Another task would be begun at once. */
  get isWaiting(): boolean {
    return this.#running.size < this.#size
  }

  async run(task: Task): Promise<Result> {
    if (this.#size === 1) return this.#kind.here(task)
    return new Promise((resolve, reject) => {
      this.#queue.push({ task, resolve, reject })
      this.#dispatch()
    })
  }

  /** Ends all threads at once; what they were doing is lost. */
  async close(): Promise<void> {
    const workers = [...this.#all]
    this.#all.clear()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  /** Ends all threads at once, and tells who waits. */
  async stop(): Promise<void> {
    const waiting = [...this.#running.values(), ...this.#queue.splice(0)]
    this.#running.clear()
    for (const { reject } of waiting) reject(new TilthError('interrupted', 'stopped'))
    await this.close()
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined)
      const waiting = worker && this.#queue.shift()
      if (worker === undefined || waiting === undefined) return
      this.#running.set(worker, waiting)
      worker.postMessage(waiting.task, [...(this.#kind.transfer?.(waiting.task) ?? [])])
    }
  }

  #start(): Worker {
    const worker = new Worker(this.#kind.entry, {
      workerData: this.#kind.settings,
      ...(this.#kind.limits === undefined ? {} : { resourceLimits: this.#kind.limits }),
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#all.add(worker)
    worker.on('message', (result: Result) => {
      const waiting = this.#running.get(worker)
      this.#running.delete(worker)
      this.#idle.push(worker)
      waiting?.resolve(result)
      this.#dispatch()
    })
    worker.on('error', (error) => this.#lost(worker, error))
    worker.on('exit', () => this.#lost(worker, new Error('the worker ended')))
    return worker
  }

  #lost(worker: Worker, error: Error & { code?: string }): void {
    if (!this.#all.delete(worker)) return
    const waiting = this.#running.get(worker)
    this.#running.delete(worker)
    const told =
      error.code === 'ERR_WORKER_OUT_OF_MEMORY'
        ? new TilthError('memory', 'a worker ran out of memory', { hint: 'lower --workers', cause: error })
        : error
    // The first loss ends the command: what waits would wait for a thread that may never come.
    for (const each of [...(waiting === undefined ? [] : [waiting]), ...this.#queue.splice(0)]) {
      each.reject(told)
    }
  }
}

/** The module beside another: run from source, Node strips the types itself; the published package has JavaScript. */
export function besideModule(url: string, name: string): URL {
  return new URL(`./${name}${url.endsWith('.ts') ? '.ts' : '.js'}`, url)
}
