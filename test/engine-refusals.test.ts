import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { keptIds, PAGES_RECIPE, rejections, Workplace } from './engine-run.ts'
import { http, storedMember, warcRecord } from './golden/warc/maker.ts'
import { archive, drawer, pageRecord, pagesArchive, range } from './synthetic-crawl.ts'

const place = new Workplace()
const pages = place.write('pages.warc.gz', pagesArchive(range(0, 30)))
let whole: RunResult
beforeAll(async () => {
  whole = await place.run(PAGES_RECIPE, 'whole', { inputs: { pages } })
})
afterAll(() => place.remove())

describe('a result that nobody wants silently', () => {
  it('is refused with the reasons when a step keeps nothing', async () => {
    const set = ['steps.cleaning.minWords=1000000', 'steps.cleaning.maxWords=2000000']
    const failed = place.run(PAGES_RECIPE, 'empty', { inputs: { pages }, set })
    await expect(failed).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/^cleaning was given \d+ documents and kept none: too-short \d+$/),
    })
    expect(readdirSync(join(place.dir, 'empty')).filter((name) => name.includes('@'))).toEqual([])
    const allowed = await place.run(PAGES_RECIPE, 'empty', {
      inputs: { pages },
      set: [...set, 'allowEmpty=true'],
    })
    expect(await keptIds(allowed)).toEqual([])
    expect((await rejections(allowed)).length).toBe(30)
  })

  it('is refused when too much could not be read', async () => {
    const good = archive(range(0, 3).map((number) => pageRecord(number)))
    const cut = range(3, 6).flatMap((number) => {
      const member = gzipSync(pageRecord(number))
      // Broken checks: every one of these records fails, and reading goes on behind it.
      member.fill(0xff, member.length - 8)
      return [member]
    })
    const broken = place.write('broken.warc.gz', Buffer.concat([good, ...cut]))
    await expect(place.run(PAGES_RECIPE, 'failures', { inputs: { pages: broken } })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/^6 of 9 records failed/),
    })
    const allowed = await place.run(PAGES_RECIPE, 'failures', {
      inputs: { pages: broken },
      set: ['maxFailureRatio=0.67'],
    })
    expect(allowed.manifest.steps[0]).toMatchObject({ in: 9, kept: 3, failed: 6 })
    const failed = (await rejections(allowed)).filter((row) => row.kind === 'failed')
    expect(failed.map((row) => row.reason)).toEqual(Array.from({ length: 6 }, () => 'bad-gzip'))
  })
})

describe('what is kept of the dropped', () => {
  it.each([
    { keepDropped: 'pointer' as const, meta: true },
    { keepDropped: 'none' as const, meta: false },
  ])('$keepDropped: no text, and equal hashes', async ({ keepDropped, meta }) => {
    const texts = await rejections(whole)
    expect(texts.some((row) => row.text !== null && row.text !== '')).toBe(true)
    const other = await place.run({ ...PAGES_RECIPE, keepDropped }, keepDropped, { inputs: { pages } })
    const rows = await rejections(other)
    expect(rows.length).toBe(texts.length)
    expect(rows.every((row) => row.text === null)).toBe(true)
    expect(rows.every((row) => row.record >= 0 && row.source.endsWith('pages.warc.gz'))).toBe(true)
    expect(rows.some((row) => Object.keys(row.meta).length > 0)).toBe(meta)
    expect(other.manifest.hashes).toEqual(whole.manifest.hashes)
  })
})

describe('a boundary that only looks like a record', () => {
  it('changes nothing: the file is read again as one', async () => {
    // Splits are of 8 MiB. Across that place lies a payload which holds whole members of an archive.
    const draw = drawer(7)
    const noise = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, () => draw(256)))
    const block = noise(1 << 18)
    const filler = range(0, 31).map((number) =>
      warcRecord({
        url: `https://filler.test/${number}`,
        id: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
        block: http(block, ['Content-Type: application/octet-stream', `X-Number: ${number}`]),
      }),
    )
    const embedded = Buffer.concat(
      Array.from({ length: 800 }, (_, number) => gzipSync(pageRecord(1000 + number), { level: 1 })),
    )
    expect(embedded.length).toBeGreaterThan(1 << 20)
    const trap = warcRecord({
      url: 'https://trap.test/archive',
      id: '00000000-0000-4000-9000-ffffffffffff',
      block: http(embedded, ['Content-Type: application/octet-stream']),
    })
    const members = filler.map((record) => gzipSync(record, { level: 1 }))
    const before = members.reduce((sum, member) => sum + member.length, 0)
    expect(before).toBeLessThan(8 << 20)
    expect(before + embedded.length).toBeGreaterThan((8 << 20) + (1 << 19))
    const behind = pagesArchive(range(0, 20))
    const trapped = place.write('trapped.warc.gz', Buffer.concat([...members, storedMember(trap), behind]))
    const plain = place.write('plain.warc.gz', Buffer.concat([...members, gzipSync(trap), behind]))

    const run = await place.run(PAGES_RECIPE, 'trapped', { inputs: { pages: trapped } })
    const expected = await place.run(PAGES_RECIPE, 'plain', { inputs: { pages: plain } })
    expect(run.manifest.hashes).toEqual(expected.manifest.hashes)
    expect(run.manifest.steps[0]).toMatchObject({ in: 52 })
    // Two splits, and then the whole once more.
    expect(place.journal('trapped', 'pages')[0]?.started['read']).toBe(3)
  })
})
