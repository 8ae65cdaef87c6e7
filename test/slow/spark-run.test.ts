import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sparkEngine } from '../../src/engine/spark/spark.ts'
import { findInputs, loadPlan, openVersion, type RunResult, Store } from '../../src/index.ts'
import type { RecipeInput } from '../../src/plan/recipe.ts'
import { keptRows, rejectedRows } from '../../src/store/version.ts'
import { rejections, Workplace } from '../engine-run.ts'
import { pagesArchive, range, submissionsFile } from '../synthetic-crawl.ts'
import { canRunSpark, START_MS, sharedCluster } from './spark-cluster-fixture.ts'

const QUESTION =
  'A train leaves the station at noon with forty people on board and seven of them get off at each stop how many stops until none are left'

/** Texts of families of four near copies, with lines that all of a site have, questions, and some that end a process. */
const ROWS = Array.from({ length: 1600 }, (_, at) => {
  const [family, member] = [Math.floor(at / 4), at % 4]
  const word = (place: number): string =>
    `w${place < 90 - 3 * member ? family * 1000 + place : 1_000_000 + at * 100 + place}`
  const words = Array.from({ length: 90 }, (_, place) => word(place)).join(' ')
  const quote = at % 40 === 1 ? QUESTION : ''
  const half = at % 100 === 7 ? '\ud83d' : ''
  return {
    id: `r${at}`,
    text: `${words}${half}\nThis line stands on all pages of site ${family % 9}.\n${quote}`,
  }
})
const OWN_STAGE = `
import { defineFilter } from 'tilth'
import { z } from 'zod'
import { wordsOf } from './own/words.ts'
export default defineFilter({
  name: 'few', revision: 1, description: 'Counts words.',
  options: z.strictObject({ most: z.int().min(0).default(500).describe('Words, at most') }),
  reasons: {}, signals: { words: 'Words.' },
  measure: () => ({ text }) => ({ words: wordsOf(text) }),
  rules: ({ most }) => [{ signal: 'words', keep: 'at-most', limit: most, reason: 'many', source: 'here' }],
})
`
const POISON = `
import { defineAnnotate } from 'tilth'
import { z } from 'zod'
export default defineAnnotate({
  name: 'poison', revision: 1, description: 'Ends its process now and then.',
  options: z.strictObject({}), reasons: {}, signals: { length: 'Length.' },
  measure: () => ({ text }) => {
    if (text.includes('THROW')) throw new Error('thrown')
    if (text.includes('KILL')) process.kill(process.pid, 'SIGKILL')
    if (text.includes('HEAP')) for (const held = []; ; ) held.push(Array.from({ length: 1 << 16 }, Math.random))
    return { length: text.length }
  },
})
`

if (canRunSpark) describe('a recipe on Spark', recipes)
else describe.skip('a recipe on Spark (needs Java 17)', () => it('runs', () => undefined))

function recipes(): void {
  const place = new Workplace()
  afterAll(() => place.remove())
  let master: string
  beforeAll(async () => {
    master = await sharedCluster()
  }, START_MS)

  const jsonl = (rows: readonly object[]): Buffer =>
    Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

  async function onSpark(
    recipe: string | RecipeInput,
    store: string,
    inputs: Readonly<Record<string, readonly string[]>>,
    memoryMb = 512,
  ): Promise<RunResult> {
    const home = new Store(join(place.dir, store))
    const plan = await loadPlan(recipe, [], place.dir, home)
    const found = await findInputs(plan, inputs, place.dir, home)
    return await sparkEngine({ master, node: process.execPath, memoryMb }).run(plan, found, home, {})
  }

  function executorsOf(store: string, dataset: string): ReadonlySet<string> {
    const events = readFileSync(join(place.dir, store, 'journals', `${dataset}.jsonl`), 'utf8')
      .trim()
      .split('\n')
    return new Set(
      events.flatMap((line) => Object.keys((JSON.parse(line) as { executors?: object }).executors ?? {})),
    )
  }

  async function expectEqual(
    recipe: string | RecipeInput,
    name: string,
    inputs: Readonly<Record<string, readonly string[]>>,
  ): Promise<RunResult> {
    const here = await place.run(recipe, `${name}-local`, { inputs, workers: 2 })
    const there = await onSpark(recipe, `${name}-spark`, inputs)
    expect(there.manifest.steps).toEqual(here.manifest.steps)
    expect(there.manifest.hashes).toEqual(here.manifest.hashes)
    expect(there.manifest.planId).toBe(here.manifest.planId)
    return there
  }

  it('gives the version of this machine: near copies, repeats, decontamination, code of users', async () => {
    place.write('quiz.jsonl', jsonl([{ question: QUESTION }]))
    place.write('own.ts', Buffer.from(OWN_STAGE))
    place.write(
      'own/words.ts',
      Buffer.from("export const wordsOf = (text: string): number => text.split(' ').length\n"),
    )
    place.write(
      'score.py',
      Buffer.from('def score(batch):\n    return [{"chars": len(each["text"])} for each in batch]\n'),
    )
    const recipe: RecipeInput = {
      name: 'rows',
      writes: 'rows',
      inputs: { rows: { format: 'jsonl' } },
      steps: [
        { use: 'row' },
        { name: 'own', use: './own.ts', most: 400 },
        { name: 'near', use: 'dedup-minhash' },
        { name: 'script', use: './score.py', signals: { chars: 'Characters.' } },
        { name: 'lines', use: 'dedup-lines', minLength: 20 },
        { name: 'runs', use: 'dedup-substring', minTokens: 40 },
        { name: 'clean', use: 'decontaminate', sets: ['quiz.jsonl'], minPiece: 10, margin: 5 },
        { name: 'exact', use: 'dedup-exact' },
      ],
    } as RecipeInput
    const inputs = {
      rows: [
        place.write('a.jsonl', jsonl(ROWS.slice(0, 900))),
        place.write('b.jsonl', jsonl(ROWS.slice(800))),
      ],
    }
    const there = await expectEqual(recipe, 'rows', inputs)
    const { steps } = there.manifest
    for (const name of ['near']) expect(steps.find((step) => step.name === name)?.in).toBeGreaterThan(1000)
    expect(steps.find((step) => step.name === 'near')?.dropped).toBeGreaterThan(300)
    expect((await rejections(there)).length).toBeGreaterThan(300)
    expect(executorsOf('rows-spark', 'rows').size).toBe(2)
    const again = await onSpark(recipe, 'rows-spark', inputs)
    expect(again.upToDate).toBe(true)
  })

  it('gives the version of this machine: WebText, a join of links and a crawl', async () => {
    const inputs = {
      submissions: [place.write('submissions.zst', submissionsFile(range(0, 2400)))],
      pages: [0, 400, 800].map((from) =>
        place.write(`crawl/${from}.warc.gz`, pagesArchive(range(from, 400))),
      ),
    }
    const there = await expectEqual('gpt2-webtext', 'webtext', inputs)
    const kept = []
    for await (const row of keptRows(await openVersion(there.dir))) kept.push(row)
    expect(kept.length).toBeGreaterThan(100)
    expect(kept[0]?.meta).toBeTypeOf('object')
  })

  it('makes a row of a document that throws, one that takes all memory and one that kills Node', async () => {
    place.write('poison.ts', Buffer.from(POISON))
    const texts = Array.from({ length: 60 }, (_, at) =>
      at === 11
        ? 'THROW this'
        : at === 23
          ? 'KILL this'
          : at === 37
            ? 'HEAP this'
            : `a text with the number ${at}`,
    )
    const rows = [place.write('poison.jsonl', jsonl(texts.map((text, at) => ({ id: `p${at}`, text }))))]
    const recipe: RecipeInput = {
      name: 'poison',
      writes: 'poison',
      maxFailureRatio: 0.5,
      inputs: { rows: { format: 'jsonl' } },
      steps: [{ use: 'row' }, { name: 'exact', use: 'dedup-exact' }, { name: 'poison', use: './poison.ts' }],
    } as RecipeInput
    const result = await onSpark(recipe, 'poison', { rows })
    const failed: string[] = []
    for await (const { kind, reason, text, detail } of rejectedRows(await openVersion(result.dir)))
      if (kind === 'failed') failed.push(`${String(text).split(' ')[0]}: ${reason}: ${detail}`)
    expect(failed.sort()).toEqual([
      'HEAP: stage-crashed: out of memory',
      'KILL: stage-crashed: ended by SIGKILL',
      expect.stringMatching(/^THROW: .*thrown/),
    ])
    expect(result.manifest.steps.at(-1)?.out).toBe(57)
  })
}
