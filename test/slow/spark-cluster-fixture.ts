import { resolve } from 'node:path'
import { clusterStatus, stopCluster } from '../../src/engine/spark/cluster/cluster.ts'
import { findJava } from '../../src/engine/spark/cluster/java.ts'
import { freePort } from '../../src/engine/spark/cluster/ports.ts'
import { finished, TilthProcess } from './process.ts'

/** The cluster that all slow tests share; the tier stops it at its end. Spark stays installed there from one time to the next. */
export const SPARK_DIR = resolve(import.meta.dirname, '../../.tilth/test-spark')

/** How long the installation, and then four JVMs of a busy machine, may take in all. */
export const START_MS = 20 * 60_000

/** Streams of results end so soon that every query of some seconds is reattached. */
const SHORT_STREAMS = 'spark.connect.execute.reattachable.senderMaxStreamDuration=2s'

/** Whether this machine can run Spark. CI must. */
export const canRunSpark = process.env['CI'] !== undefined || hasJava()

function hasJava(): boolean {
  try {
    findJava(process.env)
    return true
  } catch {
    return false
  }
}

/** Starts a command on the cluster of the tests. It waits for others, and does little itself. */
export function sparkCommand(...args: readonly string[]): TilthProcess {
  return new TilthProcess([...args, '--dir', SPARK_DIR], SPARK_DIR_PARENT, {}, PATIENCE)
}

const SPARK_DIR_PARENT = resolve(SPARK_DIR, '../..')
const PATIENCE = { idleMs: START_MS, cpuSeconds: 300 }

/** Arguments that start the cluster of the tests on a port. */
export async function startArguments(): Promise<readonly string[]> {
  return ['spark', 'start', '--port', String(await freePort()), '--cores', '1', '--conf', SHORT_STREAMS]
}

/** The endpoint of the shared cluster, which is started where it does not run. */
export async function sharedCluster(): Promise<string> {
  const { state, alive } = clusterStatus(SPARK_DIR)
  if (state !== undefined && alive.length === state.processes.length) return state.endpoint
  await stopCluster(SPARK_DIR)
  const args = [...(await startArguments()), '--json', '--dir', SPARK_DIR]
  const started = await finished(args, SPARK_DIR_PARENT, {}, PATIENCE)
  if (started.result.code !== 0) throw new Error(started.stderr)
  return (JSON.parse(started.stdout) as { endpoint: string }).endpoint
}

/** Ends what the slow tier has started. */
export async function teardown(): Promise<void> {
  await stopCluster(SPARK_DIR)
}
