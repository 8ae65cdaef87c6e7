import type { Command } from 'commander'
import { register as registerStart } from './spark-start.ts'
import { register as registerStatus } from './spark-status.ts'
import { register as registerStop } from './spark-stop.ts'

export function register(program: Command): void {
  const spark = program
    .command('spark')
    .description('A Spark cluster on this machine, for development and tests.')
  registerStart(spark)
  registerStop(spark)
  registerStatus(spark)
  for (const each of spark.commands) {
    each.option('--dir <dir>', 'folder of the cluster (default: spark in the store)').exitOverride()
  }
}
