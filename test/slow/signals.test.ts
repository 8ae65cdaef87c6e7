import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../src/model/version.ts'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { pagesArchive, range, submissionsFile } from '../synthetic-crawl.ts'
import { finished, TilthProcess } from './process.ts'

/** From the signal to the end of the process. */
const MAX_STOP_MS = 2000

if (process.platform === 'linux') describe('a signal', signals)
else describe.skip('a signal (needs /proc)', () => it('stops a run', () => undefined))

function signals(): void {
  const place = new Workplace()
  const args = (store: string): readonly string[] => [
    ...['--store', store, 'run', 'gpt2-webtext', '--workers', '2'],
    ...['--input', 'submissions=submissions.zst', '--input', 'pages=crawl/*.warc.gz'],
  ]
  let whole: Manifest
  beforeAll(async () => {
    place.write('submissions.zst', submissionsFile(range(0, 4000)))
    for (let file = 0; file < 10; file++)
      place.write(`crawl/${file}.warc.gz`, pagesArchive(range(file * 400, 400), { paragraphs: 12 }))
    const run = await finished(args('whole'), place.dir)
    expect(run.result.code, run.stderr).toBe(0)
    whole = (await openVersion(join(place.dir, 'whole/webtext@1'))).manifest
  })
  afterAll(() => place.remove())

  it.each([
    { signal: 'SIGINT' as const, at: 'hash' },
    { signal: 'SIGINT' as const, at: 'index' },
    { signal: 'SIGINT' as const, at: 'map +main-content' },
    { signal: 'SIGINT' as const, at: 'write' },
    { signal: 'SIGTERM' as const, at: 'exchange' },
    { signal: 'SIGTERM' as const, at: 'map +main-content' },
  ])('$signal at $at stops the run cleanly, and the same command ends it', async ({ signal, at }) => {
    const store = `${signal} ${at.replace(/\W+/g, ' ')}`
    const running = new TilthProcess(args(store), place.dir)
    expect(await running.seen(new RegExp(`^${at}`))).toBe(true)
    const sent = performance.now()
    running.signal(signal)
    const ended = await running.ended
    expect(performance.now() - sent).toBeLessThan(MAX_STOP_MS)
    expect(ended, running.stderr).toEqual({ code: 130, signal: null })
    expect(running.stderr).toContain('error: stopped; the same command goes on where it stood')
    expect(running.stderr).not.toContain('bug:')
    const dir = join(place.dir, store)
    expect(readdirSync(dir).filter((name) => name.includes('@'))).toEqual([])
    expect(existsSync(join(dir, 'leases/webtext.json'))).toBe(false)
    const again = await finished(args(store), place.dir)
    expect(again.result.code, again.stderr).toBe(0)
    const { manifest } = await openVersion(join(dir, 'webtext@1'))
    expect(manifest.hashes).toEqual(whole.hashes)
  })

  it('SIGINT twice ends it as well', async () => {
    const running = new TilthProcess(args('twice'), place.dir)
    expect(await running.seen(/^index/)).toBe(true)
    running.signal('SIGINT')
    running.signal('SIGINT')
    const ended = await running.ended
    expect([130, null]).toContain(ended.code)
    const again = await finished(args('twice'), place.dir)
    expect(again.result.code, again.stderr).toBe(0)
    expect((await openVersion(join(place.dir, 'twice/webtext@1'))).manifest.hashes).toEqual(whole.hashes)
  })
}
