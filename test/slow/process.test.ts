import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workplace } from '../engine-run.ts'
import { finished, TilthProcess } from './process.ts'

if (process.platform === 'linux') describe('a command that does not end', limits)
else describe.skip('a command that does not end (needs /proc)', () => it('is named', () => undefined))

function limits(): void {
  const place = new Workplace()
  let server: Server
  let args: readonly string[]
  beforeAll(async () => {
    server = createServer(() => undefined)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/never-answered.txt`
    args = ['--store', 'store', 'run', 'documents', '--input', `files=${url}`]
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
    place.remove()
  })

  it('is killed when it does nothing, and told by name to everybody who waits', async () => {
    const limits = { idleMs: 3000, cpuSeconds: 100 }
    const message = /^tilth --store store run documents .*never-answered\.txt did nothing for 3 s:/
    const running = new TilthProcess(args, place.dir, {}, limits)
    await expect(running.seen(/never printed/)).rejects.toThrow(message)
    await expect(running.ended).rejects.toThrow(message)
    expect(running.isAlive).toBe(false)
    await expect(finished(args, place.dir, {}, limits)).rejects.toThrow(message)
  })

  it('is killed when it works without end', async () => {
    // Starting takes more CPU than this.
    const message = /^tilth --store store run documents .* took more than 0\.1 s of CPU:/
    await expect(finished(args, place.dir, {}, { idleMs: 60_000, cpuSeconds: 0.1 })).rejects.toThrow(message)
  })
}
