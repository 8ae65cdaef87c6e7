import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register as registerFit } from '../src/cli/fit.ts'
import { register as registerGc } from '../src/cli/gc.ts'
import { register as registerMix } from '../src/cli/mix.ts'
import { register as registerReport } from '../src/cli/report.ts'
import { register as registerShow } from '../src/cli/show.ts'
import { register as registerTokenize } from '../src/cli/tokenize.ts'
import { register as registerTokens } from '../src/cli/tokens.ts'
import { register as registerVersions } from '../src/cli/versions.ts'
import { artefactRefs } from '../src/store/artefact.ts'
import { Store } from '../src/store/store.ts'
import { runCommand } from './command.ts'
import { Workplace } from './engine-run.ts'
import { drawn, plantedText } from './planted-quality.ts'

const REGISTERS = [
  registerFit,
  registerGc,
  registerMix,
  registerReport,
  registerShow,
  registerTokenize,
  registerTokens,
  registerVersions,
]

describe('artefacts of a store', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const store = new Store(join(place.dir, 'store'))
  const cli = (...args: readonly string[]) => runCommand(REGISTERS, store.dir, ...args)
  const done = async (...args: readonly string[]): Promise<string> => {
    const { out, error } = await cli(...args)
    expect(error, args.join(' ')).toBeUndefined()
    return out
  }
  const refused = async (...args: readonly string[]) => (await cli(...args)).error
  const rows = (name: string, count: number, chance: number): string => {
    const random = drawn(count)
    const lines = Array.from({ length: count }, (_, at) =>
      JSON.stringify({
        id: `${name}${at}`,
        url: `https://site${at % 20}.${name}.example/${at}`,
        text: plantedText(random, chance),
      }),
    )
    return place.write(`${name}.jsonl`, Buffer.from(lines.join('\n')))
  }
  const run = (writes: string, input: string, steps: readonly object[]) =>
    place.run(
      {
        name: writes,
        writes,
        inputs: { rows: { format: 'jsonl' } },
        steps: [{ use: 'row' }, ...steps],
      } as Parameters<typeof place.run>[0],
      'store',
      { inputs: { rows: input } },
    )
  const listed = async () =>
    JSON.parse(await done('versions', '--json')) as readonly {
      readonly version: string
      readonly kind: string
      readonly madeOf: readonly string[]
      readonly summary: string
      readonly documents: number
      readonly diskBytes: number
    }[]

  beforeAll(async () => {
    const [good, crawl] = [rows('good', 200, 0.7), rows('crawl', 300, 0.3)]
    await run('good', good, [])
    await run('crawl', crawl, [])
    await done('fit', 'quality', '--positives', 'good', '--negatives', 'crawl', '--workers', '1')
    await run('selected', crawl, [{ use: 'quality', model: 'fit:quality' }])
    const tokens = ['--encoding', 'gpt2', '--workers', '1', '--into']
    await done('tokenize', 'good', ...tokens, 'good-tokens')
    await done('tokenize', 'crawl', ...tokens, 'crawl-tokens')
    const sources = ['--source', 'a=good-tokens=1', '--source', 'crawl-tokens=3', '--sequence', '64']
    await done('mix', ...sources)
  }, 120_000)

  it('are listed with what they are and what they were made of', async () => {
    const all = await listed()
    expect(all.map(({ version, kind }) => `${version} ${kind}`)).toEqual([
      'crawl@1 documents',
      'good@1 documents',
      'selected@1 documents',
      'crawl-tokens@1 tokens',
      'good-tokens@1 tokens',
      'mixture@1 mixture',
      'quality@1 quality-classifier',
    ])
    const of = (ref: string) => all.find(({ version }) => version === ref)
    expect(of('quality@1')).toMatchObject({
      madeOf: ['good@1', 'crawl@1'],
      documents: 500,
      summary: expect.stringMatching(/^AUC \d/),
    })
    expect(of('mixture@1')?.madeOf).toEqual(['good-tokens@1', 'crawl-tokens@1'])
    for (const { diskBytes } of all) expect(diskBytes).toBeGreaterThan(0)
    expect(await done('versions')).toMatch(/good-tokens@1 +tokens +200 .* good@1 +[\d,]+ tokens/)
    expect(await done('versions', 'quality')).not.toContain('mixture')
    expect(String(await refused('versions', 'qualtiy'))).toContain('no dataset qualtiy')
  })

  it('say what they are', async () => {
    const quality = await done('show', 'quality@1')
    for (const words of ['quality-classifier', 'AUC', 'Calibration', 'Words that speak for a positive'])
      expect(quality).toContain(words)
    expect(quality).toMatch(/used by +selected@1\n/)
    expect(quality).toMatch(/good@1 +positives +200/)
    expect(await done('show', 'good-tokens')).toMatch(
      /tokens-00000\.bin[^]*tokens of 200 documents of good@1[^]*gpt2, uint16, 50256 behind each document/,
    )
    const mixture = await done('show', 'mixture')
    expect(mixture).toMatch(/weight .*epochs +repeated[^]*\na +[\d,]+ +25 %/)
    expect(await done('tokens', 'mixture')).toContain(mixture.split('\n').slice(2, 5).join('\n'))
    const json = JSON.parse(await done('show', 'quality', '--json'))
    expect(json).toMatchObject({
      artefact: 'quality@1',
      usedBy: ['selected@1'],
      manifest: { metrics: { calibration: { bins: expect.any(Array) } } },
    })
    expect(await refused('show', 'quality', 'abc')).toMatchObject({ code: 'usage' })
    expect(await refused('report', 'quality')).toMatchObject({ code: 'usage', hint: 'tilth show quality' })
  })

  it('share no name with a dataset', async () => {
    const tokens = ['--encoding', 'gpt2', '--workers', '1', '--into']
    expect(await refused('tokenize', 'good', ...tokens, 'good')).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is a dataset of this name'),
      hint: expect.stringContaining('good-tokens'),
    })
    await expect(run('quality', join(place.dir, 'good.jsonl'), [])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is an artefact of this name'),
    })
  })

  it('that something was made with are removed when told twice, and their numbers never given again', async () => {
    expect(await refused('versions', 'rm', 'quality@1')).toMatchObject({
      code: 'usage',
      message: 'selected@1 was made with quality@1',
      hint: expect.stringContaining('--force'),
    })
    expect(String(await refused('versions', 'rm', 'good-tokens@1'))).toContain('mixture@1 was made with')
    expect(await refused('versions', 'rm', 'quality')).toMatchObject({ code: 'usage' })
    expect(await refused('versions', 'rm', 'quality@7')).toMatchObject({ code: 'not-found' })
    expect(await done('versions', 'rm', 'mixture@1')).toMatch(/^removed mixture@1, /)
    expect(artefactRefs(store)).not.toContain('mixture@1')
    const sources = ['--source', 'good-tokens', '--sequence', '64']
    expect(await done('mix', ...sources)).toContain('mixture@2')
    expect(await done('versions', 'rm', 'good-tokens@1', '--force')).toContain('removed good-tokens@1')
    await done('tokenize', 'good', '--encoding', 'gpt2', '--workers', '1', '--into', 'good-tokens')
    expect(artefactRefs(store)).toContain('good-tokens@2')
  })

  it('that are superseded are offered to gc, and go when asked for', async () => {
    const tokens = ['--encoding', 'gpt2', '--workers', '1', '--into', 'crawl-tokens']
    await done('tokenize', 'crawl', ...tokens, '--seed', '1')
    await done(
      'fit',
      'quality',
      '--positives',
      'good',
      '--negatives',
      'crawl',
      '--workers',
      '1',
      '--seed',
      '2',
    )
    expect(await done('versions')).toMatch(/1 artefact with a later one, which nothing was made with, takes /)
    const garbage = JSON.parse(await done('gc', '--superseded', '--dry-run', '--json')) as {
      garbage: readonly { path: string }[]
    }
    const paths = garbage.garbage.map(({ path }) => path).filter((path) => path.startsWith('artefacts/'))
    // selected@1 was made with quality@1, which has a later one too.
    expect(paths).toEqual(['artefacts/crawl-tokens@1'])
    expect(await done('gc', '--dry-run')).not.toContain('artefacts')
    await done('gc')
    expect(existsSync(store.path('artefacts', 'crawl-tokens@1'))).toBe(true)
    await done('gc', '--superseded')
    expect(artefactRefs(store)).toEqual([
      'crawl-tokens@2',
      'good-tokens@2',
      'mixture@2',
      'quality@1',
      'quality@2',
    ])
  })

  it('that are damaged are listed and removed', async () => {
    writeFileSync(store.path('artefacts', 'mixture@2', 'artefact.json'), '{')
    expect((await listed()).find(({ version }) => version === 'mixture@2')?.kind).toBe('artefact')
    expect(await done('versions')).toContain('(damaged)')
    expect(await done('versions', 'rm', 'mixture@2')).toContain('removed mixture@2')
  })
})
