import { parentPort } from 'node:worker_threads'
import { TilthError } from '../model/error.ts'
import { TaskPool, type ThreadLimits } from './task-pool.ts'
import { rebuiltError, type ThreadError, threadError } from './thread-error.ts'

/** Everything that a thread can be asked to do, by name. Each is a function of its input and the files that it names. */
type Tasks = Readonly<Record<string, (input: never) => unknown>>
type Input<T extends Tasks, N extends keyof T> = Parameters<T[N]>[0]
type Output<T extends Tasks, N extends keyof T> = Awaited<ReturnType<T[N]>>

interface Request {
  readonly name: PropertyKey
  readonly input: unknown
}

type Reply = { readonly value: unknown } | { readonly error: ThreadError }

export interface NamedPoolOptions {
  readonly limits?: ThreadLimits
  /** Ends what is being done. */
  readonly signal?: AbortSignal | undefined
}

/** A {@link TaskPool} of tasks that have names. Close it. */
export class NamedPool<T extends Tasks> {
  readonly #size: number
  readonly #pool: TaskPool<Request, Reply>
  readonly #signal: AbortSignal | undefined
  readonly #stop = (): void => void this.#pool.stop()

  /** @param entry the module that calls {@link answerTasks} with the same tasks. */
  constructor(size: number, tasks: T, entry: URL, { limits, signal }: NamedPoolOptions = {}) {
    this.#size = size
    this.#signal = signal
    this.#pool = new TaskPool<Request, Reply>(size, {
      entry,
      settings: undefined,
      here: async (request) => ({ value: await perform(tasks, request) }),
      ...(limits === undefined ? {} : { limits }),
    })
    signal?.addEventListener('abort', this.#stop, { once: true })
  }

  /**
   * Does one task for each input; gives what they gave in the order of the inputs.
   *
   * @throws TilthError `interrupted`, and what the tasks throw.
   */
  async each<N extends keyof T>(
    name: N,
    inputs: readonly Input<T, N>[],
    done: (output: Output<T, N>, index: number) => void = () => undefined,
  ): Promise<readonly Output<T, N>[]> {
    const outputs: Output<T, N>[] = []
    let next = 0
    const lane = async (): Promise<void> => {
      for (let index = next++; index < inputs.length; index = next++) {
        if (this.#signal?.aborted === true) throw new TilthError('interrupted', 'stopped')
        const reply = await this.#pool.run({ name, input: inputs[index] })
        if ('error' in reply) throw rebuiltError(reply.error)
        outputs[index] = reply.value as Output<T, N>
        done(reply.value as Output<T, N>, index)
      }
    }
    await Promise.all(Array.from({ length: Math.min(this.#size, inputs.length) }, lane))
    return outputs
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#stop)
    await this.#pool.close()
  }
}

/** What a thread of a {@link NamedPool} does: one task after another. */
export function answerTasks(tasks: Tasks): void {
  parentPort?.on('message', (request: Request) => {
    void perform(tasks, request)
      .then(
        (value): Reply => ({ value }),
        (error: unknown): Reply => ({ error: threadError(error) }),
      )
      .then((reply) => parentPort?.postMessage(reply))
  })
}

async function perform(tasks: Tasks, { name, input }: Request): Promise<unknown> {
  const task = tasks[String(name)] as ((input: unknown) => unknown) | undefined
  if (task === undefined) throw new Error(`no task ${String(name)}`)
  return await task(input)
}
