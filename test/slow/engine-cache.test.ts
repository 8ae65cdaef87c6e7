import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/index.ts'
import { keptIds, PAGES_RECIPE, Workplace } from '../engine-run.ts'
import { pagesArchive, range, submissionsFile } from '../synthetic-crawl.ts'

describe('a second run', () => {
  const place = new Workplace()
  const { submissions, pages } = place.webtextInputs()
  const sizes = (paths: readonly string[]): number =>
    paths.reduce((sum, path) => sum + readFileSync(path).length, 0)
  afterAll(() => place.remove())

  it('with one more input reads that input, and gives what a run over all gives', async () => {
    const one = await place.run('gpt2-webtext', 'grown', { inputs: { submissions, pages: pages[0] ?? '' } })
    const both = await place.run('gpt2-webtext', 'grown', { inputs: { submissions, pages } })
    const atOnce = await place.run('gpt2-webtext', 'at-once', { inputs: { submissions, pages } })
    expect(both.manifest).toMatchObject({ number: 2, parents: ['webtext@1'] })
    expect(both.manifest.hashes).toEqual(atOnce.manifest.hashes)
    expect(both.manifest.hashes.kept).not.toBe(one.manifest.hashes.kept)

    const run = place.journal('grown', 'webtext').at(-1)
    const added = pages.slice(1)
    const hashed = run?.events.filter(({ event }) => event === 'hashed').map(({ uri }) => uri)
    expect(hashed).toEqual(added.map((path) => `file://${path}`))
    expect(run?.started).toMatchObject({ index: 1 })
    expect(run?.started['read']).toBeUndefined()
    // Once for its keys and once for what matched; the other units take their rows from the cache.
    const reading = run?.events.filter(({ event, bytes = 0 }) => event === 'done' && bytes > 0)
    expect(reading?.map(({ phase }) => phase)).toEqual(['index', 'map'])
    expect(run?.bytesRead).toBeGreaterThan(sizes(added))
    expect(run?.bytesRead).toBeLessThan(3 * sizes(added))
  })

  it('with a changed option does again what depends on it', async () => {
    const inputs = { submissions, pages }
    const options = [
      { set: 'steps.cleaning.minWords=400', phases: ['map'], reads: false },
      { set: 'steps.karma.minScore=30', phases: ['map'], reads: true },
    ]
    for (const { set, phases, reads } of options) {
      const changed = await place.run('gpt2-webtext', 'at-once', { inputs, set: [set] })
      const run = place.journal('at-once', 'webtext').at(-1)
      expect(changed.upToDate).toBe(false)
      expect(Object.keys(run?.started ?? {}), set).toEqual(phases)
      expect((run?.bytesRead ?? 0) > 0, set).toBe(reads)
      const fresh = await place.run('gpt2-webtext', `fresh ${set}`, { inputs, set: [set] })
      expect(changed.manifest.hashes).toEqual(fresh.manifest.hashes)
      expect(changed.manifest.hashes.kept).not.toBe((await original(inputs)).manifest.hashes.kept)
    }
  })

  it('over an input whose content changed reads it again', async () => {
    const input = place.write('changing.zst', submissionsFile(range(0, 48)))
    const before = await place.run('gpt2-webtext', 'changing', { inputs: { submissions: input, pages } })
    place.write('changing.zst', submissionsFile(range(0, 96)))
    const after = await place.run('gpt2-webtext', 'changing', { inputs: { submissions: input, pages } })
    expect((await keptIds(after)).length).toBeGreaterThan((await keptIds(before)).length)
    expect(after.manifest.hashes).toEqual((await original({ submissions, pages })).manifest.hashes)
  })

  const original = (inputs: {
    readonly submissions: string
    readonly pages: readonly string[]
  }): Promise<RunResult> => place.run('gpt2-webtext', 'original', { inputs })
})

describe('a damaged cache is made again', () => {
  const place = new Workplace()
  const pages = [
    place.write('a.warc.gz', pagesArchive(range(0, 30))),
    place.write('b.warc.gz', pagesArchive(range(30, 30))),
  ]
  const inputs = { pages }
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(PAGES_RECIPE, 'whole', { inputs })
  })
  afterAll(() => place.remove())

  const files = (dir: string, store = 'whole'): readonly string[] =>
    readdirSync(join(place.dir, store, dir), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:unit|pack|verdicts)$/.test(name))
      .map((name) => join(dir, name))
      .toSorted()

  const damages: readonly { readonly why: string; readonly harm: (path: string) => void }[] = [
    { why: 'cut in the middle', harm: (path) => truncateSync(path, readFileSync(path).length >> 1) },
    { why: 'emptied', harm: (path) => truncateSync(path, 0) },
    ...[0.5, 0.97].map((share) => ({
      why: `with a flipped byte at ${share} of it`,
      harm: (path: string) => {
        const bytes = readFileSync(path)
        const at = Math.floor(bytes.length * share)
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        writeFileSync(path, bytes)
      },
    })),
  ]

  it.each(damages)('$why', async ({ why, harm }) => {
    const damaged = [...files('cache/units'), ...files('cache/exchanges')]
    expect(damaged.length).toBeGreaterThanOrEqual(5)
    cpSync(join(place.dir, 'whole'), join(place.dir, why), { recursive: true })
    rmSync(join(place.dir, why, 'pages@1'), { recursive: true })
    for (const file of damaged) harm(join(place.dir, why, file))
    const again = await place.run(PAGES_RECIPE, why, { inputs })
    expect(again.manifest.hashes).toEqual(first.manifest.hashes)
    expect(again.manifest.steps).toEqual(first.manifest.steps)
    rmSync(join(place.dir, why), { recursive: true })
  })

  it.each(damages)('$why, where small units share packs', async ({ why, harm }) => {
    const small = Array.from({ length: 8 }, (_, at) =>
      place.write(`small/${at}.warc.gz`, pagesArchive(range(60 + 4 * at, 4))),
    )
    const store = `packs ${why}`
    const whole = await place.run(PAGES_RECIPE, store, { inputs: { pages: small } })
    const packs = files('cache/units', store).filter((name) => name.endsWith('.pack'))
    expect(packs.length).toBeGreaterThanOrEqual(2)
    rmSync(join(place.dir, store, 'pages@1'), { recursive: true })
    for (const pack of packs) harm(join(place.dir, store, pack))
    const again = await place.run(PAGES_RECIPE, store, { inputs: { pages: small } })
    expect(again.manifest.hashes).toEqual(whole.manifest.hashes)
    expect(again.manifest.steps).toEqual(whole.manifest.steps)
    rmSync(join(place.dir, store), { recursive: true })
  })

  it.each([
    { why: 'cut', harm: (text: string) => text.slice(0, text.length / 2) },
    { why: 'emptied', harm: () => '' },
    {
      why: 'followed by what is no entry',
      harm: (text: string) => `${text}null\n{}\n[1]\n7\n{"key":1}\nno JSON\n`,
    },
  ])('the lists of what is cached, $why', async ({ why, harm }) => {
    const store = `lists ${why}`
    cpSync(join(place.dir, 'whole'), join(place.dir, store), { recursive: true })
    rmSync(join(place.dir, store, 'pages@1'), { recursive: true })
    writeFileSync(join(place.dir, store, 'cache/splits.jsonl'), 'null\n{"key":"k"}\n')
    for (const list of ['inputs', 'units']) {
      const path = join(place.dir, store, `cache/${list}.jsonl`)
      writeFileSync(path, harm(readFileSync(path, 'utf8')))
    }
    const again = await place.run(PAGES_RECIPE, store, { inputs })
    expect(again.manifest.hashes).toEqual(first.manifest.hashes)
    rmSync(join(place.dir, store), { recursive: true })
  })

  it('each file alone', async () => {
    const store = join(place.dir, 'one by one')
    cpSync(join(place.dir, 'whole'), store, { recursive: true })
    const damaged = [...files('cache/units'), ...files('cache/exchanges')]
    for (const [index, file] of damaged.entries()) {
      rmSync(join(store, 'pages@1'), { recursive: true })
      const bytes = readFileSync(join(store, file))
      const at = Math.floor((bytes.length * (index + 0.5)) / damaged.length)
      bytes[at] = (bytes[at] ?? 0) ^ 0x01
      writeFileSync(join(store, file), bytes)
      const again = await place.run(PAGES_RECIPE, 'one by one', { inputs })
      expect(again.manifest.hashes, file).toEqual(first.manifest.hashes)
      copyFileSync(join(place.dir, 'whole', file), join(store, file))
    }
  })
})
