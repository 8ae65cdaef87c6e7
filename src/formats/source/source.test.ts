import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSource, readAll, readRange } from './source.ts'

const CONTENT = Buffer.from(
  Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 8)) & 255),
)

describe('openSource of a file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tilth-source-'))
    await writeFile(join(folder, 'a b.bin'), CONTENT)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('reads ranges by path and by URL', async () => {
    const path = join(folder, 'a b.bin')
    for (const uri of [path, pathToFileURL(path).href]) {
      const source = await openSource(uri)
      expect(source).toMatchObject({ uri, size: CONTENT.length })
      expect(CONTENT.equals(await readAll(source, CONTENT.length))).toBe(true)
      expect(CONTENT.subarray(999, 2_000_001).equals(await readRange(source, 999, 2_000_001))).toBe(true)
      expect((await readRange(source, CONTENT.length, CONTENT.length + 9)).length).toBe(0)
    }
  })

  it('keeps the etag until the file changes', async () => {
    const path = join(folder, 'changing.bin')
    await writeFile(path, 'one')
    const first = (await openSource(path)).etag
    expect((await openSource(path)).etag).toBe(first)
    await writeFile(path, 'three')
    expect((await openSource(path)).etag).not.toBe(first)
  })

  it('refuses what is missing, a folder, another scheme, and more than was allowed', async () => {
    await expect(openSource(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(openSource(folder)).rejects.toMatchObject({ code: 'input' })
    await expect(openSource('s3://bucket/key')).rejects.toMatchObject({ code: 'input' })
    await expect(openSource('file://elsewhere/x')).rejects.toMatchObject({ code: 'input' })
    const source = await openSource(join(folder, 'a b.bin'))
    await expect(readAll(source, 10)).rejects.toMatchObject({ code: 'input' })
  })

  it('fails when the file is cut while it is read', async () => {
    const path = join(folder, 'cut.bin')
    await writeFile(path, CONTENT)
    const source = await openSource(path)
    await truncate(path, 100)
    await expect(readAll(source, CONTENT.length)).rejects.toMatchObject({ code: 'input' })
  })

  it('stops when told to', async () => {
    const source = await openSource(join(folder, 'a b.bin'))
    const stop = AbortSignal.abort(new Error('stopped'))
    await expect(readRange(source, 0, 10, stop)).rejects.toThrow('stopped')
  })
})

describe('openSource of a URL', () => {
  /** Serves with `listener` on a free port of this machine while `use` runs. */
  async function serving(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
    const server = createServer(listener)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.bin`)
    } finally {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    }
  }

  /** Answers a range as it should; `breakAt` ends the body early. */
  function answer(content: Buffer, etag = '"1"', breakAt = Number.POSITIVE_INFINITY): RequestListener {
    return (request, response) => {
      const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      const start = Number(from)
      const end = Math.min(Number(to) + 1, content.length)
      if (start >= content.length) {
        response.writeHead(416, { 'content-range': `bytes */${content.length}`, etag }).end()
        return
      }
      const body = content.subarray(start, end)
      const range = `bytes ${start}-${end - 1}/${content.length}`
      response.writeHead(206, { 'content-range': range, 'content-length': body.length, etag })
      if (body.length <= breakAt) response.end(body)
      else response.write(body.subarray(0, breakAt), () => response.destroy())
    }
  }

  const quick = { retries: 2, retryDelayMs: 1 }

  it('reads ranges', async () => {
    await serving(answer(CONTENT), async (url) => {
      const source = await openSource(url, quick)
      expect(source).toMatchObject({ size: CONTENT.length, etag: '"1"' })
      expect(CONTENT.equals(await readAll(source, CONTENT.length))).toBe(true)
      expect(CONTENT.subarray(5, 9).equals(await readRange(source, 5, 9))).toBe(true)
    })
  })

  it('sends a reader that seeks little more than it reads, and one that reads all no more', async () => {
    let sent = 0
    const content = Buffer.concat(Array.from({ length: 12 }, () => CONTENT))
    const counted: RequestListener = (request, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      sent += Math.min(Number(to) + 1, content.length) - Number(from)
      answer(content)(request, response)
    }
    await serving(counted, async (url) => {
      const source = await openSource(url, quick)
      for (let piece = 0; piece < 50; piece++) {
        const start = piece * 700_000
        let got = 0
        // To the end of the file: who looks for a record does not know where it stops.
        for await (const chunk of source.read(start, source.size)) {
          expect(content.subarray(start + got, start + got + chunk.length).equals(chunk)).toBe(true)
          got += chunk.length
          if (got >= 20_000) break
        }
      }
      expect(sent).toBeGreaterThan(50 * 20_000)
      expect(sent).toBeLessThanOrEqual(1 + 50 * (64 << 10))
      sent = 0
      expect(content.equals(await readAll(source, content.length))).toBe(true)
      expect(sent).toBe(content.length)
    })
  })

  it.each([
    ['a closed port', 'http://127.0.0.1:9/x', { code: 'ECONNREFUSED' }],
    ['a name that does not exist', 'http://nowhere.invalid/x', { code: 'ENOTFOUND' }],
    ['a port that is never opened', 'http://127.0.0.1:1/x', { message: 'bad port' }],
  ])('asks %s twice, not five times', async (_, url, cause) => {
    let asked = 0
    const fetch = async (): Promise<Response> => {
      asked++
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('nobody'), cause) })
    }
    const opening = openSource(url, { retries: 4, retryDelayMs: 1, fetch })
    await expect(opening).rejects.toThrow(/after 2 tries/)
    expect(asked).toBe(2)
  })

  it('gives a server up that takes a request and never answers, after two tries', async () => {
    let asked = 0
    await serving(
      () => void asked++,
      async (url) => {
        const opening = openSource(url, { retries: 4, retryDelayMs: 1, answerMs: 50 })
        await expect(opening).rejects.toThrow(/no answer within 0\.05 s, after 2 tries/)
      },
    )
    expect(asked).toBe(2)
  })

  it('reads an empty resource', async () => {
    await serving(answer(Buffer.alloc(0)), async (url) => {
      const source = await openSource(url, quick)
      expect(source.size).toBe(0)
      expect((await readAll(source, 10)).length).toBe(0)
    })
  })

  it('goes on where a body broke off', async () => {
    await serving(answer(CONTENT, '"1"', 1_000_000), async (url) => {
      const source = await openSource(url, quick)
      expect(CONTENT.equals(await readAll(source, CONTENT.length))).toBe(true)
    })
  })

  it('gives up when nothing comes any more', async () => {
    await serving(answer(CONTENT, '"1"', 0), async (url) => {
      // The size comes with a range of one byte, which breaks off as well and is not read.
      const source = await openSource(url, quick)
      await expect(readAll(source, CONTENT.length)).rejects.toMatchObject({ code: 'input' })
    })
  })

  it('tries again after 503, and not after 403', async () => {
    let asked = 0
    const flaky: RequestListener = (request, response) => {
      if (++asked % 2 === 1) response.writeHead(503).end()
      else answer(CONTENT)(request, response)
    }
    await serving(flaky, async (url) => {
      const source = await openSource(url, quick)
      expect((await readRange(source, 0, 5)).length).toBe(5)
      expect(asked).toBe(4)
    })
    asked = 0
    await serving(
      (_, response) => {
        asked++
        response.writeHead(403).end()
      },
      async (url) => {
        await expect(openSource(url, quick)).rejects.toMatchObject({ code: 'input' })
        expect(asked).toBe(1)
      },
    )
  })

  it.each([
    ['no ranges', 200, {}, 'input'],
    ['missing', 404, {}, 'not-found'],
    ['always down', 500, {}, 'input'],
    ['no size', 206, { 'content-range': 'bytes 0-0/*' }, 'input'],
  ])('refuses a server: %s', async (_, status, headers, code) => {
    await serving(
      (_request, response) => response.writeHead(status, headers).end('x'),
      (url) => expect(openSource(url, quick)).rejects.toMatchObject({ code }),
    )
  })

  it('refuses a server that is not there, and a URL with a password', async () => {
    let gone = ''
    await serving(answer(CONTENT), async (url) => {
      gone = url
    })
    await expect(openSource(gone, quick)).rejects.toMatchObject({ code: 'input' })
    const secret = openSource('http://me:secret@127.0.0.1/x', quick)
    await expect(secret).rejects.toMatchObject({ code: 'input' })
    await expect(secret).rejects.not.toThrow('secret')
  })

  it('fails when the resource changes while it is read', async () => {
    let etag = '"1"'
    await serving(
      (request, response) => answer(CONTENT, etag)(request, response),
      async (url) => {
        const source = await openSource(url, quick)
        etag = '"2"'
        await expect(readAll(source, CONTENT.length)).rejects.toMatchObject({ code: 'input' })
      },
    )
  })
})
