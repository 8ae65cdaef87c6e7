import type { Command } from 'commander'
import { stopCluster } from '../engine/spark/cluster/cluster.ts'
import { type SparkFlags, sparkDirectory } from './spark-directory.ts'

export function register(spark: Command): void {
  spark
    .command('stop')
    .description('Stop the cluster and all that it has started; no error where none runs.')
    .option('--json', 'print JSON')
    .action(async (_: unknown, command: Command) => {
      const flags = command.optsWithGlobals<SparkFlags>()
      const stopped = await stopCluster(sparkDirectory(flags))
      const text = stopped === 0 ? 'no Spark cluster ran' : 'stopped'
      process.stdout.write(flags.json ? `${JSON.stringify({ stopped })}\n` : `${text}\n`)
    })
}
