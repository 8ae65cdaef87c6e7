import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { TilthError } from '../../../model/error.ts'
import {
  type ClusterProcess,
  type ClusterState,
  lockCluster,
  readState,
  removeState,
  writeState,
} from './cluster-state.ts'
import { connectCommand, daemonEnvironment, masterCommand, workerCommand } from './commands.ts'
import { GuardedProcess } from './guarded-process.ts'
import { findJava } from './java.ts'
import { logSays } from './log-wait.ts'
import { checkFree, freePort, LOOPBACK } from './ports.ts'
import { descendantsOf, isAlive, type ProcessIdentity, signalTo } from './process-identity.ts'
import { SPARK_VERSION, sparkEnvironment } from './python-environment.ts'

/** A cluster on this machine: a master, workers and a Connect server, all on loopback. */
export interface ClusterOptions {
  /** Folder of everything: the installation, logs, work folders, and what is written down of the cluster. */
  readonly directory: string
  /** Port of the Connect server. */
  readonly port: number
  readonly workers: number
  readonly coresPerWorker: number
  /** Heap of each worker's executor; Python and Node beside it take more. */
  readonly memoryPerWorkerBytes: number
  /** Further settings of Spark, which win over ours. */
  readonly settings: Readonly<Record<string, string>>
  readonly env: NodeJS.ProcessEnv
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/** What is known of a cluster now. */
export interface ClusterStatus {
  readonly state: ClusterState | undefined
  /** Processes of `state` that run. */
  readonly alive: readonly ClusterProcess[]
}

/**
 * Starts a cluster, and installs Spark before the first start. Where it runs already nothing is done, and `isNew` is false.
 *
 * A start that fails, is interrupted or killed leaves no process behind.
 *
 * @throws TilthError `not-found` or `usage` of Java and Python; `busy` of the port or of another start; `spark`; `interrupted`.
 */
export async function startCluster(
  options: ClusterOptions,
): Promise<{ readonly state: ClusterState; readonly isNew: boolean }> {
  const { directory } = options
  const letGo = lockCluster(directory)
  try {
    const { state, alive } = clusterStatus(directory)
    if (state !== undefined && alive.length === state.processes.length) return { state, isNew: false }
    if (alive.length > 0) {
      const gone = state?.processes.filter((each) => !alive.includes(each)).map((each) => each.name)
      throw new TilthError(
        'spark',
        `the Spark cluster in ${directory} runs in part: ${gone?.join(', ')} ended`,
        {
          hint: 'tilth spark stop, and then start it anew',
        },
      )
    }
    findJava(options.env)
    await checkFree(options.port)
    return { state: await startAll(options), isNew: true }
  } finally {
    letGo()
  }
}

/** What runs of the cluster of a folder. */
export function clusterStatus(directory: string): ClusterStatus {
  const state = readState(directory)
  return { state, alive: state?.processes.filter(isAlive) ?? [] }
}

/** How long processes may take to end by themselves. */
const POLITE_MS = 20_000
/** How long what they started may go on without them. */
const CHILDREN_MS = 3_000

/**
 * Stops the cluster of a folder, with all that its processes have started: executors, and Python and Node below them. Gives how many of
 * the cluster's own processes ran. Only processes that we started are signalled, known by number and start time.
 */
export async function stopCluster(directory: string): Promise<number> {
  const letGo = lockCluster(directory)
  try {
    const { alive } = clusterStatus(directory)
    // Children of a process that has ended cannot be found any more.
    const all: readonly ProcessIdentity[] = [...alive, ...descendantsOf(alive)]
    // The server ends its application first, then workers their executors.
    for (const each of alive.toReversed()) signalTo(each, 'SIGTERM')
    await ended(alive, POLITE_MS)
    await ended(all, CHILDREN_MS)
    for (const each of all) signalTo(each, 'SIGKILL')
    await ended(all, POLITE_MS)
    removeState(directory)
    return alive.length
  } finally {
    letGo()
  }
}

async function ended(processes: readonly ProcessIdentity[], limitMs: number): Promise<void> {
  const begun = performance.now()
  while (processes.some(isAlive) && performance.now() - begun < limitMs) await delay(100)
}

async function startAll(options: ClusterOptions): Promise<ClusterState> {
  const { directory, say, signal } = options
  const spark = await sparkEnvironment(directory, options)
  for (const folder of ['work', 'logs']) rmSync(join(directory, folder), { recursive: true, force: true })
  const started: GuardedProcess[] = []
  const processes: ClusterProcess[] = []
  const env = daemonEnvironment(spark, options.env)
  const start = async (name: string, command: readonly string[]): Promise<ClusterProcess> => {
    if (signal.aborted) throw new TilthError('interrupted', 'interrupted; the Spark cluster was not started')
    const cwd = join(directory, 'work', name)
    mkdirSync(cwd, { recursive: true })
    mkdirSync(join(directory, 'logs'), { recursive: true })
    const log = join(directory, 'logs', `${name}.log`)
    const file = openSync(log, 'w')
    const guarded = await GuardedProcess.start(command, { cwd, env, log: file })
    closeSync(file)
    started.push(guarded)
    const entry = { name, ...guarded.identity, log }
    processes.push(entry)
    return entry
  }
  try {
    const masterPort = await freePort()
    const master = await start('master', masterCommand(spark, masterPort))
    const url = `spark://${LOOPBACK}:${masterPort}`
    await logSays(waitFor(master, 'the master', /elected leader/), options)
    const workers = await Promise.all(
      Array.from({ length: options.workers }, (_, at) =>
        start(
          `worker-${at + 1}`,
          workerCommand(spark, url, join(directory, 'work', `worker-${at + 1}`), options),
        ),
      ),
    )
    for (const worker of workers)
      await logSays(waitFor(worker, worker.name, /Successfully registered with master/), options)
    const connect = await start(
      'connect',
      connectCommand(spark, url, join(directory, 'work/connect'), options),
    )
    await logSays(waitFor(connect, 'the Connect server', /Spark Connect server started/), options)
    const executors = { ...waitFor(connect, 'the executors', /Registered executor /), times: options.workers }
    await logSays(executors, options)
    const state: ClusterState = {
      endpoint: `sc://${LOOPBACK}:${options.port}`,
      sparkVersion: SPARK_VERSION,
      started: new Date().toISOString(),
      workers: options.workers,
      coresPerWorker: options.coresPerWorker,
      memoryPerWorkerBytes: options.memoryPerWorkerBytes,
      processes,
    }
    writeState(directory, state)
    for (const each of started) await each.keep()
    say(`ready at ${state.endpoint}`)
    return state
  } catch (error) {
    removeState(directory)
    await Promise.all(started.map((each) => each.end()))
    throw error
  }
}

function waitFor(
  writer: ClusterProcess,
  what: string,
  pattern: RegExp,
): { what: string; log: string; pattern: RegExp; writer: ClusterProcess } {
  return { what, log: writer.log, pattern, writer }
}
