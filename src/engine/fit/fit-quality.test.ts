import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plantedAuc, writePlanted } from '../../../test/planted-quality.ts'
import { linearScorer, readLinearModel } from '../../learn/linear/linear-model.ts'
import { Store } from '../../store/store.ts'
import { fitQuality, type QualityFit } from './fit-quality.ts'
import { fitSource } from './fit-source.ts'
import type { QualitySettings } from './quality-settings.ts'

const SETTINGS: QualitySettings = {
  spec: { kind: 'spark', features: 1 << 12 },
  l2: 1e-5,
  standardise: false,
  classWeights: 'balanced',
  heldOutRatio: 0.1,
  sampleRatio: 1,
  mostIterations: 100,
  patience: 5,
  seed: '1',
}

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-fit-test-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

async function fitted(
  positives: readonly string[],
  negatives: readonly string[],
  settings: Partial<QualitySettings> = {},
  workers = 1,
): Promise<QualityFit> {
  const store = new Store(join(dir, 'store'))
  const sources = (names: readonly string[]) =>
    Promise.all(names.map((name) => fitSource(join(dir, name), store, {}, dir)))
  return fitQuality({
    positives: await sources(positives),
    negatives: await sources(negatives),
    settings: { ...SETTINGS, ...settings },
    workers,
    scratch: dir,
  })
}

function write(name: string, rows: readonly object[]): void {
  writeFileSync(join(dir, name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
}

/** A text of words that no other text has. */
function ownText(name: string, words = 40): string {
  return Array.from({ length: words }, (_, at) => `${name}w${at}`).join(' ')
}

it.each([
  { good: 0.55, poor: 0.45, why: 'little difference' },
  { good: 0.6, poor: 0.4, why: 'much' },
])('recovers a planted area under the curve: $why', async ({ good, poor }) => {
  writePlanted(dir, { good, poor, documents: 12_000 })
  const { metrics, model } = await fitted(['good.jsonl'], ['poor.jsonl'], { heldOutRatio: 0.4 })
  const known = plantedAuc(good, poor)
  expect(known).toBeGreaterThan(0.7)
  expect(known).toBeLessThan(0.95)
  expect(Math.abs((metrics.auc ?? 0) - known)).toBeLessThan(0.01)
  expect(metrics.calibration.expectedError).toBeLessThan(0.05)
  expect(metrics.warnings).toEqual([])
  const words = metrics.topFeatures.positive.slice(0, 10).map((each) => each.words[0]?.word ?? '')
  expect(words.every((word) => word.startsWith('good'))).toBe(true)
  const score = linearScorer(readLinearModel(model))
  expect(score('good1 good2 good3 good4 good5')).toBeGreaterThan(score('poor1 poor2 poor3 poor4 poor5'))
})

it.each(['spark', 'ngram'] as const)('gives equal weights on 1, 2 and 3 workers: %s', async (kind) => {
  writePlanted(dir, { good: 0.6, poor: 0.4, documents: 400 })
  write('more.jsonl', [{ text: ownText('more') }, { text: ownText('again') }])
  const fits = []
  for (const workers of [1, 2, 3])
    fits.push(
      await fitted(['good.jsonl', 'more.jsonl'], ['poor.jsonl'], { spec: { kind, features: 1000 } }, workers),
    )
  const [one, two, three] = fits
  expect(Buffer.compare(one?.model ?? Buffer.of(), two?.model ?? Buffer.of(1))).toBe(0)
  expect(Buffer.compare(one?.model ?? Buffer.of(), three?.model ?? Buffer.of(1))).toBe(0)
  expect(two?.metrics).toEqual(one?.metrics)
  expect(three?.metrics).toEqual(one?.metrics)
  expect(readLinearModel(one?.model ?? Buffer.of()).weights.some((weight) => weight !== 0)).toBe(true)
})

it('leaves negatives out that are copies of positives', async () => {
  const positives = Array.from({ length: 20 }, (_, at) => ({ id: `p${at}`, text: ownText(`p${at}`, 60) }))
  const [first, second, third] = positives.map(({ text }) => text)
  write('p.jsonl', positives)
  write('n.jsonl', [
    ...Array.from({ length: 20 }, (_, at) => ({ id: `n${at}`, text: ownText(`n${at}`, 60) })),
    { id: 'same', text: first },
    { id: 'case', text: `  ${second?.toUpperCase().replaceAll(' ', ' \n ')} ` },
    { id: 'near', text: `${third} and three more` },
    { id: 'half', text: `${third?.split(' ').slice(0, 30).join(' ')} ${ownText('half', 30)}` },
  ])
  const { metrics } = await fitted(['p.jsonl'], ['n.jsonl'])
  const negatives = metrics.sources[1]
  expect(negatives?.copies).toEqual({ exact: 2, near: 1 })
  expect((negatives?.train ?? 0) + (negatives?.heldOut ?? 0)).toBe(21)
})

it('warns where the classes cannot be told apart, and of what could not be held out', async () => {
  writePlanted(dir, { good: 0.5, poor: 0.5, documents: 2000 })
  write('one.jsonl', [{ text: ownText('one') }])
  const { metrics } = await fitted(['good.jsonl', 'one.jsonl'], ['poor.jsonl'])
  expect(metrics.auc).toBeLessThan(0.6)
  expect(metrics.warnings.map((warning) => warning.split(':')[0])).toEqual(['all positives', 'good', 'one'])
})

it('holds whole domains out', async () => {
  writePlanted(dir, { good: 0.6, poor: 0.4, documents: 1000, sites: 50 })
  const { metrics } = await fitted(['good.jsonl'], ['poor.jsonl'])
  const [good] = metrics.sources
  expect(good?.domains).toBe(50)
  expect(good?.partedDomains).toEqual([])
  // 20 documents a site.
  expect(good?.heldOut).toBeGreaterThan(0)
  expect((good?.heldOut ?? 0) % 20).toBe(0)
})

it('refuses a class without documents', async () => {
  writePlanted(dir, { good: 0.6, poor: 0.4, documents: 50 })
  writeFileSync(join(dir, 'empty.jsonl'), '')
  await expect(fitted(['good.jsonl'], ['empty.jsonl'])).rejects.toThrow(/negatives/)
  write('copied.jsonl', [{ id: 'x', text: ownText('x') }])
  await expect(fitted(['copied.jsonl'], ['x=copied.jsonl'])).rejects.toThrow()
})
