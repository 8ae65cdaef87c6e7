import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { parseBytes } from '../engine/memory.ts'
import { startCluster } from '../engine/spark/cluster/cluster.ts'
import { TilthError } from '../model/error.ts'
import { onInterrupt } from './interrupt.ts'
import { collect, wholeNumber } from './options.ts'
import { type SparkFlags, sparkDirectory } from './spark-directory.ts'

interface StartFlags extends SparkFlags {
  readonly port: string
  readonly workers: string
  readonly cores?: string
  readonly memory: string
  readonly conf?: readonly string[]
}

export function register(spark: Command): void {
  spark
    .command('start')
    .description('Start a master, workers and a Connect server on loopback; the first time, install Spark.')
    .option('--port <n>', 'port of the Connect server', '15002')
    .option('--workers <n>', 'workers, each with one executor', '2')
    .option('--cores <n>', "cores of each worker (default: this machine's, shared out)")
    .option('--memory <size>', 'heap of each executor; Python and Node beside it take more', '1G')
    .option('--conf <name=value>', 'a setting of Spark; repeatable', collect)
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (_: unknown, command: Command) => start(command.optsWithGlobals<StartFlags>()))
}

const HELP = `
Needs Java 17 or newer and Python 3.11 or newer with venv. Spark comes from PyPI, once, about 700 MB.
Everybody on this machine can use the cluster: it is not for machines that strangers log in to.

Examples:
  tilth spark start
  tilth spark start --cores 4 --memory 2G`

async function start(flags: StartFlags): Promise<void> {
  const workers = wholeNumber(flags.workers, '--workers', 1, 64)
  const shared = Math.max(1, Math.floor(availableParallelism() / workers))
  const memoryPerWorkerBytes = parseBytes(flags.memory, '--memory')
  if (memoryPerWorkerBytes < MIN_HEAP_BYTES)
    throw new TilthError('usage', `--memory ${flags.memory}: Spark needs 512M at least`)
  const stop = new AbortController()
  const letGo = onInterrupt(() => stop.abort())
  try {
    const { state, isNew } = await startCluster({
      directory: sparkDirectory(flags),
      port: wholeNumber(flags.port, '--port', 1024, 65_535),
      workers,
      coresPerWorker: flags.cores === undefined ? shared : wholeNumber(flags.cores, '--cores', 1, 1024),
      memoryPerWorkerBytes,
      settings: settingsOf(flags.conf ?? []),
      env: process.env,
      say: (text) => void process.stderr.write(`spark: ${text}\n`),
      signal: stop.signal,
    })
    const text = isNew ? `started at ${state.endpoint}` : `runs already at ${state.endpoint}`
    process.stdout.write(flags.json ? `${JSON.stringify({ isNew, ...state })}\n` : `${text}\n`)
  } finally {
    letGo()
  }
}

/** Spark refuses an executor with less than 450 MiB. */
const MIN_HEAP_BYTES = 512 * 1024 ** 2

function settingsOf(values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.map((value) => {
      const match = /^(spark\.[\w.-]+)=(.*)$/s.exec(value)
      if (match === null)
        throw new TilthError(
          'usage',
          `--conf ${value}: expected NAME=VALUE with a name such as spark.task.maxFailures`,
        )
      return [match[1], match[2]]
    }),
  )
}
