import { afterAll, describe, expect, it } from 'vitest'
import { explain, keptRows, openVersion, signalRows } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptIds, rejections, Workplace } from './engine-run.ts'
import { listOf } from './fixture-version.ts'

const place = new Workplace()
afterAll(() => place.remove())

const ROWS = Array.from({ length: 50 }, (_, at) => ({
  id: `row-${at}`,
  text: `Text ${'word '.repeat(at % 7)}${at}`,
}))
place.write('rows.jsonl', Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')))

/** Counts words when it is asked in batches, with a pause; `bad` stands in documents that it cannot take. */
const stage = (kind: 'filter' | 'annotate', measureBatch: string): string => `
import { ${kind === 'filter' ? 'defineFilter' : 'defineAnnotate'} as define } from 'tilth'
import { z } from 'zod'

const count = (text) => text.split('word').length - 1
export default define({
  name: 'slow-words',
  revision: 1,
  description: 'Counts words, in its own time.',
  options: z.strictObject({
    bad: z.string().default('').describe('A text that it cannot take holds this'),
    most: z.int().default(100).describe('Most words that are kept'),
    batch: z.boolean().default(true).describe('Whether it is asked in batches'),
  }),
  reasons: {},
  signals: { words: 'Words.', size: 'Documents of the batch.' },
  load: async () => {},
  measure: () => ({ text }) => ({ words: count(text), size: 0 }),
  measureBatch: ${measureBatch},
  ${
    kind === 'filter'
      ? `rules: ({ most }) => [{ signal: 'words', keep: 'at-most', limit: most, option: 'most', reason: 'wordy', source: 'here' }],
  detail: () => ({ text }) => text.slice(-2),`
      : ''
  }
})`
const BATCH = `async ({ bad, batch }) => batch ? {
    documents: 7,
    bytes: 1 << 20,
    measure: async (documents) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (bad !== '' && documents.some(({ text }) => text.includes(bad))) throw new RangeError('cannot take it')
      return documents.map(({ text }) => ({ words: count(text), size: documents.length }))
    },
  } : undefined`
place.write('filter.ts', Buffer.from(stage('filter', BATCH)))
place.write('annotate.ts', Buffer.from(stage('annotate', BATCH)))

const recipe = (use: string, options: object = {}): RecipeInput => ({
  name: 'batches',
  writes: 'batches',
  inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
  maxFailureRatio: 0.5,
  steps: [{ use: 'row' }, { name: 'words', use, ...options }, { use: 'text-stats' }],
})
let stores = 0
const run = (use: string, options: object = {}, more: object = {}) =>
  place.run(recipe(use, options), `store-${stores++}`, more)

describe('a stage that measures in batches', () => {
  it('measures as it does one by one, in the order of the rows', async () => {
    const batches = await run('./filter.ts', { most: 4 })
    const alone = await run('./filter.ts', { most: 4, batch: false })
    expect(await keptIds(batches)).toEqual(await keptIds(alone))
    const version = await openVersion(batches.dir)
    const kept = await listOf(keptRows(version))
    expect(kept.map(({ text }) => text)).toEqual(ROWS.filter((_, at) => at % 7 <= 4).map(({ text }) => text))
    const signals = (await listOf(signalRows(version))).map((row) => row.signals)
    const sorted = (name: string) => signals.map((each) => each[name] ?? -1).toSorted((a, b) => a - b)
    expect(sorted('words.words')).toEqual(ROWS.map((_, at) => at % 7).toSorted((a, b) => a - b))
    // 50 documents, 7 at a time.
    expect(sorted('words.size')).toEqual([1, ...Array.from({ length: 49 }, () => 7)])
    expect(sorted('text-stats.words')[0]).toBeGreaterThan(0)
  })

  it('says of a dropped document what the stage says', async () => {
    const result = await run('./filter.ts', { most: 4 })
    const [first] = await rejections(result)
    expect(first).toMatchObject({ reason: 'wordy', detail: ' 5', value: 5, step: 'words' })
    const [why] = await explain(await openVersion(result.dir), first?.id ?? '')
    expect(why).toMatchObject({ reason: 'wordy', detail: ' 5', otherSignals: { 'words.size': 7 } })
    expect(why?.rules).toMatchObject([{ step: 'words', value: 5 }])
  })

  it('fails only the documents at which it fails', async () => {
    const bad = ROWS.filter(({ text }) => text.includes('word 1'))
    expect(bad).toHaveLength(10)
    const result = await run('./annotate.ts', { bad: 'word 1' })
    expect(result.manifest.steps.find(({ name }) => name === 'words')).toMatchObject({
      in: 50,
      failed: 10,
      kept: 40,
      reasons: { 'stage-crashed': 10 },
    })
    const ended = await rejections(result)
    expect(ended.map(({ text }) => text)).toEqual(bad.map(({ text }) => text))
    for (const { detail } of ended) expect(detail).toBe('RangeError: cannot take it')
  })

  it('that cannot be made ends the run with its reason', async () => {
    place.write(
      'broken.ts',
      Buffer.from(stage('annotate', `async () => { throw new Error('no such device') }`)),
    )
    await expect(run('./broken.ts')).rejects.toThrow('no such device')
  })

  it('that has something else under the name is refused', async () => {
    place.write('wrong.ts', Buffer.from(stage('annotate', '{ documents: 4 }')))
    await expect(run('./wrong.ts')).rejects.toThrow('measureBatch: expected a function')
  })

  it('that answers for too few documents has failed them', async () => {
    place.write(
      'few.ts',
      Buffer.from(stage('annotate', `async () => ({ documents: 4, bytes: 9, measure: async () => [] })`)),
    )
    await expect(run('./few.ts', {})).rejects.toThrow(/stage-crashed|failed/)
  })
})
