import { rmSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { importSignals } from '../../src/engine/import-signals.ts'
import { applyRetune } from '../../src/engine/retune/apply.ts'
import { previewRetune } from '../../src/engine/retune/preview.ts'
import type { RunResult } from '../../src/index.ts'
import type { RecipeInput } from '../../src/plan/recipe.ts'
import { Store } from '../../src/store/store.ts'
import { TableWriter } from '../../src/store/table.ts'
import { keptRows, openVersion, rejectedRows, signalRows } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { listOf } from '../fixture-version.ts'

/** Splits texts at a mark, takes a word out, and drops or crashes on others. */
const PARTS = `import { defineRewrite } from 'tilth'
import { z } from 'zod'

export default defineRewrite({
  name: 'parts',
  revision: 1,
  description: 'Splits texts at a mark, and takes words out.',
  options: z.strictObject({}),
  reasons: { unwanted: 'the text says so' },
  signals: { removed: 'Words that were taken out.' },
  create: () => ({ text, meta }) => {
    if (text.includes('unwanted')) return { drop: 'unwanted' }
    if (text.includes('broken')) throw new Error('cannot')
    return text.split(' cut ').map((part) => {
      const left = part.replaceAll(' gone', '')
      return { text: left, meta: { ...meta, parts: 1 }, signals: { removed: (part.length - left.length) / 5 } }
    })
  },
})
`
/** Counts a word; its verdict says where the first stands. */
const TIMES = `import { defineFilter } from 'tilth'
import { z } from 'zod'

export default defineFilter({
  name: 'times',
  revision: 1,
  description: 'Drops texts that say a word too often.',
  options: z.strictObject({ word: z.string().default('often').describe('Word to count'), maxTimes: z.int().default(9).describe('Most times that are kept') }),
  reasons: {},
  signals: { times: 'Times that the word stands in the text.' },
  limitsMeasure: false,
  measure: ({ word }: { word: string }) => ({ text }) => ({ times: text.split(word).length - 1 }),
  rules: ({ maxTimes }) => [
    { signal: 'times', keep: 'at-most', limit: maxTimes, option: 'maxTimes', reason: 'often', source: 'ours' },
  ],
  detail: ({ word }: { word: string }) => ({ text }) => 'first at ' + text.indexOf(word),
})
`

const RECIPE: RecipeInput = {
  name: 'resumed',
  writes: 'resumed',
  allowEmpty: true,
  maxFailureRatio: 1,
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { name: 'a', use: 'heuristic-cleaning', minWords: 6 },
    { name: 'often', use: './times.ts', maxTimes: 2 },
    { name: 'parts', use: './parts.ts' },
    { name: 'b', use: 'heuristic-cleaning', minWords: 4 },
    { name: 'exact', use: 'dedup-exact' },
    { name: 'c', use: 'heuristic-cleaning', minWords: 5 },
    { name: 'again', use: './parts.ts' },
    { name: 'd', use: 'heuristic-cleaning', minWords: 5 },
  ],
}
const WORDS = ['gone', 'cut', 'often', ...'alpha beta gamma delta epsilon zeta theta kappa'.split(' ')]

/** Texts of 1 to 24 words, some twice, with all that the stages look for. */
function texts(): readonly string[] {
  let state = 7
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const made = Array.from({ length: 160 }, (_, at) => {
    const words = Array.from({ length: 1 + (at % 24) }, () => WORDS[next(WORDS.length)] ?? '')
    const special = at % 17 === 3 ? ' unwanted' : at % 19 === 4 ? ' broken' : ''
    return `${words.join(' ')}${special}`
  })
  return [...made, ...made.slice(20, 60)]
}

/** Other limits of some steps, drawn by seed: each a test of its own, because each takes three runs. */
const CASES = fc.sample(
  fc.tuple(
    fc
      .record(
        { a: words(), often: fc.integer({ min: 0, max: 4 }), b: words(), c: words(), d: words() },
        { requiredKeys: [] },
      )
      .filter((limits) => Object.keys(limits).length > 0),
    fc.constantFrom('text' as const, 'text' as const, 'pointer' as const, 'none' as const),
  ),
  { numRuns: 10, seed: 3 },
)

function words(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 14 })
}

describe('tilth retune --apply', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  place.write('parts.ts', Buffer.from(PARTS))
  place.write('times.ts', Buffer.from(TIMES))
  const rows = place.write(
    'rows.jsonl',
    Buffer.from(
      texts()
        .map((text, at) => `${JSON.stringify({ id: `d${at}`, text, url: `https://example.org/${at}` })}\n`)
        .join(''),
    ),
  )
  const recipe = (keepDropped: RecipeInput['keepDropped']): RecipeInput => ({
    ...RECIPE,
    ...(keepDropped === undefined ? {} : { keepDropped }),
  })
  const contents = async ({ dir, manifest }: RunResult) => {
    const version = await openVersion(dir)
    const sorted = <T extends { readonly id: string }>(list: readonly T[]): readonly T[] =>
      list.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
    return {
      hashes: manifest.hashes,
      steps: manifest.steps,
      kept: await listOf(keptRows(version)),
      rejected: sorted(await listOf(rejectedRows(version))),
      signals: sorted(await listOf(signalRows(version))),
    }
  }
  const apply = async (store: string, made: RunResult, set: readonly string[]): Promise<RunResult> => {
    const version = await openVersion(made.dir)
    const { plan } = await previewRetune(version, set)
    return applyRetune(version, plan, new Store(`${place.dir}/${store}`), { workers: 1 })
  }
  const name = (set: readonly string[]): string => set.join(' ')

  it.each([
    { set: ['steps.a.minWords=3'], again: false, why: 'documents let back in go on behind their filter' },
    { set: ['steps.b.minWords=9'], again: false, why: 'no rewrite stands behind the filter that drops' },
    { set: ['steps.a.minWords=12'], again: true, why: 'a rewrite behind the filter has changed the text' },
    { set: ['steps.often.maxTimes=0', 'steps.a.minWords=1'], again: true, why: 'one filter for another' },
    { set: ['steps.d.minWords=2', 'steps.c.minWords=9'], again: false, why: 'a segment of rows' },
  ])('takes over what limits do not change: $set, because $why', async ({ set, again }) => {
    const made = await place.run(RECIPE, name(set), { inputs: { rows } })
    const applied = await apply(name(set), made, set)
    const fresh = await place.run(RECIPE, 'fresh', { inputs: { rows }, set: [...set] })
    expect(await contents(applied)).toEqual(await contents(fresh))
    const [first, second] = place.journal(name(set), 'resumed')
    expect(first?.bytesRead).toBeGreaterThan(0)
    // Records are read again only where the text at the deciding step is not stored.
    if (again) expect(second?.bytesRead).toBeGreaterThan(0)
    else expect(second?.bytesRead).toBe(0)
  })

  it.each([
    { set: 'steps.early.minWords=20', again: false, why: 'pages let back in go on' },
    { set: 'steps.early.minWords=450', again: true, why: 'a rewrite stands behind the filter' },
    { set: 'steps.late.minWords=450', again: false, why: 'no rewrite stands behind it' },
  ])('decides pages that a join has found again: $set, $why', async ({ set, again }) => {
    const recipe: RecipeInput = {
      name: 'joined',
      writes: 'joined',
      allowEmpty: true,
      inputs: { submissions: { format: 'reddit' }, pages: { format: 'warc' } },
      steps: [
        { name: 'links', use: 'reddit-links', from: 'submissions' },
        { name: 'karma', use: 'min-score' },
        { name: 'join', use: 'crawl', with: 'pages' },
        { name: 'text', use: 'html' },
        { name: 'early', use: 'heuristic-cleaning', minWords: 400 },
        { name: 'repaired', use: 'repair-text' },
        { name: 'late', use: 'heuristic-cleaning', minWords: 30 },
      ],
    }
    const inputs = place.webtextInputs()
    const made = await place.run(recipe, `joined ${set}`, { inputs })
    const applied = await apply(`joined ${set}`, made, [set])
    const fresh = await place.run(recipe, 'joined fresh', { inputs, set: [set] })
    expect(await contents(applied)).toEqual(await contents(fresh))
    expect(applied.manifest.hashes.kept).not.toBe(made.manifest.hashes.kept)
    const [, second] = place.journal(`joined ${set}`, 'joined')
    if (again) expect(second?.bytesRead).toBeGreaterThan(0)
    else expect(second?.bytesRead).toBe(0)
  })

  it.each([
    { keepDropped: 'text' as const, group: true },
    { keepDropped: 'text' as const, group: false },
    { keepDropped: 'pointer' as const, group: false },
  ])('takes a new last step over imported signals: %o', async ({ keepDropped, group }) => {
    const steps = group ? RECIPE.steps : RECIPE.steps.slice(0, 5)
    const base = { ...recipe(keepDropped), steps }
    const store = `imported-${keepDropped}-${group}`
    const made = await place.run(base, store, { inputs: { rows } })
    const version = await openVersion(made.dir)
    const path = join(place.dir, `${store}.parquet`)
    const table = new TableWriter(path, [
      { name: 'id', type: 'STRING', nullable: false },
      { name: 'score', type: 'DOUBLE', nullable: true },
    ])
    for (const { id } of await listOf(signalRows(version))) {
      const score = Number.parseInt(id.slice(0, 4), 16) / 2 ** 16
      table.append({ id, score: score > 0.9 ? null : score })
    }
    table.finish()
    await importSignals(version, path, 'chance')
    const result = await apply(store, made, ['signals.chance.score<0.5', 'steps.b.minWords=3'])
    const applied = await contents(result)
    const named = (step: (typeof steps)[number]) => (step.name === 'b' ? { ...step, minWords: 3 } : step)
    const step = { name: 'chance', use: 'imported-signals', of: 'resumed@1/chance', below: { score: 0.5 } }
    rmSync(join(place.dir, store, 'cache'), { recursive: true })
    rmSync(result.dir, { recursive: true })
    const fresh = await place.run({ ...base, steps: [...steps.map(named), step] }, store, {
      inputs: { rows },
    })
    expect(fresh.upToDate).toBe(false)
    expect(applied).toEqual(await contents(fresh))
    expect(fresh.manifest.steps.at(-1)?.dropped).toBeGreaterThan(10)
  })

  it.each(CASES)(
    'makes what a fresh run makes: %o, %s of the dropped is kept',
    async (changed, keepDropped) => {
      const set = Object.entries(changed).map(
        ([step, limit]) => `steps.${step}.${step === 'often' ? 'maxTimes' : 'minWords'}=${limit}`,
      )
      const store = `law-${keepDropped}`
      const made = await place.run(recipe(keepDropped), store, { inputs: { rows } })
      const applied = await apply(store, made, set)
      const fresh = await place.run(recipe(keepDropped), 'fresh', { inputs: { rows }, set })
      expect(await contents(applied)).toEqual(await contents(fresh))
    },
  )
})
