import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { register } from '../src/cli/spark.ts'
import { clusterStatus, stopCluster } from '../src/engine/spark/cluster/cluster.ts'
import { lockCluster, writeState } from '../src/engine/spark/cluster/cluster-state.ts'
import { GuardedProcess } from '../src/engine/spark/cluster/guarded-process.ts'
import { findJava } from '../src/engine/spark/cluster/java.ts'
import { logSays } from '../src/engine/spark/cluster/log-wait.ts'
import { checkFree } from '../src/engine/spark/cluster/ports.ts'
import {
  descendantsOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
} from '../src/engine/spark/cluster/process-identity.ts'
import { runCommand } from './command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tilth-spark-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const STATE = {
  endpoint: 'sc://127.0.0.1:15002',
  sparkVersion: '4.3.0',
  started: '2026-01-01T00:00:00.000Z',
  workers: 1,
  coresPerWorker: 1,
  memoryPerWorkerBytes: 1024 ** 3,
}

describe('tilth spark', () => {
  it('says that nothing runs, and stops nothing', async () => {
    expect((await runCommand([register], folder, 'spark', 'status')).out).toBe('no Spark cluster runs\n')
    const json = await runCommand([register], folder, 'spark', 'status', '--json')
    expect(JSON.parse(json.out)).toEqual({ state: 'stopped' })
    expect((await runCommand([register], folder, 'spark', 'stop')).out).toBe('no Spark cluster ran\n')
  })

  it.each([
    [['--memory', '100M'], /needs 512M at least/],
    [['--workers', '0'], /--workers 0: expected a whole number/],
    [['--port', '80'], /--port 80: expected a whole number from 1024/],
    [['--conf', 'cores=4'], /--conf cores=4: expected NAME=VALUE/],
  ])('refuses %j', async (args, message) => {
    const { error } = await runCommand([register], folder, 'spark', 'start', ...args)
    expect(String(error)).toMatch(message)
  })

  it('never touches a process that got the number of one of ours', async () => {
    const foreign = { name: 'master', pid: process.pid, born: 'another time', log: 'x' }
    writeState(folder, { ...STATE, processes: [foreign] })
    expect(clusterStatus(folder).alive).toEqual([])
    const status = await runCommand([register], folder, 'spark', 'status', '--dir', folder, '--json')
    expect(JSON.parse(status.out)).toMatchObject({ state: 'ended', processes: [{ isAlive: false }] })
    expect(await stopCluster(folder)).toBe(0)
    expect(clusterStatus(folder).state).toBeUndefined()
  })

  it('is started and stopped by one command at a time, and by the next after one that died', () => {
    const letGo = lockCluster(folder)
    expect(() => lockCluster(folder)).toThrow(`process ${process.pid} starts or stops`)
    letGo()
    writeFileSync(join(folder, 'cluster.lock'), JSON.stringify({ pid: process.pid, born: 'another time' }))
    lockCluster(folder)()
  })

  it('says that a port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await expect(checkFree(port)).rejects.toMatchObject({
      code: 'busy',
      hint: expect.stringContaining('--port'),
    })
    server.close()
    await once(server, 'close')
    await checkFree(port)
  })
})

describe('Java', () => {
  it('that is not there is said to be missing', () => {
    expect(() => findJava({ JAVA_HOME: join(folder, 'nowhere') })).toThrow(/no java answers in JAVA_HOME/)
    expect(() => findJava({ PATH: folder })).toThrow(/no java answers on PATH/)
  })

  it.each([
    ['1.8.0_412', false],
    ['11.0.2', false],
    ['17.0.15', true],
    ['21-ea', true],
  ])('%s is fit: %s', (version, isFit) => {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/java'), `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`)
    chmodSync(join(folder, 'bin/java'), 0o755)
    const find = (): unknown => findJava({ ...process.env, JAVA_HOME: folder })
    if (isFit) expect(find()).toMatchObject({ version })
    else expect(find).toThrow(`is ${version}`)
  })
})

describe.skipIf(process.platform === 'win32')('a program in the background', () => {
  /** A program with a child of its own. */
  async function program(
    script = 'sleep 300 & sleep 300',
  ): Promise<{ guarded: GuardedProcess; log: string }> {
    const log = join(folder, 'log')
    const file = openSync(log, 'w')
    const guarded = await GuardedProcess.start(['/bin/sh', '-c', script], {
      cwd: folder,
      env: process.env,
      log: file,
    })
    closeSync(file)
    return { guarded, log }
  }

  async function family(root: ProcessIdentity): Promise<readonly ProcessIdentity[]> {
    for (;;) {
      const found = descendantsOf([root])
      if (found.length === 2) return [root, ...found]
      await delay(20)
    }
  }

  it('ends with all that it started', async () => {
    const { guarded } = await program()
    const all = await family(guarded.identity)
    expect(all.every(isAlive)).toBe(true)
    await guarded.end()
    expect(all.filter(isAlive)).toEqual([])
  })

  it('lives on when it is kept, and is stopped with its children by what is written down', async () => {
    const { guarded, log } = await program()
    const all = await family(guarded.identity)
    await guarded.keep()
    expect(all.every(isAlive)).toBe(true)
    writeState(folder, { ...STATE, processes: [{ name: 'master', ...guarded.identity, log }] })
    expect(await stopCluster(folder)).toBe(1)
    expect(all.filter(isAlive)).toEqual([])
  })

  it('is waited for by its log, whose end is shown when it ends', async () => {
    const { guarded, log } = await program(
      'echo one; sleep 0.3; echo two; sleep 0.5; echo the reason; exit 1',
    )
    const options = { say: () => undefined, signal: new AbortController().signal }
    const wait = { what: 'the master', log, writer: guarded.identity }
    await logSays({ ...wait, pattern: /two/ }, options)
    expect(readFileSync(log, 'utf8')).toContain('two')
    const late = logSays({ ...wait, pattern: /never said/ }, { ...options, limitMs: 10 })
    await expect(late).rejects.toThrow(/the master did not come: not within 0 s/)
    const failed = logSays({ ...wait, pattern: /never said/ }, options)
    await expect(failed).rejects.toThrow(/the master did not come: it ended; the end of .*log:[^]*the reason/)
    await guarded.end()
  })
})

it('knows a process by its number and start, and nobody by a free number', () => {
  const own = identityOf(process.pid)
  expect(own?.born).toMatch(/./)
  expect(isAlive({ pid: process.pid, born: own?.born ?? '' })).toBe(true)
  expect(isAlive({ pid: process.pid, born: 'x' })).toBe(false)
  expect(identityOf(2 ** 22 + 1)).toBeUndefined()
})
