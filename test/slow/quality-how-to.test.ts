import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openArtefact } from '../../src/store/artefact.ts'
import { Store } from '../../src/store/store.ts'
import { keptRows, signalRows } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { listOf } from '../fixture-version.ts'
import { drawn, plantedText } from '../planted-quality.ts'
import { tilth } from '../tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const page = readFileSync('docs/how-to/quality-classifier.md', 'utf8')
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text)
const store = new Store(join(place.dir, '.tilth'))

function rows(name: string, count: number, chance: (at: number) => number): Buffer {
  const random = drawn(count)
  const lines = Array.from({ length: count }, (_, at) =>
    JSON.stringify({
      id: `${name}${at}`,
      url: `https://site${at % 50}.${name}.example/${at}`,
      text: plantedText(random, chance(at)),
    }),
  )
  return Buffer.from(lines.join('\n'))
}

describe('the page on the quality classifier', () => {
  const said = new Map<string, string>()
  beforeAll(() => {
    place.write(
      'good.jsonl',
      rows('good', 500, () => 0.7),
    )
    place.write(
      'crawl.jsonl',
      rows('crawl', 900, (at) => (at % 6) / 10 + 0.2),
    )
    place.write('select.yaml', Buffer.from(blocks('yaml')[0] ?? ''))
    place.write('top.yaml', Buffer.from(blocks('yaml')[1] ?? ''))
    place.write('graded.yaml', Buffer.from(blocks('yaml')[2] ?? ''))
    cpSync('test/golden/onnx/labels', join(place.dir, 'classifier'), { recursive: true })
    for (const line of blocks('sh').join('').trimEnd().split('\n')) {
      const ran = tilth(place.dir, ...line.split(' ').slice(1))
      expect(ran.code, `${line}\n${ran.err}`).toBe(0)
      said.set(line, ran.out)
    }
  })
  const shown = (part: string): string => [...said].find(([line]) => line.includes(part))?.[1] ?? ''

  it('has commands that run as they stand there', async () => {
    expect(said.size).toBe(9)
    expect(shown('fit quality')).toMatch(/AUC 0\.[78]\d+/)
    expect(shown('fit quality')).toMatch(/good\d+ /)
    expect(shown('fit quality')).toMatch(/wrote quality@1/)
    expect(shown('fit alpha')).toMatch(/<- least distance/)
    const kept = (await store.open('selected@1')).manifest.steps.at(-1)?.kept ?? 0
    const [, held] =
      /([0-9]+) positives of good\.jsonl \(held out of the fit, of 500\)/.exec(shown('fit alpha')) ?? []
    expect(shown('fit alpha')).toContain(
      `900 documents of selected@1 (stored scores: ${kept} kept, ${900 - kept} dropped since)`,
    )
    expect(Number(held)).toBeGreaterThan(30)
    expect(Number(held)).toBeLessThan(100)
    // The same is found on the file that the run has read.
    const raw = tilth(
      place.dir,
      'fit',
      'alpha',
      'crawl.jsonl',
      '--positives',
      'good.jsonl',
      '--model',
      'fit:quality',
    )
    const found = (out: string): string | undefined => /^alpha (\S+)/m.exec(out)?.[1]
    expect(found(raw.out)).toBeDefined()
    expect(found(shown('fit alpha'))).toBe(found(raw.out))
    expect(shown('retune')).toMatch(/gained/)
    expect(shown('run graded')).toMatch(/low-quality \d+/)
    expect(shown('classifier/model.onnx')).toMatch(/keeps \d+ of 900 documents of crawl\.jsonl/)
    expect(shown('fit threshold top')).toMatch(/keeps 90 of 900 documents of top@1 \(10\.00 %\)/)
    const { metrics, kind, data } = openArtefact(store, 'quality').manifest
    expect(kind).toBe('quality-classifier')
    expect(data.map(({ role, documents }) => [role, documents])).toEqual([
      ['positives', 500],
      ['negatives', 900],
    ])
    expect(metrics).toHaveProperty('calibration.bins.length', 10)
  })

  it('keeps the best share by the number that it asked for', async () => {
    const [, number = ''] = /^threshold (\S+)/.exec(shown('fit threshold')) ?? []
    expect(Number(number)).toBeGreaterThan(0)
    const ran = tilth(place.dir, 'retune', 'top@1', '--set', `steps.best.threshold=${number}`, '--apply')
    expect(ran.code, ran.err).toBe(0)
    expect((await listOf(keptRows(await store.open('top')))).length).toBe(90)
  })

  it('keeps the better ones, and the kept say why', async () => {
    const version = await store.open('selected@1')
    const scores = await listOf(signalRows(version))
    const mean = (kept: boolean): number => {
      const own = scores.filter((row) => row.kept === kept).map((row) => row.signals['quality.quality'] ?? 0)
      return own.reduce((sum, each) => sum + each, 0) / own.length
    }
    expect(scores.length).toBe(900)
    expect(mean(true)).toBeGreaterThan(mean(false) + 0.1)
    for (const { kept, signals } of scores) {
      expect(signals['draw.score']).toBe(signals['quality.quality'])
      expect(kept).toBe((signals['draw.chance'] ?? 0) < (2 - (signals['draw.score'] ?? 0)) ** -9)
    }
    const why = tilth(place.dir, 'why', 'selected', 'https://site1.crawl.example/1')
    expect(why.out).toMatch(/draw/)
    expect(why.out).toMatch(/alpha/)
  })

  it('keeps the same on three workers, and by retune what a run with that alpha keeps', async () => {
    const kept = async (at: Store, ref: string) =>
      (await listOf(keptRows(await at.open(ref)))).map(({ id }) => id)
    const first = await kept(store, 'selected@1')
    const fit = tilth(
      place.dir,
      '--store',
      'other',
      'fit',
      'quality',
      '--positives',
      'good.jsonl',
      '--negatives',
      'crawl.jsonl',
      '--workers',
      '2',
    )
    expect(fit.code, fit.err).toBe(0)
    const other = new Store(join(place.dir, 'other'))
    expect(tilth(place.dir, '--store', 'other', 'run', 'select.yaml', '--workers', '3').code).toBe(0)
    expect(await kept(other, 'selected@1')).toEqual(first)
    expect(openArtefact(other, 'quality').manifest.files).toEqual(
      openArtefact(store, 'quality').manifest.files,
    )
    expect(tilth(place.dir, 'retune', 'selected', '--set', 'steps.draw.alpha=3', '--apply').code).toBe(0)
    expect(
      tilth(place.dir, '--store', 'other', 'run', 'select.yaml', '--set', 'steps.draw.alpha=3').code,
    ).toBe(0)
    const more = await kept(other, 'selected@2')
    expect(await kept(store, 'selected@2')).toEqual(more)
    expect(more.length).toBeGreaterThan(first.length)
  })

  it('fits nothing again where nothing changed', () => {
    const line = blocks('sh')[0]?.trim().split(' ').slice(1) ?? []
    expect(tilth(place.dir, ...line).out).toMatch(/up to date quality@1/)
    const json = tilth(place.dir, ...line, '--seed', '2', '--json')
    expect(JSON.parse(json.out)).toMatchObject({ artefact: 'quality@2', upToDate: false })
  })
})

describe('what is refused', () => {
  const recipe = (steps: string): string => {
    place.write(
      'wrong.yaml',
      Buffer.from(
        `name: wrong\nwrites: wrong\ninputs:\n  rows: { format: jsonl, files: wrong.jsonl }\nsteps:\n  - use: row\n${steps}`,
      ),
    )
    place.write('wrong.jsonl', Buffer.from('{"text":"a"}\n'))
    return tilth(place.dir, 'plan', 'wrong.yaml').err
  }
  it.each([
    { steps: '  - use: quality\n', error: /quality: model must be given/ },
    { steps: '  - use: quality-pareto\n', error: /steps\.quality-pareto\.of: the step before has no score/ },
    {
      steps: '  - use: text-stats\n  - { use: quality-pareto, of: text-stats.word }\n',
      error: /there is no signal text-stats\.word[\s\S]*did you mean text-stats\.words/,
    },
    { steps: '  - { use: quality, model: fit:nothing }\n', error: /no artefact nothing/ },
  ])('$steps', ({ steps, error }) => {
    expect(recipe(steps)).toMatch(error)
  })

  it.each([
    {
      given: ['quality', '--positives', 'no.jsonl', '--negatives', 'no.jsonl'],
      error: /no\.jsonl: there is no such file/,
    },
    {
      given: ['quality', '--positives', 'nobody', '--negatives', 'nobody'],
      error: /nobody: no dataset nobody/,
    },
    {
      given: ['quality', '--positives', 'a=wrong.jsonl', '--negatives', 'a=wrong.jsonl'],
      error: /a: two sources have this name/,
    },
    { given: ['alpha', 'nobody', '--positives', 'nobody'], error: /nobody: no dataset nobody/ },
    { given: ['threshold', 'nobody', '--top', '200%'], error: /--top 200%/ },
  ])('fit $given', ({ given, error }) => {
    const ran = tilth(place.dir, 'fit', ...given)
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(error)
  })
})
