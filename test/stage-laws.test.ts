import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import { type LinearModel, writeLinearModel } from '../src/learn/linear/linear-model.ts'
import { decide } from '../src/model/stage.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { STAGES } from '../src/stages/catalogue.ts'
import { keptRows, openVersion, rejectedRows, signalRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { MAKERS, randomOf } from './rule-texts.ts'

/** What a recipe must give to stages that have no default for it. */
const GIVEN: Readonly<Record<string, object>> = {
  ccnet: { model: 'model.arpa', headCutoff: 100, tailCutoff: 1000 },
  language: { languages: ['en', 'de'] },
  licence: { fromText: true },
  quality: { model: 'quality.model' },
  'repair-text': { hyphenation: 'all' },
}

const QUALITY: LinearModel = {
  spec: { kind: 'ngram', features: 1024 },
  intercept: 0.5,
  weights: Float32Array.from({ length: 1024 }, (_, at) => Math.sin(at)),
}

/** Texts in which each stage finds something. */
const PIECES = [
  'It was cafÃ© dâ€™or in the exam-\nple, and example &eacute; stood there\u200b with e\u0301.',
  'Mail jane@mail.org or call +44 20 7946 0958; pay by 4111 1111 1111 1111 or DE89370400440532013000.',
  'Dieser Absatz steht auf Deutsch, damit nicht jede Zeile der Seite in einer Sprache geschrieben ist.',
  'This work is under https://creativecommons.org/licenses/by-sa/4.0/ and we use cookies.',
  '12 likes\nREAD MORE OF THIS\nitems in cart\n3.14 2.71 １２ 三',
]
const URLS = [
  'https://example.org/a',
  'https://pornhub.com/x',
  'https://en.wikipedia.org/wiki/Soil',
  undefined,
]

function rows(count: number): readonly string[] {
  const random = randomOf(7)
  const makers = Object.entries(MAKERS).flatMap(([name, maker]) =>
    name.endsWith('/too-long') ? [] : [maker],
  )
  return Array.from({ length: count }, (_, index) => {
    const text = `${makers[index % makers.length]?.(random)}\n\n${PIECES[index % PIECES.length]}`
    const url = URLS[index % URLS.length]
    return JSON.stringify({
      id: `row ${index}`,
      text,
      ...(url === undefined ? {} : { url }),
      score: index % 7,
    })
  })
}

/** They decide over what was measured elsewhere, and `signals-import.test.ts` and `quality-run.test.ts` hold them to the same. */
const ELSEWHERE = ['imported-signals', 'signal-limits', 'quality-pareto']

const steps = (...kinds: readonly string[]) =>
  STAGES.filter((stage) => kinds.includes(stage.kind) && !ELSEWHERE.includes(stage.name)).map(
    (stage, index) => ({
      name: `s${index}`,
      use: stage.name,
      ...GIVEN[stage.name],
    }),
  )

const recipe = (name: string, kinds: readonly string[]): RecipeInput => ({
  name,
  writes: name,
  allowEmpty: true,
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ name: 'row', use: 'row', keep: ['score'] }, ...steps(...kinds)],
})

describe.each([
  { recipe: recipe('measure', ['annotate', 'filter']), least: 20 },
  { recipe: recipe('rewrite', ['rewrite']), least: 9 },
])('every stage of $recipe.name', ({ recipe: given, least }) => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const lines = rows(120)
  const write = (name: string, part: readonly string[]) =>
    place.write(name, Buffer.from(part.map((line) => `${line}\n`).join('')))
  let inputs: readonly string[]
  let first: RunResult
  let told: ReadonlyMap<string, unknown>
  beforeAll(async () => {
    place.write('model.arpa', readFileSync('test/golden/ccnet/model.arpa'))
    place.write('quality.model', writeLinearModel(QUALITY))
    inputs = [0, 1, 2, 3].map((part) => write(`part-${part}.jsonl`, lines.slice(30 * part, 30 * part + 30)))
    first = await place.run(given, 'first', { inputs: { rows: inputs } })
    told = await outcome(first)
  })

  it('is there, and each document has an outcome', () => {
    expect(given.steps.length).toBeGreaterThan(least)
    expect(told.size).toBe(lines.length)
  })

  it('gives the same on three workers, to the hash', async () => {
    const other = await place.run(given, 'workers', { inputs: { rows: inputs }, workers: 3 })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
    expect(other.manifest.steps).toEqual(first.manifest.steps)
  })

  it('gives the same whatever document comes before', async () => {
    const file = write('backwards.jsonl', lines.toReversed())
    const other = await place.run(given, 'backwards', { inputs: { rows: file } })
    expect(await outcome(other)).toEqual(told)
  })

  it('decides by limits over stored signals alone', async () => {
    const version = await openVersion(first.dir)
    const filters = given.steps.flatMap((step) => {
      const stage = STAGES.find(({ name }) => name === step.use)
      if (stage?.kind !== 'filter') return []
      const { name, use: _, ...options } = step
      return [{ name, signals: stage.signals, rules: stage.rules(stage.options.parse(options)) }]
    })
    const rejected = new Map<string, readonly [string, string]>()
    for await (const row of rejectedRows(version)) rejected.set(row.id, [row.step, row.reason])
    let dropped = 0
    for await (const row of signalRows(version)) {
      const verdicts = filters.map(({ name, signals, rules }) => {
        const own = Object.keys(signals).map((signal) => [signal, row.signals[`${name}.${signal}`] ?? null])
        return { name, verdict: decide(rules, Object.fromEntries(own)) }
      })
      const broken = verdicts.find(({ verdict }) => !verdict.keep)
      const found = rejected.get(row.id)
      if (filters.length === 0) continue
      if (broken === undefined || broken.verdict.keep) expect(found).toBeUndefined()
      else expect(found).toEqual([broken.name, broken.verdict.rule.reason])
      dropped += Number(found !== undefined)
    }
    if (filters.length > 0) expect(dropped).toBeGreaterThan(lines.length / 2)
  })
})

/** What became of each document by its key, its signals included. */
async function outcome({ dir }: RunResult): Promise<ReadonlyMap<string, unknown>> {
  const version = await openVersion(dir)
  const all = new Map<string, object>()
  for await (const { id, text, meta } of keptRows(version)) all.set(id, { text, meta })
  for await (const { id, step, reason, detail, text } of rejectedRows(version))
    all.set(id, { step, reason, detail, text })
  for await (const { id, signals } of signalRows(version)) all.set(id, { ...all.get(id), signals })
  return all
}
