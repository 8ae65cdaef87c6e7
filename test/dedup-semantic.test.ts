import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { reportHtml } from '../src/report/html.ts'
import { reportData } from '../src/report/report-data.ts'
import { keptRows, openVersion, signalRows } from '../src/store/version.ts'
import { rejections, Workplace } from './engine-run.ts'
import { listOf } from './fixture-version.ts'
import { randomOf } from './rule-texts.ts'

const recipe = (writes: string, more: object = {}): RecipeInput => ({
  name: 'semantic',
  writes,
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row', keep: ['name', 'embedding'] },
    { name: 'meaning', use: 'dedup-semantic', ...more },
  ],
})

const DIMENSIONS = 48
const random = randomOf(11)
const vector = (): readonly number[] => Array.from({ length: DIMENSIONS }, () => random() - 0.5)
/** 40 directions; about each four vectors very near and one at a cosine of about .85. */
const FAMILIES = Array.from({ length: 40 }, vector)
const EMBEDDED = FAMILIES.flatMap((centre, family) =>
  [0, 0.05, 0.1, 0.15, 0.7].map((noise, member) => ({
    name: `${family}.${member}`,
    text: `Text ${member} of ${family}.`,
    embedding: vector().map((each, at) => (centre[at] ?? 0) + noise * each),
  })),
)
const BAD = [
  { name: 'bad.0', text: 'No embedding.' },
  { name: 'bad.1', text: 'A short one.', embedding: FAMILIES[0]?.slice(1) },
  { name: 'bad.2', text: 'Zeros.', embedding: Array.from({ length: DIMENSIONS }, () => 0) },
  { name: 'bad.3', text: 'A gap.', embedding: [null, ...(FAMILIES[0]?.slice(1) ?? [])] },
]
const ROWS = [...EMBEDDED, ...BAD].map((row, at) => ({ id: `d${at}`, ...row }))

describe('dedup-semantic in a run', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const write = (name: string, rows: readonly object[]): string =>
    place.write(name, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')))
  const files = [write('a.jsonl', ROWS.slice(0, 90)), write('b.jsonl', ROWS.slice(90))]
  const names = async (result: RunResult): Promise<readonly string[]> => {
    const rows = await listOf(keptRows(await openVersion(result.dir)))
    return rows.map(({ meta }) => String(meta['name'])).sort()
  }
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(recipe('semantic', { dimensions: DIMENSIONS }), 'store', {
      inputs: { rows: files },
    })
  })

  it('keeps one of each cluster, what is not near enough, and what has no embedding', async () => {
    const kept = Map.groupBy(await names(first), (name) => name.split('.')[0])
    expect(kept.get('bad')?.length).toBe(4)
    expect(kept.size).toBe(41)
    for (const [family, members] of kept)
      if (family !== 'bad') {
        expect(members.length).toBe(2)
        expect(members).toContain(`${family}.4`)
      }
    const dropped = await rejections(first)
    expect(dropped.length).toBe(120)
    for (const { reason, signal, value, limit } of dropped) {
      expect({ reason, signal, limit }).toEqual({
        reason: 'semantic-duplicate',
        signal: 'cosine',
        limit: 0.95,
      })
      expect(value).toBeGreaterThan(0.95)
    }
  })

  it('counts documents without an embedding by a signal', async () => {
    const rows = await listOf(signalRows(await openVersion(first.dir)))
    const values = rows.map(({ signals }) => signals['meaning.embedded'])
    expect([values.filter((each) => each === 1).length, values.filter((each) => each === 0).length]).toEqual([
      200, 4,
    ])
  })

  it.each([
    ['on two workers', { workers: 2 }],
    ['from files in another order', { inputs: { rows: files.toReversed() } }],
  ])('gives the same %s', async (why, options) => {
    const given = recipe('semantic', { dimensions: DIMENSIONS })
    const other = await place.run(given, why, { inputs: { rows: files }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('compares with an index, and with the kept documents of a version that has none', async () => {
    const later = ROWS.filter(({ name }) => !/\.[04]$/.test(name)).map((row) => ({
      ...row,
      id: `l${row.id}`,
    }))
    const rows = write('later.jsonl', later)
    for (const index of [true, false]) {
      const writes = `earlier-${index}`
      await place.run(recipe(writes, { index }), 'store', { inputs: { rows: files } })
      const result = await place.run(recipe(`later-${index}`, { against: [writes], index: false }), 'store', {
        inputs: { rows },
      })
      expect((await names(result)).every((name) => name.startsWith('bad'))).toBe(true)
    }
  })

  it('shows clusters, cosines and the threshold in the report', async () => {
    const data = await reportData(await openVersion(first.dir))
    const [group] = data.groups
    expect(group).toMatchObject({
      dropped: 120,
      similarity: { signal: 'cosine', threshold: 0.95, linked: 0 },
      sizes: [
        { from: 1, clusters: 44 },
        { from: 2, clusters: 0 },
        { from: 3, to: 5, clusters: 40, documents: 160 },
      ],
    })
    expect(reportHtml(data)).toContain('Cosine of dropped documents')
  })
})
