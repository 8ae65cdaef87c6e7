import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { keptIds, PAGES_RECIPE, rejections, Workplace } from './engine-run.ts'
import { archive, pageRecord, pagesArchive, range } from './synthetic-crawl.ts'

describe('a run gives the same version', () => {
  const place = new Workplace()
  const inputs = place.webtextInputs()
  let first: RunResult
  beforeAll(async () => {
    first = await place.run('gpt2-webtext', 'first', { inputs })
  })
  afterAll(() => place.remove())

  it('that holds documents and rejections of every exchange', async () => {
    expect((await keptIds(first)).length).toBeGreaterThan(40)
    const reasons = new Set((await rejections(first)).map((row) => row.reason))
    for (const reason of ['duplicate-url', 'not-in-crawl', 'not-linked', 'duplicate', 'too-short'])
      expect(reasons).toContain(reason)
  })

  it.each([
    { why: 'on two workers', options: { workers: 2 } },
    { why: 'on three workers', options: { workers: 3 } },
    { why: 'within a bound on memory', options: { workers: 2, memoryBytes: 700 << 20 } },
    {
      why: 'from files in another order',
      options: { inputs: { ...inputs, pages: inputs.pages.toReversed() } },
    },
    {
      why: 'from globs in another order, one of which names a file twice',
      options: {
        inputs: { pages: ['crawl/b*.gz', 'crawl/*.gz'], submissions: inputs.submissions },
      },
    },
  ])('$why', async ({ why, options }) => {
    const other = await place.run('gpt2-webtext', why, { inputs, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
    expect(other.manifest.planId).toBe(first.manifest.planId)
    expect(await keptIds(other)).toEqual(await keptIds(first))
    expect(counts(other)).toEqual(counts(first))
  })

  it('and does nothing when it is there already', async () => {
    const again = await place.run('gpt2-webtext', 'first', { inputs })
    expect(again.upToDate).toBe(true)
    expect(again.manifest).toEqual(first.manifest)
    expect(place.journal('first', 'webtext')).toHaveLength(1)
  })

  it('from renamed files, which are hashed and not read again', async () => {
    const renamed = [place.write('moved/x.warc.gz', new Uint8Array()), inputs.pages[1] ?? '']
    renameSync(inputs.pages[0] ?? '', renamed[0] ?? '')
    try {
      const same = await place.run('gpt2-webtext', 'first', { inputs: { ...inputs, pages: renamed } })
      expect(same.upToDate).toBe(true)
      // A step near the end is changed, so that the rows are asked for again.
      const changed = await place.run('gpt2-webtext', 'first', {
        inputs: { ...inputs, pages: renamed },
        set: ['steps.cleaning.minWords=51'],
      })
      expect(changed.upToDate).toBe(false)
      expect(await keptIds(changed)).toEqual(await keptIds(first))
      expect(changed.manifest.hashes.kept).toBe(first.manifest.hashes.kept)
      const run = place.journal('first', 'webtext').at(-1)
      expect(run?.events.filter(({ event }) => event === 'hashed').length).toBe(0)
      expect(run?.bytesRead).toBe(0)
      expect(Object.keys(run?.started ?? {})).toEqual(['map'])
      const sources = changed.manifest.inputs.map(({ uri }) => uri)
      expect(sources.some((uri) => uri.endsWith('moved/x.warc.gz'))).toBe(true)
    } finally {
      renameSync(renamed[0] ?? '', inputs.pages[0] ?? '')
    }
  })

  it('of a share of the groups: a sample keeps a part of what the whole keeps', async () => {
    const sample = await place.run('gpt2-webtext', 'first', { inputs, sampleRatio: 0.3 })
    expect(sample.manifest.name).toBe('webtext-sample')
    expect(existsSync(join(place.dir, 'first', 'webtext-sample@1', 'manifest.json'))).toBe(true)
    const all = new Set(await keptIds(first))
    const drawn = await keptIds(sample)
    expect(drawn.length).toBeGreaterThan(5)
    expect(drawn.length).toBeLessThan(all.size / 2)
    expect(drawn.filter((id) => !all.has(id))).toEqual([])
    const elsewhere = await place.run('gpt2-webtext', 'sample', { inputs, sampleRatio: 0.3, workers: 2 })
    expect(elsewhere.manifest.hashes).toEqual(sample.manifest.hashes)
  })
})

describe('records', () => {
  const place = new Workplace()
  const whole = place.write('whole.warc.gz', pagesArchive(range(0, 40)))
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(PAGES_RECIPE, 'first', { inputs: { pages: whole } })
  })
  afterAll(() => place.remove())

  it('with keys of their own keep their ids when a file is split', async () => {
    const pages = [
      place.write('half-1.warc.gz', pagesArchive(range(0, 20))),
      place.write('half-2.warc.gz', pagesArchive(range(20, 20))),
    ]
    const split = await place.run(PAGES_RECIPE, 'split', { inputs: { pages } })
    expect((await keptIds(split)).toSorted()).toEqual((await keptIds(first)).toSorted())
    expect(split.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('of a file that is given twice under two names count once', async () => {
    const copy = place.write('copy.warc.gz', pagesArchive(range(0, 40)))
    const twice = await place.run(PAGES_RECIPE, 'twice', { inputs: { pages: [copy, whole] } })
    const reading = twice.manifest.steps[0]
    expect(reading).toMatchObject({ in: 80, kept: 40, dropped: 40, reasons: { 'duplicate-record': 40 } })
    expect(twice.manifest.hashes.kept).toBe(first.manifest.hashes.kept)
    const rows = (await rejections(twice)).filter((row) => row.reason === 'duplicate-record')
    expect(rows.length).toBe(40)
    expect(new Set(rows.map((row) => row.source)).size).toBe(1)
  })

  it('that are copied into another file count once', async () => {
    const other = archive([...range(40, 4).map((number) => pageRecord(number)), pageRecord(3)])
    const pages = [whole, place.write('other.warc.gz', other)]
    const joined = await place.run(PAGES_RECIPE, 'copied', { inputs: { pages } })
    expect(joined.manifest.steps[0]).toMatchObject({ in: 45, kept: 44, reasons: { 'duplicate-record': 1 } })
    const distinct = place.write('distinct.warc.gz', pagesArchive(range(0, 44)))
    const expected = await place.run(PAGES_RECIPE, 'distinct', { inputs: { pages: distinct } })
    expect(joined.manifest.hashes.kept).toBe(expected.manifest.hashes.kept)
  })
})

function counts(result: RunResult): unknown {
  return result.manifest.steps
}
