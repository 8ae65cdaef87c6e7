import { Worker } from 'node:worker_threads'
import { type ErrorCode, TilthError } from '../../model/error.ts'
import { FIT_TASKS, type FitTaskInput, type FitTaskName, type FitTaskOutput } from './fit-tasks.ts'

export interface FitRequest {
  readonly name: FitTaskName
  readonly input: unknown
}

/** What a thread answers: a value, a fault, or an error that a user can act on. */
export type FitReply =
  | { readonly value: unknown }
  | { readonly error: Error }
  | { readonly refused: { readonly code: ErrorCode; readonly message: string; readonly hint?: string } }

/** Threads of a fit; with one, everything is done where it was asked for. */
export class FitPool {
  readonly #size: number
  readonly #idle: Worker[] = []
  readonly #all: Worker[] = []
  readonly #waiting = new Map<
    Worker,
    { resolve: (reply: FitReply) => void; reject: (error: Error) => void }
  >()

  constructor(size: number) {
    this.#size = size
  }

  /** Runs one task for each input; gives what they gave in the order of the inputs. */
  async each<N extends FitTaskName>(
    name: N,
    inputs: readonly FitTaskInput<N>[],
    done: (output: FitTaskOutput<N>, index: number) => void = () => undefined,
  ): Promise<readonly FitTaskOutput<N>[]> {
    const outputs: FitTaskOutput<N>[] = []
    let next = 0
    const lane = async (): Promise<void> => {
      for (let index = next++; index < inputs.length; index = next++) {
        const output = await this.#run(name, inputs[index] as FitTaskInput<N>)
        outputs[index] = output
        done(output, index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(this.#size, inputs.length) }, lane))
    return outputs
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()))
  }

  async #run<N extends FitTaskName>(name: N, input: FitTaskInput<N>): Promise<FitTaskOutput<N>> {
    if (this.#size === 1) {
      const task = FIT_TASKS[name] as (input: unknown) => unknown
      return (await task(input)) as FitTaskOutput<N>
    }
    const worker = this.#idle.pop() ?? this.#start()
    const reply = await new Promise<FitReply>((resolve, reject) => {
      this.#waiting.set(worker, { resolve, reject })
      worker.postMessage({ name, input } satisfies FitRequest)
    })
    this.#idle.push(worker)
    if ('value' in reply) return reply.value as FitTaskOutput<N>
    if ('error' in reply) throw reply.error
    const { code, message, hint } = reply.refused
    throw new TilthError(code, message, hint === undefined ? {} : { hint })
  }

  #start(): Worker {
    // Run from source, Node strips the types itself; the published package has JavaScript beside this file.
    const entry = import.meta.url.endsWith('.ts') ? './fit-worker.ts' : './fit-worker.js'
    const worker = new Worker(new URL(entry, import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#all.push(worker)
    worker.on('message', (reply: FitReply) => this.#waiting.get(worker)?.resolve(reply))
    worker.on('error', (error) => this.#waiting.get(worker)?.reject(error))
    worker.on('exit', () => this.#waiting.get(worker)?.reject(new Error('a thread of the fit ended')))
    return worker
  }
}
