import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { keptRows, openVersion, rejectedRows, signalRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { MAKERS, randomOf } from './rule-texts.ts'

const PROSE =
  'The cat that sat on the mat was fed to the brim with milk and with cream. It slept for the rest of the day, and ' +
  'nobody in the house would have dared to wake it. In the evening it rose to its feet. It went out of the door and ' +
  'into the garden, where a mouse had made a nest under the old tree. Would it be caught? No, it would not be.'
const ROWS = [
  { id: 'prose', text: `Home\n${PROSE}\nWe and our partners use cookies to make it better.` },
  { id: 'short', text: 'One. Two. Three. Four. Five. Six.' },
  { id: 'code', text: `${PROSE}\nThe body of it is {here}, between the two of them.` },
]

/** Every rule set that decides, each on what the one before it left. */
const ALL_SETS = {
  name: 'all-rules',
  writes: 'all-rules',
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { use: 'fineweb@datatrove-0.10', words: 'whitespace' },
    { use: 'gopher-quality@datatrove-0.10', words: 'whitespace' },
    { name: 'dclm-quality', use: 'gopher-quality@dclm' },
    { name: 'dolma-quality', use: 'gopher-quality@dolma-1' },
    { use: 'gopher-repetition@datatrove-0.10', words: 'unicode' },
    { name: 'dclm-repetition', use: 'gopher-repetition@dclm' },
    { name: 'exact', use: 'dedup-exact' },
    { use: 'c4@datatrove-0.10-nopunct' },
    { use: 'redpajama-v2' },
    { use: 'refinedweb' },
  ],
}

/** Texts around the limits of the rules, some with half a pair at their end, in files of their own. */
function textFiles(place: Workplace): readonly string[] {
  const random = randomOf(20261124)
  const texts = Object.values(MAKERS).flatMap((make) => [
    make(random),
    `${make(random)} \ud800`,
    PROSE.repeat(2),
  ])
  return Array.from({ length: 6 }, (_, file) => {
    const rows = texts.flatMap((text, index) => (index % 6 === file ? [{ id: `${index}`, text }] : []))
    return place.write(
      `texts/${file}.jsonl`,
      Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    )
  })
}

describe('a recipe with rule sets', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  it('drops with the reasons of the rule set, stores its signals, and rewrites what is kept', async () => {
    const file = place.write(
      'rows.jsonl',
      Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')),
    )
    const recipe = {
      name: 'rules',
      writes: 'rules',
      inputs: { rows: { format: 'jsonl' } },
      steps: [
        { use: 'row' },
        { use: 'gopher-quality@datatrove-0.10', words: 'whitespace' },
        { use: 'c4@datatrove-0.10-nopunct' },
      ],
    }
    const { dir } = await place.run(recipe, 'store', { inputs: { rows: file } })
    const opened = await openVersion(dir)
    const kept = await rowsOf(keptRows(opened))
    expect(kept.map(({ text }) => text)).toEqual([PROSE])
    const rejected = await rowsOf(rejectedRows(opened))
    expect(rejected.map(({ step, reason }) => [step, reason]).sort()).toEqual([
      ['c4-page', 'curly-bracket'],
      ['gopher-quality', 'too-short'],
    ])
    const signals = await rowsOf(signalRows(opened))
    expect(signals.length).toBe(3)
    for (const row of signals) {
      expect(row.signals['gopher-quality.words']).toBeGreaterThan(0)
      expect(row.signals['c4-page.sentences']).toBeGreaterThan(4)
    }
  })
})

describe('a recipe of rule sets gives the same version', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const rows = textFiles(place)
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(ALL_SETS, 'first', { inputs: { rows } })
  })

  it('that holds texts which were kept and texts which many rules dropped', async () => {
    const opened = await openVersion(first.dir)
    const kept = await rowsOf(keptRows(opened))
    const rejected = await rowsOf(rejectedRows(opened))
    expect(kept.length).toBeGreaterThan(0)
    expect(new Set(rejected.map(({ step }) => step)).size).toBeGreaterThan(4)
    expect(new Set(rejected.map(({ reason }) => reason)).size).toBeGreaterThan(10)
    expect((await rowsOf(signalRows(opened))).length).toBeGreaterThan(kept.length)
  })

  it.each([
    { why: 'on two workers', options: { workers: 2 } },
    { why: 'from files in another order', options: { inputs: { rows: rows.toReversed() } } },
    { why: 'on two workers, in another order', options: { workers: 2, inputs: { rows: rows.toReversed() } } },
  ])('$why', async ({ why, options }) => {
    const other = await place.run(ALL_SETS, why, { inputs: { rows }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
    expect(other.manifest.planId).toBe(first.manifest.planId)
  })
})

async function rowsOf<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}
