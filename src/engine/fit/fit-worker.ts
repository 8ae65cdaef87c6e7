import { parentPort } from 'node:worker_threads'
import { TilthError } from '../../model/error.ts'
import type { FitReply, FitRequest } from './fit-pool.ts'
import { FIT_TASKS } from './fit-tasks.ts'

/** Entry of a thread of a fit: one task after another. */
const port = parentPort
port?.on('message', (request: FitRequest) => {
  void perform(request).then((reply) => port.postMessage(reply))
})

async function perform({ name, input }: FitRequest): Promise<FitReply> {
  try {
    const task = FIT_TASKS[name] as (input: unknown) => unknown
    return { value: await task(input) }
  } catch (error) {
    if (!(error instanceof TilthError))
      return { error: error instanceof Error ? error : new Error(String(error)) }
    const { code, message, hint } = error
    return { refused: { code, message, ...(hint === undefined ? {} : { hint }) } }
  }
}
