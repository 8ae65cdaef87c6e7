import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { register as signals } from '../src/cli/signals.ts'
import { explain } from '../src/engine/explain.ts'
import { importSignals } from '../src/engine/import-signals.ts'
import { applyRetune } from '../src/engine/retune/apply.ts'
import { previewRetune } from '../src/engine/retune/preview.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { importedSignals, importedSignalsOf } from '../src/store/imported-signals.ts'
import { Store } from '../src/store/store.ts'
import { type Row, TableWriter } from '../src/store/table.ts'
import { openVersion, signalRows, type Version } from '../src/store/version.ts'
import { runCommand } from './command.ts'
import { keptIds, rejections, Workplace } from './engine-run.ts'
import { listOf } from './fixture-version.ts'

const RECIPE: RecipeInput = {
  name: 'joined',
  writes: 'joined',
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }, { name: 'cleaning', use: 'heuristic-cleaning', minWords: 10 }],
}
const WORDS = 'alpha beta gamma delta epsilon zeta theta kappa lambda sigma omega'.split(' ')
const DOCUMENTS = 40

describe('tilth signals import', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  const versionIn = async (store: string): Promise<Version> => {
    const lines = Array.from({ length: DOCUMENTS }, (_, at) => {
      const text = Array.from({ length: (at % 20) + 1 }, (__, word) => WORDS[word % WORDS.length]).join(' ')
      return `${JSON.stringify({ id: `d${at}`, text: `${text} number${at}` })}\n`
    })
    const rows = place.write('rows.jsonl', Buffer.from(lines.join('')))
    return openVersion((await place.run(RECIPE, store, { inputs: { rows } })).dir)
  }
  const file = (name: string, rows: readonly Row[]): string => {
    const path = join(place.dir, name)
    const table = new TableWriter(path, [
      { name: 'id', type: 'STRING', nullable: false },
      { name: 'score', type: 'DOUBLE', nullable: true },
      { name: 'tokens', type: 'INT64', nullable: true },
      { name: 'label', type: 'STRING', nullable: true },
    ])
    for (const row of rows) table.append(row)
    table.finish()
    return path
  }

  it.each([
    { batch: 1_000_000, why: 'in one reading of the file' },
    { batch: 1, why: 'a reading for each shard' },
  ])('joins by id, in whatever order the rows are: $why', async ({ batch }) => {
    const version = await versionIn(`order-${batch}`)
    const ids = (await listOf(signalRows(version))).map(({ id }) => id)
    expect(ids.length).toBe(DOCUMENTS)
    const about = ids.slice(3)
    const rows = about.map((id, at): Row => ({ id, score: at === 5 ? null : at / 8, tokens: at, label: 'x' }))
    const path = file(`order-${batch}.parquet`, [
      ...rows.toReversed(),
      { id: 'f'.repeat(32), score: 1, tokens: 1, label: null },
      { id: about[0] ?? '', score: 99, tokens: 99, label: null },
    ])
    expect(await importSignals(version, path, 'quality', batch)).toEqual({
      name: 'quality',
      columns: ['score', 'tokens'],
      passed: ['label'],
      rows: about.length + 2,
      unknown: 1,
      repeated: 1,
      documents: DOCUMENTS,
      missing: 3,
    })
    const joined = await importedSignalsOf(version, new Set(ids))
    for (const [at, id] of about.entries()) {
      expect(joined.get(id)).toEqual({ 'quality.score': at === 5 ? null : at / 8, 'quality.tokens': at })
    }
    expect(joined.get(ids[0] ?? '')).toEqual({ 'quality.score': null, 'quality.tokens': null })
  })

  it('shows them in why, for kept and dropped documents', async () => {
    const version = await versionIn('why')
    const all = await listOf(signalRows(version))
    const path = file(
      'why.parquet',
      all.map(({ id }, at) => ({ id, score: at, tokens: null, label: null })),
    )
    await importSignals(version, path, 'quality')
    for (const kept of [true, false]) {
      const at = all.findIndex((row) => row.kept === kept)
      const [explanation] = await explain(version, all[at]?.id ?? '')
      expect(explanation?.outcome).toBe(kept ? 'kept' : 'dropped')
      expect(explanation?.otherSignals).toEqual({ 'quality.score': at })
    }
  })

  it('says what it joined, and refuses a name that is taken', async () => {
    const version = await versionIn('said')
    const [first] = await listOf(signalRows(version))
    const path = file('said.parquet', [
      { id: first?.id ?? '', score: 0.5, tokens: 3, label: 'a' },
      { id: 'nobody', score: 0.5, tokens: 3, label: 'a' },
    ])
    const store = join(place.dir, 'said')
    const { out } = await runCommand([signals], store, 'signals', 'import', 'joined', path, '--as', 'quality')
    expect(out).toContain(
      'joined@1   quality.score, quality.tokens\n1 document of 40 documents with signals have a row\n',
    )
    expect(out).toContain('39 documents without a row: not measured\n1 row of 2 rows with an unknown id\n')
    expect(out).toContain('left out, no numbers: label\n')
    expect(importedSignals(version).map(({ name }) => name)).toEqual(['quality'])
    await expect(importSignals(version, path, 'quality')).rejects.toThrow(/has imported signals of this name/)
    await expect(importSignals(version, path, 'cleaning')).rejects.toThrow(/a step of joined@1 has this name/)
    await expect(importSignals(version, path, 'Bad Name')).rejects.toThrow(/expected lower-case letters/)
    expect(importedSignals(version).length).toBe(1)
  })

  it('lets retune decide by them as by computed ones', async () => {
    const version = await versionIn('retune')
    const all = await listOf(signalRows(version))
    const words = all.map((row) => row.signals['cleaning.words'] ?? 0)
    const path = file(
      'retune.parquet',
      all.map(({ id }, at) => ({ id, score: words[at] ?? null, tokens: null, label: null })),
    )
    await importSignals(version, path, 'copy')
    const of = async (...set: readonly string[]) => (await previewRetune(version, set)).preview
    const within = (least: number, most: number): number =>
      words.filter((count) => count >= least && count <= most).length
    const computed = await of('steps.cleaning.minWords=15')
    const imported = await of('signals.copy.score>=15')
    expect(imported.lost.documents).toBe(computed.lost.documents)
    expect(imported.lost.documents).toBe(within(10, 14))
    expect(imported.lost.rules[0]).toMatchObject({
      step: 'copy',
      reason: 'low-score',
      signal: 'score',
    })
    expect(imported.lost.rules[0]?.examples.map(({ value }) => value)).toEqual([14, 14, 13])
    const both = await of('steps.cleaning.minWords=4', 'signals.copy.score>6', 'signals.copy.score<=18')
    expect(both.gained.documents).toBe(within(7, 9))
    expect(both.gained.caught).toEqual([{ step: 'copy', documents: within(4, 6) }])
    expect(both.lost.documents).toBe(within(19, 99))
    expect(both.limits.map(({ step, before, after }) => [step, before, after])).toEqual([
      ['cleaning', 10, 4],
      ['copy', null, 6],
      ['copy', null, 18],
    ])
    await expect(of('signals.copy.scores>1')).rejects.toThrow(/no imported signal copy\.scores/)
    await expect(of('signals.copy.score=1')).rejects.toThrow(/expected a limit such as/)
  })

  const scored = async (store: string, score: (words: number) => number | null): Promise<Version> => {
    const version = await versionIn(store)
    const all = await listOf(signalRows(version))
    const path = file(
      `${store}.parquet`,
      all.map(({ id, signals: { 'cleaning.words': words } }) => {
        return { id, score: score(words ?? 0), tokens: words ?? null, label: null }
      }),
    )
    await importSignals(version, path, 'copy')
    return version
  }
  const within = (options: object) => ({
    ...RECIPE,
    steps: [...RECIPE.steps, { name: 'copy', use: 'imported-signals', of: 'joined@1/copy', ...options }],
  })
  const inputs = () => ({ rows: join(place.dir, 'rows.jsonl') })

  it('applies a limit over them as a step of the plan, equal to a recipe that has it', async () => {
    const version = await scored('applied', (words) => words)
    const store = new Store(join(place.dir, 'applied'))
    const { plan, preview } = await previewRetune(version, ['signals.copy.score>=15'])
    const applied = await applyRetune(version, plan, store, { workers: 1 })
    expect((await keptIds(applied)).length).toBe(preview.kept - preview.lost.documents)
    // The same recipe in the same store is the same plan, whichever way it came about.
    const recipe = within({ min: { score: 15 } })
    expect(await place.run(recipe, 'applied', { inputs: inputs() })).toMatchObject({
      upToDate: true,
      manifest: { planId: applied.manifest.planId },
    })
    const lost = (await rejections(applied)).find(({ step }) => step === 'copy')
    expect(lost).toMatchObject({ reason: 'low-score', signal: 'score', limit: 15 })
    const made = await openVersion(applied.dir)
    const [why] = await explain(made, lost?.id ?? '')
    expect(why?.rules.at(-1)).toMatchObject({ step: 'copy', signal: 'score', limit: 15, verdict: 'drop' })
    // And the limit of that step is a limit as any other.
    for (const set of ['signals.copy.score>=12', 'steps.copy.min.score=12']) {
      const again = await previewRetune(made, [set])
      const loosened = await applyRetune(made, again.plan, store, { workers: 1 })
      const fresh = await place.run(recipe, 'applied', {
        inputs: inputs(),
        set: ['steps.copy.min.score=12'],
      })
      expect(loosened.manifest.hashes).toEqual(fresh.manifest.hashes)
      expect((await keptIds(loosened)).length).toBe(
        (await keptIds(applied)).length + again.preview.gained.documents,
      )
    }
  })

  it('makes another plan of other values, and the same of the same', async () => {
    const planIds: string[] = []
    for (const [store, score] of [
      ['values-a', (words: number) => words],
      ['values-b', (words: number) => words + 1],
      ['values-c', (words: number) => words],
    ] as const) {
      await scored(store, score)
      const { manifest } = await place.run(within({ min: { score: 15 } }), store, { inputs: inputs() })
      planIds.push(manifest.planId)
    }
    expect(planIds[1]).not.toBe(planIds[0])
    expect(planIds[2]).toBe(planIds[0])
  })

  it('decides by imported signals as by computed ones, whatever the limits', async () => {
    await scored('laws', (words) => (words % 7 === 0 ? null : words))
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        async (least, most) => {
          const step = (use: string, signal: string, options: object) => ({
            ...RECIPE,
            allowEmpty: true,
            steps: [
              { use: 'row' },
              { name: 'measured', use: 'text-stats' },
              { name: 'limits', use, min: { [signal]: least }, below: { [signal]: most }, ...options },
            ],
          })
          const options = { inputs: inputs() }
          const imported = await place.run(
            step('imported-signals', 'tokens', { of: 'joined@1/copy' }),
            'laws',
            options,
          )
          const computed = await place.run(step('signal-limits', 'measured.words', {}), 'laws', options)
          expect(await keptIds(imported)).toEqual(await keptIds(computed))
          const reasons = async (result: typeof imported) =>
            (await rejections(result)).map(({ id, reason, value, limit }) => [
              id,
              reason.split('-')[0],
              value,
              limit,
            ])
          expect(await reasons(imported)).toEqual(await reasons(computed))
        },
      ),
      { numRuns: 4 },
    )
    // A document without a value breaks no limit.
    const kept = await place.run(within({ min: { score: 15 } }), 'laws', { inputs: inputs() })
    const counts = (await listOf(signalRows(await openVersion(kept.dir)))).filter((row) => row.kept)
    expect(counts.some(({ signals: { 'cleaning.words': words } }) => words === 14)).toBe(true)
    expect(counts.some(({ signals: { 'cleaning.words': words } }) => words === 13)).toBe(false)
  })

  it('refuses a recipe that names what is not there', async () => {
    await scored('names', (words) => words)
    const run = (steps: RecipeInput['steps']) =>
      place.run({ ...RECIPE, steps: [{ use: 'row' }, ...steps] }, 'names', { inputs: inputs() })
    const use = 'imported-signals'
    await expect(run([{ use }])).rejects.toThrow(/imported-signals\.of: expected VERSION\/NAME, got ""/)
    await expect(run([{ use, of: 'joined@1/copi' }])).rejects.toThrow(/no imported signals copi/)
    await expect(run([{ use, of: 'joined@1/copy', min: { scores: 1 } }])).rejects.toThrow(
      /there is no signal scores/,
    )
    await expect(run([{ use: 'signal-limits', min: { 'later.words': 1 } }])).rejects.toThrow(
      /there is no signal later\.words/,
    )
    await expect(run([{ use: 'signal-limits' }])).rejects.toThrow(/no limit is set/)
  })

  it('refuses what is no table of numbers by id', async () => {
    const version = await versionIn('refused')
    const text = place.write('text.parquet', Buffer.from('no parquet at all, but long enough to look'))
    await expect(importSignals(version, text, 'a')).rejects.toThrow(/not a readable Parquet file/)
    await expect(importSignals(version, `${text}x`, 'a')).rejects.toThrow(/no such file/)
    const table = new TableWriter(join(place.dir, 'noid.parquet'), [
      { name: 'doc', type: 'STRING', nullable: false },
      { name: 'score', type: 'DOUBLE', nullable: true },
    ])
    table.append({ doc: 'a', score: 1 })
    table.finish()
    await expect(importSignals(version, join(place.dir, 'noid.parquet'), 'a')).rejects.toThrow(
      /expected a column id and numeric columns, and there are doc, score/,
    )
    expect(importedSignals(version)).toEqual([])
  })
})
