import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { keptRows, openVersion, rejectedRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { http, warcRecord } from './golden/warc/maker.ts'
import { describeWithData, sharedData } from './shared-data.ts'
import { archive, pageText } from './synthetic-crawl.ts'

const GERMAN = `Der Fluss entspringt in den Bergen und fließt durch ein weites Tal, bevor er das Meer erreicht. An seinen
Ufern liegen viele kleine Städte, deren Häuser noch aus dem Mittelalter stammen und heute von Reisenden gern besucht werden.
Im Sommer fahren Boote zwischen den Orten, und am Abend sitzen die Leute vor den Gasthäusern und erzählen sich Geschichten.
Wer mehr Zeit hat, wandert auf den alten Wegen über die Hügel, die einst die Händler mit ihren Wagen nahmen. Im Winter ist
es still, und nur der Rauch aus den Schornsteinen zeigt, dass hier noch jemand wohnt und auf den Frühling wartet.`

const prose = pageText(1, 8)
const noMarks = (text: string): string => text.replaceAll('.', '')

/** One page for each thing that a step does, by the path of its URL. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  good: [
    ...prose,
    'This page needs JavaScript to show the map of the valley and the river.',
    'Write to jane.doe@valley-museum.net or ask the server at 93.184.216.34 for the list of all rooms.',
  ],
  other: pageText(2, 8),
  twin: pageText(7, 12),
  // Nearly the same text.
  sibling: [...pageText(7, 12), 'One more sentence that the other page does not have at all.'],
  german: [GERMAN],
  again: [...pageText(3, 3), ...pageText(3, 3), ...pageText(3, 3)],
  short: [pageText(4, 1)[0]?.slice(0, 150) ?? ''],
  code: [...pageText(5, 8), 'The function begins with { and ends some lines below, as people write it.'],
  unended: pageText(6, 30).map(noMarks),
}

const FATES: Readonly<Record<string, string>> = {
  good: 'kept',
  other: 'kept',
  german: 'language: other-language',
  again: 'gopher-repetition: repeated-paragraphs',
  short: 'gopher-quality: too-short',
  code: 'c4-page: curly-bracket',
  unended: 'fineweb: few-punctuated-lines',
}

describe('fineweb-like on made pages', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const pages = place.write(
    'pages.warc.gz',
    archive(
      Object.entries(PAGES).map(([path, paragraphs], at) =>
        warcRecord({
          url: `https://site.test/${path}`,
          id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
          block: http(
            `<!doctype html><title>${path}</title><article><h1>About ${path} things</h1>${paragraphs
              .map((text) => `<p>${text}</p>`)
              .join('\n')}</article>`,
            ['Content-Type: text/html; charset=utf-8'],
          ),
        }),
      ),
    ),
  )
  let first: RunResult
  beforeAll(async () => {
    first = await place.run('fineweb-like', 'first', { inputs: { pages } })
  })

  it.each(Object.entries(FATES))('%s: %s', async (path, fate) => {
    expect((await fates(first)).get(path)).toBe(fate)
  })

  it('keeps one of two that are nearly the same', async () => {
    const both = await fates(first)
    expect([both.get('twin'), both.get('sibling')].sort()).toEqual(['dedup: near-duplicate', 'kept'])
  })

  it('takes lines out by C4 and masks what is left, behind the search for copies', async () => {
    const texts = new Map<unknown, string>()
    for await (const { url, text } of keptRows(await openVersion(first.dir))) texts.set(url, text)
    const text = texts.get('https://site.test/good') ?? ''
    expect(text).toContain('Write to [EMAIL] or ask the server at [IP_ADDRESS] for the list')
    expect(text).not.toContain('JavaScript')
    expect(text).toContain(prose.at(-1))
  })

  it('asks nobody for the language when no language is named', async () => {
    const off = await place.run('fineweb-like', 'off', {
      inputs: { pages },
      set: ['steps.language.languages=[]'],
    })
    expect(off.manifest.steps.find(({ name }) => name === 'language')).toMatchObject({ in: 9, dropped: 0 })
    // A later step has no use for German stop words.
    expect((await fates(off)).get('german')).toBe('gopher-quality: few-stop-words')
  })

  it('compares no candidates with verify=false, as FineWeb does', async () => {
    const result = await place.run('fineweb-like', 'unverified', {
      inputs: { pages },
      set: ['steps.dedup.verify=false'],
    })
    const both = await fates(result)
    expect([both.get('twin'), both.get('sibling')].sort()).toEqual(['dedup: near-duplicate', 'kept'])
  })
})

describeWithData('fineweb-like on real pages', ['warc/pages-00000.warc.gz'], () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('keeps the English prose of a crawl, and accounts for every record', async () => {
    const { manifest } = await place.run('fineweb-like', 'store', {
      inputs: { pages: sharedData('warc/pages-00000.warc.gz') },
    })
    const [first, last] = [manifest.steps[0], manifest.steps.at(-1)]
    expect(first?.in).toBe((last?.out ?? 0) + manifest.steps.reduce((sum, { dropped }) => sum + dropped, 0))
    expect(manifest.steps.every(({ failed }) => failed === 0)).toBe(true)
    // Two fifths of all pages like these; a third are in other languages.
    expect((last?.out ?? 0) / (first?.in ?? 0)).toBeGreaterThan(0.3)
    expect((last?.out ?? 0) / (first?.in ?? 0)).toBeLessThan(0.6)
  })
})

/** What became of each page, by the path of its URL. */
async function fates({ dir }: RunResult): Promise<ReadonlyMap<string, string>> {
  const version = await openVersion(dir)
  const found = new Map<string, string>()
  const note = (url: string | null, fate: string): void => {
    if (url !== null) found.set(url.replace(/^.*\//, ''), fate)
  }
  for await (const { url } of keptRows(version, ['url'])) note(url, 'kept')
  for await (const { url, step, reason } of rejectedRows(version, ['url', 'step', 'reason']))
    note(url, `${step}: ${reason}`)
  return found
}
