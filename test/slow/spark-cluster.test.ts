import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusterStatus, stopCluster } from '../../src/engine/spark/cluster/cluster.ts'
import { descendantsOf, isAlive } from '../../src/engine/spark/cluster/process-identity.ts'
import { sql } from '../../src/engine/spark/connect/plans.ts'
import { SparkSession } from '../../src/engine/spark/connect/session.ts'
import {
  canRunSpark,
  SPARK_DIR,
  START_MS,
  sharedCluster,
  sparkCommand,
  startArguments,
} from './spark-cluster-fixture.ts'

if (canRunSpark) describe('a Spark cluster on this machine', cluster)
else describe.skip('a Spark cluster on this machine (needs Java 17)', () => it('runs', () => undefined))

/** Sleeps on each batch, so that a query outlives streams of its results. */
const BRIDGE = `
def make(seconds):
    def run(batches):
        import time
        import pyarrow as pa
        for batch in batches:
            time.sleep(float(seconds))
            ids = batch.column("id")
            words = pa.array(["%d!" % each.as_py() for each in ids], pa.string())
            yield pa.RecordBatch.from_arrays([ids, words], names=["id", "word"])
    return run
`

function cluster(): void {
  let session: SparkSession
  const folder = mkdtempSync(join(tmpdir(), 'tilth-spark-'))

  beforeAll(async () => {
    await stopCluster(SPARK_DIR)
    const killed = sparkCommand(...(await startArguments()))
    expect(await killed.seen(/waiting for worker-1/), killed.stderr).toBe(true)
    expect(processesIn(SPARK_DIR).length, 'programs ran').toBeGreaterThan(0)
    killed.kill()
    await killed.ended
    for (let tries = 0; tries < 600 && processesIn(SPARK_DIR).length > 0; tries++) await delay(100)
    expect(processesIn(SPARK_DIR), 'a killed start leaves nothing').toEqual([])
    session = await SparkSession.open(await sharedCluster())
  }, START_MS)
  afterAll(async () => {
    await session?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('answers queries, and says what is wrong with one', async () => {
    expect(await session.sparkVersion()).toBe('4.3.0')
    expect(await session.rows('SELECT id, id * 2 AS twice FROM range(3) ORDER BY id')).toEqual([
      { id: 0n, twice: 0n },
      { id: 1n, twice: 2n },
      { id: 2n, twice: 4n },
    ])
    expect(await session.rows('SELECT id FROM range(0)')).toEqual([])
    await expect(session.rows('SELECT * FROM nowhere')).rejects.toMatchObject({
      code: 'spark',
      errorClass: 'TABLE_OR_VIEW_NOT_FOUND',
      sqlState: '42P01',
    })
  })

  it('takes rows of this process, in a request and as an artifact', async () => {
    const small = {
      id: BigInt64Array.of(-1n, 2n),
      text: ['é', ''],
      bytes: [new Uint8Array([0, 255]), new Uint8Array()],
    }
    await session.createView('small', await session.local(small))
    expect(await session.rows('SELECT id, text, hex(bytes) AS hex FROM small ORDER BY id')).toEqual([
      { id: -1n, text: 'é', hex: '00FF' },
      { id: 2n, text: '', hex: '' },
    ])
    await session.createView('none', await session.local({ id: new BigInt64Array(), text: [] }))
    expect(await session.rows('SELECT count(*) AS n FROM none')).toEqual([{ n: 0n }])
    const length = 1_200_000
    const large = await session.local({ id: BigInt64Array.from({ length }, (_, at) => BigInt(at)) })
    expect(large.relType.case).toBe('cachedLocalRelation')
    await session.createView('large', large)
    expect(await session.rows('SELECT count(*) AS n, sum(id) AS s FROM large')).toEqual([
      { n: BigInt(length), s: (BigInt(length) * BigInt(length - 1)) / 2n },
    ])
  })

  it('maps Arrow batches on both executors, is reattached meanwhile, and writes Parquet', async () => {
    const artifact = { kind: 'pyfiles' as const, name: 'trial_bridge.py', data: Buffer.from(BRIDGE) }
    const module = (await session.addArtifact(artifact)).replace(/\.py$/, '')
    const columns = [
      { name: 'id', type: 'long' as const },
      { name: 'word', type: 'string' as const },
    ]
    const call = { module, name: 'make', argument: '5', columns }
    const mapped = await session.mapPartitions(sql('SELECT id FROM range(0, 100, 1, 4)'), call)
    const before = earlyEnds()
    let most = 0
    const rows = await session.rows(mapped, {
      progress: ({ runningTasks }) => {
        most = Math.max(most, runningTasks)
      },
    })
    expect(earlyEnds(), 'streams that the server ended early').toBeGreaterThan(before)
    expect(most, 'tasks at a time').toBe(2)
    expect(rows.map((row) => row['word']).toSorted()).toEqual(
      Array.from({ length: 100 }, (_, at) => `${at}!`).toSorted(),
    )
    const path = join(folder, 'table')
    await session.createView('mapped', mapped)
    await session.writeParquet(sql('SELECT *, mod(id, 2) AS half FROM mapped'), {
      path,
      partitionBy: ['half'],
    })
    expect(
      readdirSync(path)
        .filter((name) => name.startsWith('half='))
        .toSorted(),
    ).toEqual(['half=0', 'half=1'])
    expect(await session.rows(`SELECT count(*) AS n FROM parquet.\`${path}\``)).toEqual([{ n: 100n }])
  })

  it('stops a job that is interrupted', async () => {
    const stop = new AbortController()
    const endless = 'SELECT sum(a.id * b.id % 7) AS s FROM range(100000000) a CROSS JOIN range(1000000) b'
    const running = session.rows(endless, {
      signal: stop.signal,
      progress: ({ runningTasks }) => {
        if (runningTasks > 0) stop.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'interrupted' })
    expect(await session.rows('SELECT 1 AS one'), 'the executors are free').toEqual([{ one: 1 }])
  })

  it('a second start says that it runs', async () => {
    const again = sparkCommand(...(await startArguments()))
    expect((await again.ended).code, again.stderr).toBe(0)
    expect(again.stdout).toContain(`runs already at ${clusterStatus(SPARK_DIR).state?.endpoint}`)
  })

  it('a cluster of which a worker was killed is told, stopped to the last process, and started anew', async () => {
    const worker = clusterStatus(SPARK_DIR).alive.find((each) => each.name === 'worker-2')
    if (worker === undefined) throw new Error('no second worker')
    process.kill(worker.pid, 'SIGKILL')
    while (isAlive(worker)) await delay(50)
    const status = sparkCommand('spark', 'status', '--json')
    await status.ended
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'damaged' })
    const refused = sparkCommand(...(await startArguments()))
    expect((await refused.ended).code).toBe(7)
    expect(refused.stderr).toContain('worker-2 ended')
    const { alive } = clusterStatus(SPARK_DIR)
    const all = [...alive, ...descendantsOf(alive)]
    expect(all.length, 'executors among them').toBeGreaterThan(alive.length)
    const stopped = sparkCommand('spark', 'stop')
    expect((await stopped.ended).code, stopped.stderr).toBe(0)
    expect(all.filter(isAlive)).toEqual([])
    expect(processesIn(SPARK_DIR)).toEqual([])
    const twice = sparkCommand('spark', 'stop')
    expect((await twice.ended).code).toBe(0)
    expect(twice.stdout).toContain('no Spark cluster ran')
    await session.close()
    session = await SparkSession.open(await sharedCluster())
    expect(await session.rows('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
}

/** Command lines of programs that name a folder, other than commands of ours. */
function processesIn(directory: string): readonly string[] {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(directory) && /java|guard|pyspark/.test(line))
}

/** Streams that the server ended before their results were complete. */
function earlyEnds(): number {
  return readFileSync(join(SPARK_DIR, 'logs/connect.log'), 'utf8').split('Deadline reached').length - 1
}
