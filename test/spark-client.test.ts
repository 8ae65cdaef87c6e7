import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Code, ConnectError } from '@connectrpc/connect'
import { afterEach, describe, expect, it } from 'vitest'
import type { RetryPolicy } from '../src/engine/spark/connect/retry.ts'
import { SparkSession } from '../src/engine/spark/connect/session.ts'
import { SparkError } from '../src/engine/spark/connect/spark-error.ts'
import { complete, type FakeBehaviour, FakeServer, failing, rows, sparkFailure } from './spark-fake-server.ts'

const QUICK: RetryPolicy = { maxRetries: 3, firstWaitMs: 1, factor: 2, maxWaitMs: 4 }
const open: { server: FakeServer; session: SparkSession }[] = []

afterEach(async () => {
  for (const { server, session } of open.splice(0)) {
    await session.close()
    await server.close()
  }
})

async function connected(
  behaviour: FakeBehaviour,
  options: { silenceMs?: number; waits?: number[] } = {},
): Promise<{ server: FakeServer; session: SparkSession }> {
  const server = new FakeServer(behaviour)
  const endpoint = await server.listen()
  const { waits = [], ...rest } = options
  const chances = {
    random: () => 1,
    wait: async (ms: number) => {
      waits.push(ms)
    },
  }
  const session = await SparkSession.open(endpoint, { retry: QUICK, chances, ...rest })
  open.push({ server, session })
  return { server, session }
}

async function idsOf(session: SparkSession): Promise<readonly number[]> {
  return (await session.rows('SELECT id')).map((row) => Number(row['id']))
}

describe('the results of a query', () => {
  it('are asked for again behind the last answer when the connection breaks', async () => {
    const last: (string | undefined)[] = []
    const { server, session } = await connected({
      async *execute() {
        yield rows('r1', 0, 2)
        yield rows('r2', 2, 1)
        await new Promise((done) => setTimeout(done, 50))
        server.dropConnections()
        await new Promise((done) => setTimeout(done, 1000))
        yield rows('never', 3, 100)
      },
      async *reattach(request) {
        last.push(request.lastResponseId)
        yield rows('r3', 3, 2)
        yield complete('r4')
      },
    })
    expect(await idsOf(session)).toEqual([0, 1, 2, 3, 4])
    expect(last).toEqual(['r2'])
    expect(server.releases.at(-1)?.case).toBe('releaseAll')
  })

  it('are asked for again when a stream ends without saying that it is complete', async () => {
    let streams = 0
    const { server, session } = await connected({
      async *execute() {
        yield rows('r1', 0, 1)
      },
      async *reattach() {
        streams++
        if (streams < 5) yield rows(`r${streams + 1}`, streams, 1)
        else yield complete('end')
      },
    })
    expect(await idsOf(session)).toEqual([0, 1, 2, 3, 4])
    expect(server.calls.filter((call) => call === 'reattachExecute')).toHaveLength(5)
    expect(server.interrupted).toEqual([])
  })

  it('are an error, and never empty, when every stream ends at once', async () => {
    const { session } = await connected({ async *execute() {}, async *reattach() {} })
    await expect(idsOf(session)).rejects.toThrow(/the results ended before they were complete/)
  })

  it('are an error when the server has lost the operation after it gave some', async () => {
    const { server, session } = await connected({
      async *execute() {
        yield rows('r1', 0, 1)
      },
      reattach: () => failing(sparkFailure('INVALID_HANDLE.OPERATION_NOT_FOUND', 'gone')),
    })
    await expect(idsOf(session)).rejects.toMatchObject({
      code: 'spark',
      errorClass: 'INVALID_HANDLE.OPERATION_NOT_FOUND',
    })
    expect(server.calls.filter((call) => call === 'executePlan')).toHaveLength(1)
  })

  it('begin anew when the server never heard of the operation', async () => {
    let tries = 0
    const { server, session } = await connected({
      async *execute() {
        if (++tries === 1) throw new ConnectError('starting', Code.Unavailable)
        yield rows('r1', 0, 1)
        yield complete('r2')
      },
      reattach: () => failing(sparkFailure('INVALID_HANDLE.OPERATION_NOT_FOUND', 'never came')),
    })
    expect(await idsOf(session)).toEqual([0])
    expect(server.calls).toEqual(['config', 'executePlan', 'reattachExecute', 'executePlan'])
  })

  it('are asked for again when nothing is heard for a time', async () => {
    const { server, session } = await connected(
      {
        async *execute() {
          yield rows('r1', 0, 1)
          await new Promise((done) => setTimeout(done, 30_000).unref())
        },
        async *reattach() {
          yield rows('r2', 1, 1)
          yield complete('r3')
        },
      },
      { silenceMs: 100 },
    )
    expect(await idsOf(session)).toEqual([0, 1])
    expect(server.calls).toContain('reattachExecute')
  })

  it('are an error when rows are missing among them', async () => {
    const { session } = await connected({
      async *execute() {
        yield rows('r1', 0, 2)
        yield rows('r2', 3, 1)
        yield complete('r3')
      },
    })
    await expect(idsOf(session)).rejects.toThrow(/rows of a result are missing: expected 2, found 3/)
  })

  it('may be left early, which stops the job', async () => {
    const { server, session } = await connected({
      async *execute() {
        for (let at = 0; at < 1000; at++) yield rows(`r${at}`, at, 1)
        yield complete('end')
      },
    })
    for await (const batch of session.batches('SELECT id')) {
      expect(batch.numRows).toBe(1)
      break
    }
    expect(server.interrupted).toHaveLength(1)
    expect(server.releases.at(-1)?.case).toBe('releaseAll')
  })
})

describe('a call that fails', () => {
  it.each([
    { code: Code.Unavailable, tries: 4, why: 'the server may come back' },
    { code: Code.InvalidArgument, tries: 1, why: 'the same call fails again' },
    { code: Code.Internal, tries: 1, why: 'an error of the server itself' },
    { code: Code.Unauthenticated, tries: 1, why: 'the token stays wrong' },
  ])('$code is tried $tries times: $why', async ({ code, tries }) => {
    let calls = 0
    const waits: number[] = []
    const { session } = await connected(
      {
        config: () => {
          if (++calls > 1) throw new ConnectError('no', code)
        },
      },
      { waits },
    )
    await expect(session.setConfig({ a: 'b' })).rejects.toBeInstanceOf(SparkError)
    expect(calls - 1).toBe(tries)
    expect(waits).toEqual([1, 2, 4].slice(0, tries - 1))
  })

  it('says which server, what class, and what to do', async () => {
    const { session } = await connected({
      execute: () => {
        const trace = Array.from(
          { length: 500 },
          (_, at) => `\tat org.apache.Spark${at}.run(Spark.scala:${at})`,
        )
        return failing(sparkFailure('TABLE_OR_VIEW_NOT_FOUND', `no table t\n${trace.join('\n')}`))
      },
    })
    const error = (await idsOf(session).catch((caught: unknown) => caught)) as SparkError
    expect(error).toMatchObject({ code: 'spark', errorClass: 'TABLE_OR_VIEW_NOT_FOUND', sqlState: 'HY000' })
    expect(error.message).toMatch(/^sc:\/\/127\.0\.0\.1:\d+: \[TABLE_OR_VIEW_NOT_FOUND\] no table t/)
    expect(error.message.length).toBeLessThan(200)
  })

  it('never shows the token', async () => {
    const server = new FakeServer({
      config: () => {
        throw new ConnectError('who are you', Code.Unauthenticated)
      },
    })
    const endpoint = await server.listen()
    const failed = SparkSession.open(`${endpoint}/;token=s3cret;use_ssl=false`)
    const error = (await failed.catch((caught: unknown) => caught)) as SparkError
    expect(error.message).toContain('the server wants other credentials')
    expect(`${error.message}${error.stack}${String(error.cause)}${JSON.stringify(error)}`).not.toContain(
      's3cret',
    )
    expect([...server.authorizations], 'it was sent').toEqual(['Bearer s3cret'])
    await server.close()
  })

  it('gives up soon where no server listens, and says how one is started', async () => {
    const server = new FakeServer({})
    const endpoint = await server.listen()
    await server.close()
    await expect(SparkSession.open(endpoint, { retry: QUICK })).rejects.toMatchObject({
      code: 'spark',
      hint: expect.stringContaining('tilth spark start'),
    })
  })
})

it('stops the job on the server when it is interrupted', async () => {
  const stop = new AbortController()
  let operation = ''
  const { server, session } = await connected({
    async *execute(request) {
      operation = request.operationId ?? ''
      yield rows('r1', 0, 1)
      stop.abort()
      await new Promise((done) => setTimeout(done, 30_000).unref())
    },
  })
  await expect(session.rows('SELECT id', { signal: stop.signal })).rejects.toMatchObject({
    code: 'interrupted',
  })
  expect(server.interrupted).toEqual([operation])
  expect(server.releases.at(-1)?.case).toBe('releaseAll')
  await session.close()
  expect(server.calls.at(-1)).toBe('releaseSession')
})

describe('a file for executors', () => {
  it('goes up in chunks with their CRC, once a session, under the hash of its content', async () => {
    const { server, session } = await connected({})
    const folder = mkdtempSync(join(tmpdir(), 'tilth-artifact-'))
    const data = Buffer.from(Array.from({ length: 600_000 }, (_, at) => at * 7))
    writeFileSync(join(folder, 'stage.mjs'), data)
    const artifact = { kind: 'files' as const, name: 'stage.mjs', data: { file: join(folder, 'stage.mjs') } }
    const names = await Promise.all([
      session.addArtifact(artifact),
      session.addArtifact({ ...artifact, data }),
    ])
    rmSync(folder, { recursive: true })
    expect(names[0]).toMatch(/^stage_[\da-f]{16}\.mjs$/)
    expect(names[1]).toBe(names[0])
    expect(server.uploads).toHaveLength(1)
    const payloads = server.uploads[0]?.map((request) => request.payload) ?? []
    expect(payloads.map((payload) => payload.case)).toEqual(['beginChunk', 'chunk', 'chunk'])
    const first = payloads[0]
    if (first?.case !== 'beginChunk') throw new Error('not begun')
    expect(first.value).toMatchObject({ name: `files/${names[0]}`, totalBytes: 600_000n, numChunks: 3n })
    const chunks = payloads.map((payload) => {
      if (payload.case === 'beginChunk') return payload.value.initialChunk
      return payload.case === 'chunk' ? payload.value : undefined
    })
    for (const chunk of chunks) expect(chunk?.crc).toBe(BigInt(crc32(chunk?.data ?? new Uint8Array())))
    expect(Buffer.concat(chunks.map((chunk) => chunk?.data ?? new Uint8Array()))).toEqual(data)
  })

  it('is not sent where the server has it, and one message is enough for a small one', async () => {
    const { server, session } = await connected({})
    const data = Buffer.from('x = 1')
    const name = await session.addArtifact({ kind: 'pyfiles', name: 'tilth_bridge.py', data })
    expect(name).toMatch(/^tilth_bridge_[\da-f]{16}\.py$/)
    expect(server.uploads[0]?.map((request) => request.payload.case)).toEqual(['batch'])
    const other = await connected({})
    other.server.artifacts.add(`pyfiles/${name}`)
    await other.session.addArtifact({ kind: 'pyfiles', name: 'tilth_bridge.py', data })
    expect(other.server.uploads).toEqual([])
  })

  it('is sent again when it arrives damaged, and refused the third time', async () => {
    let times = 0
    const { server, session } = await connected({ isIntact: () => ++times === 2 })
    const artifact = { kind: 'files' as const, name: 'a', data: new Uint8Array(3) }
    await session.addArtifact(artifact)
    expect(server.uploads).toHaveLength(2)
    const always = await connected({ isIntact: () => false })
    await expect(always.session.addArtifact(artifact)).rejects.toThrow(/arrived damaged 3 times/)
  })

  it('carries rows that are too large for a request, by their hash', async () => {
    const { server, session } = await connected({})
    const small = await session.local({ id: new BigInt64Array(10) })
    expect(small.relType.case).toBe('localRelation')
    const large = await session.local({ id: new BigInt64Array(1_200_000) })
    expect(large.relType).toMatchObject({ case: 'cachedLocalRelation' })
    expect(server.uploads).toHaveLength(1)
    await expect(session.local({ id: new BigInt64Array(9_000_000) })).rejects.toThrow(/too many to be sent/)
  })
})
