import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { pagesArchive, range, submissionsFile } from '../synthetic-crawl.ts'
import { finished, TilthProcess } from './process.ts'

if (process.platform === 'linux') describe('two processes on one dataset', leases)
else describe.skip('two processes on one dataset (needs /proc)', () => it('take turns', () => undefined))

function leases(): void {
  const place = new Workplace()
  const args = (...more: readonly string[]): readonly string[] => [
    ...['--store', 'store', 'run', 'gpt2-webtext', '--workers', '1', ...more],
    ...['--input', 'submissions=submissions.zst', '--input', 'pages=crawl/*.warc.gz'],
  ]
  beforeAll(() => {
    place.write('submissions.zst', submissionsFile(range(0, 4000)))
    for (let file = 0; file < 10; file++)
      place.write(`crawl/${file}.warc.gz`, pagesArchive(range(file * 400, 400), { paragraphs: 12 }))
  })
  afterAll(() => place.remove())

  it('the second is refused and told of the first; another dataset is free', async () => {
    const holder = new TilthProcess(args(), place.dir)
    expect(await holder.seen(/^index/)).toBe(true)
    const second = await finished(args(), place.dir)
    expect(second.result.code).toBe(4)
    expect(second.stderr).toContain(`webtext is being written by process ${holder.pid} on `)
    expect(second.stderr).toContain('--set writes=NAME')
    expect(holder.isAlive, 'the first still ran').toBe(true)
    const other = await finished(args('--set', 'writes=other'), place.dir)
    expect(other.result.code, other.stderr).toBe(0)
    expect((await holder.ended).code, holder.stderr).toBe(0)
    const [one, two] = await Promise.all(
      ['webtext@1', 'other@1'].map((version) => openVersion(join(place.dir, 'store', version))),
    )
    expect(one?.manifest.hashes).toEqual(two?.manifest.hashes)
    expect(existsSync(join(place.dir, 'store/leases/webtext.json'))).toBe(false)
  })

  it('a lease whose holder was killed is taken over at once', async () => {
    const more = ['--set', 'steps.cleaning.minWords=60', '--set', 'steps.karma.minScore=4']
    const holder = new TilthProcess(args(...more), place.dir)
    expect(await holder.seen(/^map/)).toBe(true)
    holder.kill()
    await holder.ended
    const lease = JSON.parse(readFileSync(join(place.dir, 'store/leases/webtext.json'), 'utf8')) as {
      readonly pid: number
    }
    expect(lease.pid).toBe(holder.pid)
    const next = await finished(args(...more), place.dir)
    expect(next.result.code, next.stderr).toBe(0)
    expect(next.lines[0]?.ms).toBeLessThan(10_000)
    expect(existsSync(join(place.dir, 'store/webtext@2/manifest.json'))).toBe(true)
    expect(existsSync(join(place.dir, 'store/leases/webtext.json'))).toBe(false)
  })

  it('of two that start together, one writes and the other is refused or finds it done', async () => {
    const more = ['--set', 'steps.cleaning.minWords=61']
    const both = await Promise.all([finished(args(...more), place.dir), finished(args(...more), place.dir)])
    const codes = both.map((run) => run.result.code).toSorted()
    expect([
      [0, 4],
      [0, 0],
    ]).toContainEqual(codes)
    expect(existsSync(join(place.dir, 'store/webtext@3/manifest.json'))).toBe(true)
    expect(existsSync(join(place.dir, 'store/webtext@4'))).toBe(false)
  })
}
