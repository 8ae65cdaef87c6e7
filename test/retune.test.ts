import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { register } from '../src/cli/retune.ts'
import { Pool } from '../src/engine/local/pool.ts'
import { loadPlan } from '../src/engine/recipes.ts'
import { applyRetune } from '../src/engine/retune/apply.ts'
import { previewRetune, type Retuned } from '../src/engine/retune/preview.ts'
import { scanSignals } from '../src/engine/retune/scan-signals.ts'
import { decide, type Filter, type Rule, type Signals } from '../src/model/stage.ts'
import type { SignalRow } from '../src/model/version.ts'
import { stageOf, stepRecords } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { Store } from '../src/store/store.ts'
import { openVersion, type Version } from '../src/store/version.ts'
import { runCommand } from './command.ts'
import { keptIds, Workplace } from './engine-run.ts'
import { withStore, writeVersion } from './fixture-version.ts'

const RECIPE: RecipeInput = {
  name: 'retuned',
  writes: 'retuned',
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { name: 'first', use: 'heuristic-cleaning', minWords: 20 },
    { name: 'stats', use: 'text-stats' },
    { name: 'exact', use: 'dedup-exact' },
    { name: 'last', use: 'heuristic-cleaning', minWords: 40 },
  ],
}

/** Texts of 1 to 80 words, each a third time over, so that the group has something to do. */
const TEXTS = Array.from({ length: 240 }, (_, at) => {
  const words = (at % 80) + 1
  return Array.from({ length: words }, (__, word) => `word${String.fromCharCode(97 + (word % 26))}`).join(' ')
})

describe('tilth retune', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  const rows = place.write(
    'rows.jsonl',
    Buffer.from(TEXTS.map((text, at) => `${JSON.stringify({ id: `d${at}`, text })}\n`).join('')),
  )
  const run = (store: string, set: readonly string[] = []) =>
    place.run(RECIPE, store, { inputs: { rows }, set })
  const versionOf = async (store: string): Promise<Version> => openVersion((await run(store)).dir)
  const storeAt = (name: string): Store => new Store(`${place.dir}/${name}`)

  it('knows exactly what a limit of the last step does', async () => {
    const version = await versionOf('last')
    const { preview } = await previewRetune(version, ['steps.last.minWords=30'])
    expect(preview.kept).toBe(41)
    expect(preview.lost.documents).toBe(0)
    expect(preview.gained).toMatchObject({ documents: 10, caught: [], pending: [] })
    const [rule] = preview.gained.rules
    expect(rule).toMatchObject({ step: 'last', reason: 'too-short', documents: 10 })
    expect(rule?.examples.map(({ value }) => value)).toEqual([39, 38, 37])
    for (const { id, text, value } of rule?.examples ?? []) {
      expect(id).toMatch(/^[0-9a-f]{32}$/)
      expect(text?.split(' ').length).toBe(value)
    }
  })

  it.each([['steps.last.minWords=30'], ['steps.first.minWords=45'], ['steps.first.minWords=10']])(
    'says the same on two workers: %s',
    async (set) => {
      const version = await versionOf('last')
      expect(version.manifest.shards.filter(({ table }) => table === 'signals').length).toBeGreaterThan(1)
      const alone = await previewRetune(version, [set])
      const beside = await previewRetune(version, [set], { workers: 2, rowsAlone: 0 })
      expect(beside.preview).toEqual(alone.preview)
      // The other thread may come too late for so few rows: ask it alone.
      const { preview: _, ...change } = alone
      const shards = version.manifest.shards.filter(({ table }) => table === 'signals')
      const pool = new Pool(1, { plan: change.plan, sampleRatio: 1, maxWindowBytes: 2 ** 20 })
      for (const [number, shard] of shards.entries()) {
        const task = { dir: version.dir, record: version.plan, change, shard, number }
        expect(await pool.run('scanSignals', task)).toEqual(await scanSignals(undefined, task))
      }
      await pool.close()
      expect(alone.preview.lost.documents + alone.preview.gained.documents).toBeGreaterThan(0)
    },
  )

  it('says which steps have not seen what is let back in', async () => {
    const { preview } = await previewRetune(await versionOf('last'), ['steps.first.minWords=10'])
    expect(preview.gained.documents).toBe(30)
    expect(preview.gained.pending).toEqual([{ steps: ['exact', 'last'], documents: 30 }])
  })

  it('says how many copies of lost documents may come back', async () => {
    const { preview } = await previewRetune(await versionOf('last'), ['steps.first.minWords=45'])
    expect(preview.lost.documents).toBe(5)
    expect(preview.freed).toEqual([{ step: 'exact', documents: 10 }])
  })

  it.each([
    { set: ['steps.last.minWords=30'], why: 'a step behind the group' },
    { set: ['steps.first.minWords=10', 'steps.last.minWords=10'], why: 'a step before the group' },
    { set: ['steps.first.maxWords=60'], why: 'a limit that loses documents' },
  ])('makes what a fresh run makes: $why', async ({ set }) => {
    const store = `apply-${set.join().replaceAll(/\W/g, '-')}`
    const version = await versionOf(store)
    const { plan, preview } = await previewRetune(version, set)
    const applied = await applyRetune(version, plan, storeAt(store), { workers: 1 })
    const fresh = await run(`${store}-fresh`, set)
    expect(applied.manifest.hashes).toEqual(fresh.manifest.hashes)
    expect(applied.manifest.planId).toBe(fresh.manifest.planId)
    expect(applied.manifest.steps).toEqual(fresh.manifest.steps)
    expect(applied.manifest.parents).toEqual([version.ref])
    expect((await run(store, set)).upToDate).toBe(true)
    if (preview.gained.pending.length === 0 && preview.freed.length === 0) {
      const kept = preview.kept - preview.lost.documents + preview.gained.documents
      expect((await keptIds(applied)).length).toBe(kept)
    }
  })

  it.each([
    {
      set: 'steps.karma.minScore=1',
      pending: /^join,main-content,not-wikipedia,exact,cleaning$/,
      why: 'before a join',
    },
    { set: 'steps.cleaning.minWords=5', pending: undefined, why: 'behind a join and a group' },
  ])('makes what a fresh run of a recipe with a join makes: $why', async ({ set, pending, why }) => {
    const inputs = place.webtextInputs()
    const store = `join-${why.replaceAll(' ', '-')}`
    const made = await place.run('gpt2-webtext', store, { inputs })
    const version = await openVersion(made.dir)
    const { plan, preview } = await previewRetune(version, [set])
    const steps = preview.gained.pending.flatMap((each) => each.steps).join()
    if (pending === undefined) expect(steps).toBe('')
    else expect(steps).toMatch(pending)
    const applied = await applyRetune(version, plan, storeAt(store), { workers: 1 })
    const fresh = await place.run('gpt2-webtext', `${store}-fresh`, { inputs, set: [set] })
    expect(applied.manifest.hashes).toEqual(fresh.manifest.hashes)
    expect(applied.upToDate).toBe(false)
  })

  it('takes what is before the first changed exchange from the store', async () => {
    const version = await versionOf('reuse')
    const { plan } = await previewRetune(version, ['steps.last.minWords=30'])
    await applyRetune(version, plan, storeAt('reuse'), { workers: 1 })
    const [first, second] = place.journal('reuse', 'retuned')
    expect(first?.started['read']).toBe(1)
    expect(second?.started['read']).toBeUndefined()
    expect(second?.started['map']).toBe(1)
  })

  it('refuses inputs that have other bytes by now', async () => {
    const file = place.write('moved.jsonl', Buffer.from(`${JSON.stringify({ id: 'a', text: TEXTS[70] })}\n`))
    const made = await place.run(RECIPE, 'moved', { inputs: { rows: file } })
    const version = await openVersion(made.dir)
    const { plan } = await previewRetune(version, ['steps.last.minWords=30'])
    place.write('moved.jsonl', Buffer.from(`${JSON.stringify({ id: 'a', text: TEXTS[71] })}\n`))
    await expect(applyRetune(version, plan, storeAt('moved'), { workers: 1 })).rejects.toThrow(/other bytes/)
  })

  it.each([
    {
      set: 'steps.lats.minWords=3',
      says: /no step lats/,
      hint: /did you mean last\? the filters of .* are first, last/,
    },
    { set: 'steps.last.minWord=3', says: /no option minWord/, hint: /did you mean minWords\?/ },
    { set: 'steps.exact.caseFold=true', says: /exact is no filter but a group step/, hint: /first, last/ },
    { set: 'steps.last.minWords=many', says: /expected number/, hint: /minWords \(40\)/ },
    { set: 'steps.last.minWords=40', says: /was made with these values/, hint: undefined },
    { set: 'last.minWords=40', says: /expected steps\.NAME\.OPTION=value/, hint: undefined },
  ])('refuses $set', async ({ set, says, hint }) => {
    const version = await versionOf('last')
    const error = await previewRetune(version, [set]).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringMatching(says) })
    if (hint !== undefined) expect(error).toMatchObject({ hint: expect.stringMatching(hint) })
  })

  it('refuses an option that is measured by, and says which are limits', async () => {
    const recipe = { ...RECIPE, steps: [{ use: 'row' }, { use: 'gopher-quality@datatrove-0.10' }] }
    const made = await place.run(recipe, 'words', { inputs: { rows }, set: [] }).catch(() => undefined)
    const lenient = { ...recipe, allowEmpty: true }
    const { dir } = made ?? (await place.run(lenient, 'words', { inputs: { rows } }))
    const error = await previewRetune(await openVersion(dir), ['steps.gopher-quality.words=unicode']).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      message: expect.stringMatching(/words is no limit over a stored signal/),
      hint: expect.stringMatching(/minWords \(50\)/),
    })
  })

  it('prints limits, both sides with tokens and examples, and what it cannot know', async () => {
    await versionOf('printed')
    const store = `${place.dir}/printed`
    const { out, error } = await runCommand(
      [register],
      store,
      'retune',
      'retuned',
      '--set',
      'steps.first.minWords=45',
      '--set',
      'steps.last.minWords=45',
    )
    expect(error).toBeUndefined()
    expect(out).toContain('first.minWords   words >= 20 -> 45')
    expect(out).toMatch(/lost +5 documents, about \d+ tokens \(estimated from 5 texts\)/)
    expect(out).toMatch(/10 documents that exact had dropped as copies of lost ones may come back/)
    expect(out).toContain('gained   no documents')
    const json = await runCommand(
      [register],
      store,
      'retune',
      'retuned',
      '--set',
      'steps.last.minWords=35',
      '--json',
    )
    expect(JSON.parse(json.out)).toMatchObject({
      version: 'retuned@1',
      limits: [{ step: 'last', option: 'minWords', before: 40, after: 35 }],
      gained: { documents: 5, rules: [{ reason: 'too-short', examples: [{ value: 39 }, {}, {}] }] },
    })
  })
})

describe('a preview from stored signals', () => {
  it('keeps what the rules keep when they decide anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a: signals(), b: signals() }), { minLength: 1, maxLength: 60 }),
        limits(),
        limits(),
        fc.integer({ min: 3, max: 50 }),
        async (documents, before, after, rowsPerShard) => {
          fc.pre(JSON.stringify(before) !== JSON.stringify(after))
          const retuned = await preview(documents, before, after, rowsPerShard)
          const decided = documents.map((document) => ({
            before: brokenBy(document, before),
            after: brokenBy(document, after),
          }))
          const lost = decided.filter((each) => each.before === undefined && each.after !== undefined)
          const gained = decided.filter((each) => each.before !== undefined && each.after === undefined)
          expect(byRule(retuned, 'lost')).toEqual(countBy(lost.map((each) => each.after ?? '')))
          expect(byRule(retuned, 'gained')).toEqual(countBy(gained.map((each) => each.before ?? '')))
          expect(retuned.preview.kept).toBe(decided.filter((each) => each.before === undefined).length)
          expect(retuned.preview.measured).toBe(documents.length)
        },
      ),
      { numRuns: 60 },
    )
  })
})

interface Limits {
  readonly a: { readonly minWords: number; readonly maxSymbolRatio: number }
  readonly b: { readonly minWords: number; readonly maxSymbolRatio: number }
}

function signals(): fc.Arbitrary<Signals> {
  const number = fc.option(fc.integer({ min: 0, max: 6 }), { nil: null, freq: 8 })
  return fc.record({ words: number, hashRatio: number, ellipsisRatio: number })
}

function limits(): fc.Arbitrary<Limits> {
  const step = fc.record({
    minWords: fc.integer({ min: 0, max: 6 }),
    maxSymbolRatio: fc.integer({ min: 0, max: 6 }),
  })
  return fc.record({ a: step, b: step })
}

function twoFilters(given?: Limits): ReturnType<typeof loadPlan> {
  const filter = (name: 'a' | 'b') => ({ name, use: 'heuristic-cleaning', ...given?.[name] })
  return loadPlan({
    name: 'two',
    writes: 'two',
    inputs: { rows: { format: 'jsonl' } },
    steps: [{ use: 'row' }, filter('a'), filter('b')],
  })
}

const RULES = (given: Limits): Readonly<Record<'a' | 'b', readonly Rule[]>> => ({
  a: rulesOf(given.a),
  b: rulesOf(given.b),
})

let cleaning: Filter | undefined

function rulesOf(options: object): readonly Rule[] {
  if (cleaning === undefined) throw new Error('no stage yet')
  return cleaning.rules(cleaning.options.parse(options))
}

/** `STEP REASON` of the first rule that a document breaks. */
function brokenBy(document: { readonly a: Signals; readonly b: Signals }, given: Limits): string | undefined {
  const rules = RULES(given)
  for (const step of ['a', 'b'] as const) {
    const verdict = decide(rules[step], document[step])
    if (!verdict.keep) return `${step} ${verdict.rule.reason}`
  }
  return undefined
}

async function preview(
  documents: readonly { readonly a: Signals; readonly b: Signals }[],
  before: Limits,
  after: Limits,
  rowsPerShard: number,
): Promise<Retuned> {
  const plan = await twoFilters(before)
  const [, step] = plan.steps
  if (step === undefined) throw new Error('no step')
  cleaning = stageOf(step) as Filter
  const { segments: _, ...recipe } = plan
  const rows = documents.map((document, at): SignalRow => {
    const named = (name: 'a' | 'b') =>
      Object.fromEntries(
        Object.entries(document[name]).map(([signal, value]) => [`${name}.${signal}`, value]),
      )
    return {
      id: String(at).padStart(32, '0'),
      kept: brokenBy(document, before) === undefined,
      signals: { ...named('a'), ...named('b') },
    }
  })
  const set = (['a', 'b'] as const).flatMap((name) =>
    Object.entries(after[name]).map(([option, value]) => `steps.${name}.${option}=${value}`),
  )
  return withStore(async (store) => {
    const version = await writeVersion(
      store,
      {
        name: 'two',
        number: 1,
        inputs: [],
        plan: { planId: 'x', recipe: JSON.parse(JSON.stringify(recipe)), steps: stepRecords(plan) },
        steps: [],
        kept: [],
        rejected: [],
        signals: rows,
      },
      rowsPerShard,
    )
    return previewRetune(version, set)
  })
}

function byRule({ preview: { lost, gained } }: Retuned, side: 'lost' | 'gained'): Record<string, number> {
  const { rules } = side === 'lost' ? lost : gained
  return countBy(rules.flatMap((rule) => Array(rule.documents).fill(`${rule.step} ${rule.reason}`)))
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
