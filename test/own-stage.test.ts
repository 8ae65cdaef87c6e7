import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explain, loadPlan, openVersion, signalRows } from '../src/index.ts'
import { planKey } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptIds, rejections, Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

place.write(
  'rows.jsonl',
  Buffer.from(
    Array.from(
      { length: 120 },
      (_, at) => `${JSON.stringify({ id: `row-${at}`, text: `Acme ${'acme '.repeat(at % 5)}` })}\n`,
    ).join(''),
  ),
)

const BRAND = `import { defineFilter } from 'tilth'
import { z } from 'zod'
import { countOf } from './lib/count.ts'

export default defineFilter({
  name: 'brand',
  revision: 1,
  description: 'Drops texts that name a brand too often.',
  options: z.strictObject({
    word: z.string().default('acme').describe('Word to count'),
    maxTimes: z.int().min(0).default(2).describe('Most times that are kept'),
  }),
  reasons: {},
  signals: { times: 'Times that the word stands in the text.' },
  measure: ({ word }: { word: string }) => ({ text }) => ({ times: countOf(text, word) }),
  rules: ({ maxTimes }) => [
    { signal: 'times', keep: 'at-most', limit: maxTimes, option: 'maxTimes', reason: 'brand', source: 'our own' },
  ],
})
`
const COUNT = `export const countOf = (text: string, word: string): number => text.toLowerCase().split(word).length - 1\n`

function write(name: string, text: string): string {
  const path = join(place.dir, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return `./${name}`
}

write('stages/brand.ts', BRAND)
write('stages/lib/count.ts', COUNT)

function recipe(use: string, options: object = {}): RecipeInput {
  return {
    name: 'own',
    writes: 'own',
    inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
    steps: [{ use: 'row' }, { use, ...options }],
  }
}
const load = (use: string, options: object = {}) => loadPlan(recipe(use, options), [], place.dir)
const keyOf = async (use: string): Promise<string> => planKey(await load(use, { name: 'own' }))

describe('a module as a stage', () => {
  it('runs as a built-in one, on two workers as on one, with options from the recipe', async () => {
    const one = await place.run(recipe('./stages/brand.ts', { maxTimes: 3 }), 'one', {})
    const two = await place.run(recipe('./stages/brand.ts', { maxTimes: 3 }), 'two', { workers: 2 })
    expect(two.manifest.hashes).toEqual(one.manifest.hashes)
    expect(await keptIds(one)).toHaveLength(72)
    const version = await openVersion(one.dir)
    for await (const { kept, signals } of signalRows(version))
      expect(kept).toBe((signals['brand.times'] ?? 9) <= 3)
    const [dropped] = await rejections(one)
    expect(dropped).toMatchObject({ step: 'brand', reason: 'brand', limit: 3 })
    const [why] = await explain(version, dropped?.id ?? '')
    expect(why?.rules).toMatchObject([{ step: 'brand', signal: 'times', verdict: 'drop' }])
  })

  it('has a key by what it and its imports hold, not by where they lie', async () => {
    const key = await keyOf('./stages/brand.ts')
    renameSync(join(place.dir, 'stages'), join(place.dir, 'moved'))
    expect(await keyOf('./moved/brand.ts')).toBe(key)
    const first = await place.run(recipe('./moved/brand.ts', { maxTimes: 3 }), 'one', {})
    expect(first.upToDate).toBe(true)
    write('moved/lib/count.ts', COUNT.replace('- 1', '- 2'))
    expect(await keyOf('./moved/brand.ts')).not.toBe(key)
    const second = await place.run(recipe('./moved/brand.ts', { maxTimes: 3 }), 'one', {})
    expect(second.manifest.number).toBe(2)
    expect(await keptIds(second)).toHaveLength(96)
  })

  it('that was edited is loaded anew in the same process', async () => {
    const described = async (): Promise<string | undefined> =>
      (await load(write('again/stage.js', stage), {})).steps[1]?.revision.toString()
    let stage = BRAND_JS(1)
    expect(await described()).toBe('1')
    stage = BRAND_JS(2)
    expect(await described()).toBe('2')
  })

  it('is retuned from the command line, and gives what a fresh run gives', async () => {
    write(
      'tuned.yaml',
      JSON.stringify({ ...recipe('./tuned/brand.ts', { maxTimes: 3 }), name: 'tuned', writes: 'tuned' }),
    )
    write('tuned/brand.ts', BRAND)
    write('tuned/lib/count.ts', COUNT)
    expect(tilth(place.dir, 'run', 'tuned.yaml', '--workers', '1').code).toBe(0)
    const preview = tilth(place.dir, 'retune', 'tuned', '--set', 'steps.brand.maxTimes=1', '--json')
    expect(preview.err).not.toMatch(/error|bug/)
    expect(preview.out).toMatch(/"lost"/)
    const applied = tilth(
      place.dir,
      'retune',
      'tuned',
      '--set',
      'steps.brand.maxTimes=1',
      '--apply',
      '--workers',
      '1',
    )
    expect(applied.err).not.toMatch(/error|bug/)
    const fresh = { ...recipe('./tuned/brand.ts', { maxTimes: 1 }), name: 'tuned', writes: 'tuned' }
    const { manifest } = await place.run(fresh, 'fresh', {})
    const version = await openVersion(join(place.dir, '.tilth', 'tuned@2'))
    expect(version.manifest.hashes).toEqual(manifest.hashes)
  })

  it('works from the command line, in a folder where nothing is installed', () => {
    write('own.yaml', JSON.stringify(recipe('./cli/brand.ts')))
    write('cli/brand.ts', BRAND)
    write('cli/lib/count.ts', COUNT)
    const ran = tilth(place.dir, 'run', 'own.yaml', '--workers', '1', '--set', 'steps.brand.maxTimes=1')
    expect(ran.err).not.toMatch(/rror/)
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/brand/)
  })
})

const BRAND_JS = (revision: number): string => `
import { z } from 'zod'
export default {
  kind: 'annotate', name: 'mine', revision: ${revision}, description: 'Measures.', reasons: {}, signals: { one: 'One.' },
  options: z.strictObject({}), measure: () => () => ({ one: 1 }),
}
`
const changed = (from: string, to: string): string => BRAND_JS(1).replace(from, to)

describe('a module that is no stage', () => {
  it.each([
    ['nothing', 'export const x = 1\n', /its default export is no stage/],
    ['kind', changed("'annotate'", "'sort'"), /kind: expected one of extract, rewrite, filter/],
    ['name', changed("'mine'", "'My stage'"), /name: expected lower-case words/],
    ['revision', changed('revision: 1', 'revision: 0'), /revision: expected a whole number from 1/],
    ['description', changed("'Measures.'", "''"), /description: expected a text/],
    ['measure', changed('measure:', 'measures:'), /measure: a annotate stage has this function/],
    ['signals', changed('signals:', 'signal:'), /signals: expected an object/],
    ['options', changed('z.strictObject({})', '{}'), /options: expected a schema/],
    ['loose', changed('z.strictObject', 'z.looseObject'), /options: expected a strict schema/],
    [
      'bare',
      changed('strictObject({})', 'strictObject({ a: z.string().default("") })'),
      /options\.a: expected \.describe/,
    ],
    [
      'rule',
      `${BRAND_JS(1).replace("'annotate'", "'filter'").replace('measure:', "rules: () => [{ signal: 'two', keep: 'below', limit: 1, reason: 'x', source: 'y' }], measure:")}`,
      /signal "two" is not among/,
    ],
    ['syntax', 'export default {\n', /syntax\.js cannot be loaded: SyntaxError/],
    ['package', "import 'no-such-package-at-all'\n", /cannot be loaded: .*no-such-package-at-all/],
    ['import', "import './nowhere.js'\n", /cannot be read: .*nowhere\.js/],
    ['throws', "throw new Error('at import')\n", /cannot be loaded: Error: at import/],
  ])('%s: is refused with its path', async (name, code, message) => {
    const use = write(`bad/${name}.js`, code)
    await expect(load(use)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:recipe|input)$/) })
    await expect(load(use)).rejects.toThrow(message)
    await expect(load(use)).rejects.toThrow(use)
  })

  it('is not in the order that its kind asks for', async () => {
    write('kinds/mine.js', BRAND_JS(1))
    const steps = [{ use: './kinds/mine.js' }, { use: 'row' }]
    await expect(loadPlan({ ...recipe('row'), steps }, [], place.dir)).rejects.toThrow(
      /takes documents, and here are records/,
    )
    await expect(load('./kinds/mine.js', { odd: 1 })).rejects.toThrow(/steps\.mine\.odd: no such option/)
  })
})
