import { parentPort, workerData } from 'node:worker_threads'
import { noteProcessesIn } from '../own/thread-scripts.ts'
import { threadError } from '../thread-error.ts'
import { type TaskContext, taskContext } from '../units/context.ts'
import type { TaskReply, TaskRequest, WorkerData } from './pool.ts'
import { TASKS } from './tasks.ts'

/** Entry of a worker thread: makes its context once, then does one task after another. */
const port = parentPort
if (port !== null) {
  const { settings, processes } = workerData as WorkerData
  noteProcessesIn(processes)
  const context = taskContext(settings)
  // The first task says what was wrong.
  context.catch(() => undefined)
  port.on('message', (request: TaskRequest) => {
    void perform(context, request).then((reply) => port.postMessage(reply))
  })
}

async function perform(context: Promise<TaskContext>, request: TaskRequest): Promise<TaskReply> {
  const before = process.threadCpuUsage()
  try {
    const task = TASKS[request.name] as (context: TaskContext, input: unknown) => unknown
    const value = await task(await context, request.input)
    const { user, system } = process.threadCpuUsage(before)
    return { id: request.id, value, cpuMicros: user + system }
  } catch (error) {
    return { id: request.id, error: threadError(error) }
  }
}
