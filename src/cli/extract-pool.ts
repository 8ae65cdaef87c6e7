import { Worker } from 'node:worker_threads'
import { TilthError } from '../model/error.ts'
import { extractBatch, type LineBatch, type LineResults, type LineSettings } from './extract-lines.ts'

interface Waiting {
  readonly batch: LineBatch
  readonly resolve: (results: LineResults) => void
  readonly reject: (error: Error) => void
}

/** Worker threads that extract batches of lines, started as they are first needed. One is the thread itself. */
export class ExtractPool {
  readonly #size: number
  readonly #settings: LineSettings
  readonly #all = new Set<Worker>()
  readonly #idle: Worker[] = []
  readonly #queue: Waiting[] = []
  readonly #running = new Map<Worker, Waiting>()

  constructor(size: number, settings: LineSettings) {
    this.#size = size
    this.#settings = settings
  }

  /** Another batch would be begun at once. */
  get isWaiting(): boolean {
    return this.#running.size < this.#size
  }

  run(batch: LineBatch): Promise<LineResults> {
    if (this.#size === 1) return Promise.resolve(extractBatch(batch, this.#settings))
    return new Promise((resolve, reject) => {
      this.#queue.push({ batch, resolve, reject })
      this.#dispatch()
    })
  }

  /** Ends all threads at once; what they were doing is lost. */
  async close(): Promise<void> {
    const workers = [...this.#all]
    this.#all.clear()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#all.size < this.#size ? this.#start() : undefined)
      const waiting = worker && this.#queue.shift()
      if (worker === undefined || waiting === undefined) return
      this.#running.set(worker, waiting)
      worker.postMessage(waiting.batch, [waiting.batch.bytes.buffer])
    }
  }

  #start(): Worker {
    // Run from source, Node strips the types itself; the published package has JavaScript beside this file.
    const entry = import.meta.url.endsWith('.ts') ? './extract-worker.ts' : './extract-worker.js'
    const worker = new Worker(new URL(entry, import.meta.url), {
      workerData: this.#settings,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#all.add(worker)
    worker.on('message', (results: LineResults) => {
      const waiting = this.#running.get(worker)
      this.#running.delete(worker)
      this.#idle.push(worker)
      waiting?.resolve(results)
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
