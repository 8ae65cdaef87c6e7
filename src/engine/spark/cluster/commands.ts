import { dirname, join } from 'node:path'
import { LOOPBACK } from './ports.ts'
import type { SparkHome } from './python-environment.ts'

interface Size {
  readonly port: number
  readonly workers: number
  readonly coresPerWorker: number
  readonly memoryPerWorkerBytes: number
  readonly settings: Readonly<Record<string, string>>
}

/** The environment of the daemons, and through them of executors. */
export function daemonEnvironment(spark: SparkHome, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // Settings of another Spark on this machine would mix with ours.
  const own = Object.entries(env).filter(([name]) => !/^(SPARK|PYSPARK)_/.test(name))
  return {
    ...Object.fromEntries(own),
    SPARK_HOME: spark.home,
    SPARK_LOCAL_IP: LOOPBACK,
    SPARK_DAEMON_MEMORY: '512m',
    PYSPARK_PYTHON: spark.python,
    PYSPARK_DRIVER_PYTHON: spark.python,
    // Executors run the Node that runs this command.
    PATH: `${dirname(process.execPath)}:${env['PATH'] ?? ''}`,
  }
}

export function masterCommand(spark: SparkHome, port: number): readonly string[] {
  const args = ['--host', LOOPBACK, '--port', String(port), '--webui-port', '0']
  return [join(spark.home, 'bin/spark-class'), 'org.apache.spark.deploy.master.Master', ...args]
}

export function workerCommand(
  spark: SparkHome,
  master: string,
  folder: string,
  size: Size,
): readonly string[] {
  const args = [
    '--host',
    LOOPBACK,
    '--webui-port',
    '0',
    '--work-dir',
    folder,
    '--cores',
    String(size.coresPerWorker),
    '--memory',
    mebibytes(size.memoryPerWorkerBytes),
  ]
  return [join(spark.home, 'bin/spark-class'), 'org.apache.spark.deploy.worker.Worker', ...args, master]
}

/** The server that clients speak to; it is the one application of the cluster, and holds all of its cores. */
export function connectCommand(
  spark: SparkHome,
  master: string,
  folder: string,
  size: Size,
): readonly string[] {
  const cores = size.workers * size.coresPerWorker
  const settings = {
    'spark.connect.grpc.binding.address': LOOPBACK,
    'spark.connect.grpc.binding.port': String(size.port),
    'spark.driver.host': LOOPBACK,
    'spark.driver.bindAddress': LOOPBACK,
    'spark.executor.memory': mebibytes(size.memoryPerWorkerBytes),
    'spark.executor.cores': String(size.coresPerWorker),
    'spark.cores.max': String(cores),
    // A second client is not kept waiting by the first.
    'spark.scheduler.mode': 'FAIR',
    // Spark's own 200 are for large clusters; two a core let a fast executor take over from a slow one.
    'spark.sql.shuffle.partitions': String(Math.max(4, 2 * cores)),
    'spark.default.parallelism': String(Math.max(4, 2 * cores)),
    // Nothing that changes by itself from run to run.
    'spark.dynamicAllocation.enabled': 'false',
    'spark.sql.adaptive.enabled': 'false',
    'spark.speculation': 'false',
    'spark.ui.enabled': 'false',
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    ...size.settings,
  }
  return [
    join(spark.home, 'bin/spark-submit'),
    '--master',
    master,
    '--name',
    'tilth',
    '--driver-memory',
    '1g',
    '--class',
    'org.apache.spark.sql.connect.service.SparkConnectServer',
    ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    'spark-internal',
  ]
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)}m`
}
