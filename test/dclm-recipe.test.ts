import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { keptRows, openVersion, rejectedRows, signalRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { describeWithData, sharedData } from './shared-data.ts'
import { archive, pageText, warcPage } from './synthetic-crawl.ts'
import { tilth } from './tilth.ts'

const paragraph = pageText(20, 1)[0] ?? ''
const words = (count: number): string => paragraph.split(' ').slice(0, count).join(' ')
const long = pageText(7, 12)
/** Letters that a model of languages knows, and other ones. */
const GERMAN = `Der Fluss entspringt in den Bergen und fließt durch ein weites Tal, bevor er das Meer erreicht. An seinen Ufern liegen viele
kleine Städte, deren Häuser noch aus dem Mittelalter stammen und heute von Reisenden gern besucht werden.`

/** One page for each thing that a step does, by the path of its URL. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  good: pageText(1, 8),
  counted: [...pageText(2, 8), '37 likes', 'Read more...'],
  german: [GERMAN, GERMAN.replaceAll('Fluss', 'Bach')],
  short: [words(30)],
  again: [...pageText(3, 3), ...pageText(3, 3), ...pageText(3, 3)],
  bare: [...pageText(4, 3), ...Array.from({ length: 40 }, (_, at) => `${at} comments`)],
  twin: long,
  // Nearly the same text: more than 80 % of it stands on the other page.
  sibling: [
    ...long,
    'One more sentence that the other page does not have at all, about the old mill by the river.',
  ],
  line: [...pageText(8, 8), paragraph, words(10)],
  'line-too': [...pageText(9, 8), paragraph, words(10)],
}

const FATES: Readonly<Record<string, string>> = {
  good: 'kept',
  counted: 'kept',
  german: 'language: other-language',
  short: 'gopher-quality: too-short',
  again: 'gopher-repetition: repeated-lines',
  bare: 'refinedweb-page: many-removed-words',
  line: 'kept',
  'line-too': 'kept',
}

describe('dclm-like on made pages', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const pages = place.write(
    'pages.warc.gz',
    archive(
      Object.entries(PAGES).map(([path, paragraphs]) =>
        warcPage(
          `https://site.test/${path}`,
          `<!doctype html><title>${path}</title><article><h1>About ${path} things</h1>${paragraphs
            .map((text) => `<p>${text}</p>`)
            .join('\n')}</article>`,
        ),
      ),
    ),
  )
  // A model of languages stands in for one of quality: what it calls the score is the chance that a page is English.
  copyFileSync('test/golden/fasttext/softmax.bin', join(place.dir, 'model.bin'))
  const model = ['steps.quality.model=model.bin', 'steps.quality.label=en']
  let first: RunResult
  beforeAll(async () => {
    first = await place.run('dclm-like', 'first', { inputs: { pages }, set: model })
  })

  it.each(Object.entries(FATES))('%s: %s', async (path, fate) => {
    expect((await fates(first)).get(path)).toBe(fate)
  })

  it('keeps one of two pages that have nearly the same text', async () => {
    const both = await fates(first)
    expect([both.get('twin'), both.get('sibling')].sort()).toEqual(['documents: duplicate-substring', 'kept'])
  })

  it('takes out lines that count, and long ones that stand on another page', async () => {
    const texts = await textsOf(first)
    expect(texts.get('counted')).not.toMatch(/likes|Read more/)
    const [one = '', other = ''] = [texts.get('line'), texts.get('line-too')]
    expect([one, other].filter((text) => text.includes(paragraph))).toHaveLength(1)
    // Ten words are too few.
    expect([one, other].every((text) => text.split('\n').includes(words(10)))).toBe(true)
  })

  it('keeps pages from the threshold on, by the score that the model gives', async () => {
    const scores = [...(await scoresOf(first)).entries()].sort(([, a], [, b]) => a - b)
    expect(scores.length).toBeGreaterThan(4)
    const [path, threshold] = scores[2] ?? ['', 0]
    const higher = await place.run('dclm-like', 'higher', {
      inputs: { pages },
      set: [...model, `steps.selection.threshold=${threshold}`],
    })
    const found = await fates(higher)
    expect(found.get(path)).toBe('kept')
    for (const [low] of scores.slice(0, 2)) expect(found.get(low)).toBe('selection: low-quality')
    for (const [high] of scores.slice(3)) expect(found.get(high)).toBe('kept')
  })

  it('says at once which model is missing, where it is and how it is named', () => {
    const ran = tilth(place.dir, 'run', 'dclm-like', '--input', `pages=${pages}`)
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/^error: steps\.quality: quality: model must be given\n/)
    expect(ran.err).toContain('--set steps.quality.model=MODEL')
    expect(ran.err).toContain('huggingface.co/mlfoundations/fasttext-oh-eli5')
    expect(ran.err.trim().split('\n')).toHaveLength(2)
  })

  it('is listed without it', () => {
    const ran = tilth(place.dir, 'recipes', '--json')
    const rows = JSON.parse(ran.out) as { name: string; steps?: string[] }[]
    expect(rows.find(({ name }) => name === 'dclm-like')?.steps).toContain('selection')
  })

  it('names the label that another model lacks', async () => {
    await expect(
      place.run('dclm-like', 'label', { inputs: { pages }, set: ['steps.quality.model=model.bin'] }),
    ).rejects.toThrow(/no label "hq"/)
  })
})

describeWithData('dclm-like on real pages', ['warc/pages-00000.warc.gz'], () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  copyFileSync('test/golden/fasttext/softmax.bin', join(place.dir, 'model.bin'))

  it('accounts for every record', async () => {
    const { manifest } = await place.run('dclm-like', 'store', {
      inputs: { pages: sharedData('warc/pages-00000.warc.gz') },
      set: ['steps.quality.model=model.bin', 'steps.quality.label=en'],
    })
    const [first, last] = [manifest.steps[0], manifest.steps.at(-1)]
    expect(first?.in).toBe((last?.out ?? 0) + manifest.steps.reduce((sum, { dropped }) => sum + dropped, 0))
    expect(manifest.steps.every(({ failed }) => failed === 0)).toBe(true)
    expect((last?.out ?? 0) / (first?.in ?? 0)).toBeGreaterThan(0.3)
    expect((last?.out ?? 0) / (first?.in ?? 0)).toBeLessThan(0.6)
  })
})

const pathOf = (url: string | null): string => url?.replace(/^.*\//, '') ?? ''

/** What became of each page, by the path of its URL. */
async function fates({ dir }: RunResult): Promise<ReadonlyMap<string, string>> {
  const version = await openVersion(dir)
  const found = new Map<string, string>()
  for await (const { url } of keptRows(version, ['url'])) found.set(pathOf(url), 'kept')
  for await (const { url, step, reason } of rejectedRows(version, ['url', 'step', 'reason']))
    found.set(pathOf(url), `${step}: ${reason}`)
  return found
}

async function textsOf({ dir }: RunResult): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  for await (const { url, text } of keptRows(await openVersion(dir))) texts.set(pathOf(url), text)
  return texts
}

/** Scores of the pages that were kept. */
async function scoresOf({ dir }: RunResult): Promise<ReadonlyMap<string, number>> {
  const version = await openVersion(dir)
  const paths = new Map<string, string>()
  for await (const { id, url } of keptRows(version, ['id', 'url'])) paths.set(id, pathOf(url))
  const scores = new Map<string, number>()
  for await (const { id, signals } of signalRows(version)) {
    const [path, score] = [paths.get(id), signals['quality.quality']]
    if (path !== undefined && typeof score === 'number') scores.set(path, score)
  }
  return scores
}
