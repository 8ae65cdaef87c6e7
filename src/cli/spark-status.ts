import type { Command } from 'commander'
import { type ClusterStatus, clusterStatus } from '../engine/spark/cluster/cluster.ts'
import type { ClusterProcess, ClusterState } from '../engine/spark/cluster/cluster-state.ts'
import { type SparkFlags, sparkDirectory } from './spark-directory.ts'
import { bytes, styleOf, table } from './terminal.ts'

export function register(spark: Command): void {
  spark
    .command('status')
    .description('What runs of the cluster, and where its logs are.')
    .option('--json', 'print JSON')
    .action((_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<SparkFlags>()
      const status = clusterStatus(sparkDirectory(flags))
      process.stdout.write(flags.json ? `${JSON.stringify(jsonOf(status))}\n` : shown(status))
    })
}

function jsonOf({ state, alive }: ClusterStatus): unknown {
  if (state === undefined) return { state: 'stopped' }
  const isWhole = alive.length === state.processes.length
  const processes = state.processes.map((each) => ({ ...each, isAlive: alive.includes(each) }))
  return { ...state, state: isWhole ? 'running' : alive.length > 0 ? 'damaged' : 'ended', processes }
}

function shown({ state, alive }: ClusterStatus): string {
  if (state === undefined) return 'no Spark cluster runs\n'
  const columns = [
    { title: 'process', cell: (each: ClusterProcess) => each.name },
    { title: 'pid', cell: (each: ClusterProcess) => String(each.pid), align: 'right' as const },
    { title: 'state', cell: (each: ClusterProcess) => (alive.includes(each) ? 'runs' : 'ended') },
    { title: 'log', cell: (each: ClusterProcess) => each.log },
  ]
  return `${headOf(state)}\n${table(state.processes, columns, styleOf(process.stdout, process.env))}`
}

function headOf(state: ClusterState): string {
  const { endpoint, sparkVersion, workers, coresPerWorker, memoryPerWorkerBytes, started } = state
  const cores = `${coresPerWorker} ${coresPerWorker === 1 ? 'core' : 'cores'}`
  return `${endpoint}   Spark ${sparkVersion}, ${workers} workers with ${cores} and ${bytes(memoryPerWorkerBytes)} each, since ${started}`
}
