import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QualityMetrics } from '../../src/engine/fit/quality-metrics.ts'
import { openMixture } from '../../src/engine/tokens/mix.ts'
import { openTokenSet } from '../../src/engine/tokens/token-set.ts'
import { loadRecipe } from '../../src/index.ts'
import { reportOf } from '../../src/report/report-file.ts'
import { openArtefact } from '../../src/store/artefact.ts'
import { Store } from '../../src/store/store.ts'
import { Workplace } from '../engine-run.ts'
import { tilth } from '../tilth.ts'

const commands = [...readFileSync('docs/how-to/gpt3.md', 'utf8').matchAll(/```sh\n([^]*?)```/g)].flatMap(
  ([, text = '']) => text.trimEnd().split('\n'),
)

interface PartJson {
  readonly part: string
  readonly ref: string
  readonly upToDate: boolean
  readonly metrics?: unknown
  readonly warnings?: readonly string[]
  readonly steps?: readonly { readonly name: string; readonly in: number; readonly kept: number }[]
}

describe('gpt3', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const words = (seed: number, count: number): string =>
    Array.from({ length: count }, (_, at) => `word${(seed * 31 + at * at * 7 + at) % 997}`).join(' ')
  const article = (number: number): string =>
    `<page><title>Article ${number}</title><ns>0</ns><id>${number}</id><revision><id>${number}0</id><text>'''Article ${number}''' is one. ${words(number, 300)}</text></revision></page>`
  let parts: readonly PartJson[]
  let args: readonly string[]

  beforeAll(() => {
    const { submissions, pages } = place.webtextInputs()
    for (let book = 0; book < 4; book++)
      place.write(
        `books/${book}.txt`,
        Buffer.from(`Title: Book ${book}\n\n${words(500 + 37 * book, 4000)}\n`),
      )
    const articles = Array.from({ length: 30 }, (_, at) => article(at + 1)).join('')
    place.write('dump.xml', Buffer.from(`<mediawiki>${articles}</mediawiki>`))
    place.write(
      'eval.jsonl',
      Buffer.from(`${JSON.stringify({ question: words(3, 300).split(' ').slice(100, 130).join(' ') })}\n`),
    )
    // The command of the page, as it stands there.
    expect([submissions, ...pages].map((path) => path.slice(place.dir.length + 1).split('/')[0])).toEqual([
      'submissions.zst',
      'crawl',
      'crawl',
    ])
    const [run = '', ...others] = commands
    expect(others).toHaveLength(4)
    args = [...run.split(' ').slice(1), '--workers', '1', '--json']
    const ran = tilth(place.dir, ...args)
    expect(ran.err).not.toContain('error')
    expect(ran.code).toBe(0)
    parts = (JSON.parse(ran.out) as { parts: PartJson[] }).parts
  }, 240_000)

  it('makes every part, and every count balances', () => {
    expect(parts.map(({ part }) => part).join(' ')).toBe(
      'webtext books wikipedia crawl quality common-crawl webtext-final books-final wikipedia-final ' +
        'common-crawl-tokens webtext-tokens books-tokens wikipedia-tokens mixture',
    )
    const { steps = [] } = parts.find(({ part }) => part === 'common-crawl') ?? {}
    expect(steps.map(({ name }) => name)).toEqual([
      'document',
      'quality',
      'selection',
      'dedup',
      'decontaminate',
    ])
    for (const [at, step] of steps.entries()) if (at > 0) expect(step.in).toBe(steps[at - 1]?.kept)
    expect(steps.at(-1)?.kept).toBeGreaterThan(0)
  })

  it('takes evaluation sets out', async () => {
    const { manifest } = await new Store(`${place.dir}/.tilth`).open('wikipedia-final')
    const before = await new Store(`${place.dir}/.tilth`).open('wikipedia')
    expect(manifest.steps.at(-1)?.bytesOut).toBeLessThan(before.manifest.steps.at(-1)?.bytesOut ?? 0)
  })

  it('fits a classifier whose report says how well it tells its sources apart', async () => {
    const store = new Store(`${place.dir}/.tilth`)
    const { metrics, data } = openArtefact(store, 'quality').manifest
    expect(data.map(({ role, ref }) => `${role} ${ref}`).join(', ')).toBe(
      'positives webtext@1, positives wikipedia@1, positives books@1, negatives crawl@1',
    )
    const { auc } = metrics as { readonly auc: number | null }
    const page = readFileSync(`${place.dir}/.tilth/common-crawl@1/report.html`, 'utf8')
    if (auc !== null) expect(page).toContain(`AUC on what was held out: ${auc.toFixed(3)}`)
    for (const name of [
      'webtext, positives, held out',
      'crawl, negatives, held out',
      'measured here',
      'selected by selection',
      'kept at the end',
    ])
      expect(page).toContain(`data-scores="${name}"`)
    expect(page).toContain('data-calibration')
    const { topFeatures } = metrics as unknown as QualityMetrics
    const [word = ''] = topFeatures.positive.flatMap(({ words: [first] }) => (first ? [first.word] : []))
    expect(word).not.toBe('')
    expect(page.slice(page.indexOf('speaks for a positive'))).toContain(word)
    const { classifiers } = await reportOf(await store.open('common-crawl'), store)
    const count = (histogram: readonly number[] = []): number =>
      histogram.reduce((sum, each) => sum + each, 0)
    const [used] = classifiers
    const steps = parts.find(({ part }) => part === 'common-crawl')?.steps ?? []
    const keptBy = (name: string) => steps.find((step) => step.name === name)?.kept
    expect(count(used?.measured)).toBe(keptBy('quality'))
    expect(count(used?.selected[0]?.histogram)).toBe(keptBy('selection'))
    expect(count(used?.kept)).toBeLessThanOrEqual(keptBy('selection') ?? 0)
  })

  it('says figures as fields, and of how many documents an AUC is', () => {
    const quality = parts.find(({ part }) => part === 'quality')
    if (quality === undefined) throw new Error('no part quality')
    const { auc, sources } = quality.metrics as Pick<QualityMetrics, 'auc' | 'sources'>
    expect(sources.map(({ name, role }) => `${role} ${name}`)).toEqual([
      'positives webtext',
      'positives wikipedia',
      'positives books',
      'negatives crawl',
    ])
    expect(auc === null || (auc >= 0 && auc <= 1)).toBe(true)
    const few = sources.filter((source) => source.auc !== null && source.heldOut < 30)
    expect(few.length).toBeGreaterThan(0)
    for (const { name, heldOut } of few)
      expect(quality.warnings).toContainEqual(
        expect.stringMatching(`^${name}: its AUC of .* is of ${heldOut} held-out`),
      )
    expect(parts.at(-1)?.metrics).toMatchObject({ sequences: expect.any(Number), sources: expect.any(Array) })
  })

  it('mixes by the published weights, and writes the tokens in their order', () => {
    const store = new Store(`${place.dir}/.tilth`)
    const { mixture, files } = openMixture(store, 'mixture')
    const wanted = [0.6, 0.22, 0.16, 0.03].map((weight) => weight / 1.01)
    expect(mixture.sources).toHaveLength(4)
    for (const [at, { weight, share, drawn }] of mixture.sources.entries()) {
      expect(weight).toBeCloseTo(wanted[at] ?? 0, 12)
      expect(Math.abs(share - weight) * mixture.sequences).toBeLessThan(1)
      expect(share).toBe(drawn / mixture.sequences)
    }
    const bytes = mixture.shards.reduce((sum, { file }) => sum + readFileSync(`${files}/${file}`).length, 0)
    expect(bytes).toBe(mixture.tokens * 2)
    expect(openTokenSet(store, 'books-tokens').set.documents).toBe(4)
  })

  it('can be looked at by the commands of the page', () => {
    const said = commands.slice(1).map((line) => {
      const ran = tilth(place.dir, ...line.split(' ').slice(1))
      expect(ran.code, `${line}\n${ran.err}`).toBe(0)
      return ran.out
    })
    expect(said[0]).toMatch(/mixture@1 [^]*quality@1 /)
    expect(said[1]).toContain('Words that speak for a positive')
    expect(said[3]).toMatch(/epochs +repeated/)
  })

  it('has token sets on which the examples of tilth mix work as they stand there', () => {
    const { out } = tilth(place.dir, 'mix', '--help')
    const examples = out
      .slice(out.indexOf('Examples'))
      .replaceAll(/\\\n\s+/g, '')
      .split('\n')
      .filter((line) => line.startsWith('  tilth mix'))
    expect(examples).toHaveLength(3)
    for (const line of examples) {
      const given = line.trim().split(/\s+/).slice(1)
      const ran = tilth(place.dir, ...given, '--sequence', '128', '--plan')
      expect(ran.code, `${line}\n${ran.err}`).toBe(0)
      expect(ran.out).toContain('sequences of 128')
    }
  })

  it('takes the changes that the page says', async () => {
    const page = readFileSync('docs/how-to/gpt3.md', 'utf8')
    const changes = [...page.matchAll(/--set ((?:'[^']*'|\S+)+)/g)].map(([, change = '']) =>
      change.replaceAll(/['`]/g, ''),
    )
    expect(changes.length).toBeGreaterThan(8)
    for (const change of changes)
      await expect(loadRecipe('gpt3', [change], place.dir), change).resolves.toHaveProperty('parts')
  })

  it('does nothing again', () => {
    const again = (JSON.parse(tilth(place.dir, ...args).out) as { parts: PartJson[] }).parts
    expect(again.map(({ upToDate }) => upToDate)).toEqual(again.map(() => true))
    expect(again.map(({ ref }) => ref)).toEqual(parts.map(({ ref }) => ref))
  }, 120_000)
})
