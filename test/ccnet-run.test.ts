import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { loadPlan } from '../src/index.ts'
import { planKey } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { rejections, Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const MODEL = 'test/golden/ccnet/model.arpa'
copyFileSync(MODEL, join(place.dir, 'own.arpa'))
copyFileSync(MODEL, join(place.dir, 'moved.arpa'))
place.write(
  'rows.jsonl',
  Buffer.from(
    ['of the document, and of the', 'version of it that is a thing of its own', 'where nothing stands', '']
      .map((text, id) => JSON.stringify({ id: `row-${id}`, text }))
      .join('\n'),
  ),
)

const recipe = (options: object): RecipeInput => ({
  name: 'parts',
  writes: 'parts',
  inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
  steps: [{ use: 'row' }, { use: 'ccnet', model: 'own.arpa', headCutoff: 100, tailCutoff: 200, ...options }],
})

it('drops the tail, and gives the same on two workers', async () => {
  const one = await place.run(recipe({}), 'one', {})
  const two = await place.run(recipe({}), 'two', { workers: 2 })
  expect(two.manifest.hashes).toEqual(one.manifest.hashes)
  const dropped = (await rejections(one)).filter((row) => row.step === 'ccnet')
  expect(dropped.map(({ reason, limit }) => [reason, limit])).toEqual([['tail-perplexity', 200]])
})

it('has a key by what the model holds', async () => {
  const key = async (options: object) => planKey(await loadPlan(recipe(options), [], place.dir))
  const own = await key({})
  expect(await key({ model: 'moved.arpa' })).toBe(own)
  writeFileSync(join(place.dir, 'moved.arpa'), 'another')
  expect(await key({ model: 'moved.arpa' })).not.toBe(own)
})

it('is asked by tilth score with its options', () => {
  const set = (...options: readonly string[]) => options.flatMap((option) => ['--set', `ccnet.${option}`])
  const score = (...options: readonly string[]) =>
    tilth(place.dir, 'score', 'rows.jsonl', '--rules', 'ccnet', ...set(...options), '--out', 'out.jsonl')
  expect(score('model=own.arpa', 'headCutoff=100', 'tailCutoff=200').code).toBe(0)
  const lines = readFileSync(join(place.dir, 'out.jsonl'), 'utf8').trimEnd().split('\n')
  const verdicts = lines.map(
    (line) => (JSON.parse(line) as { verdicts: { ccnet: string | null } }).verdicts.ccnet,
  )
  expect(verdicts.filter((verdict) => verdict !== null)).toEqual(['tail-perplexity'])
  expect(score('model=none.arpa', 'headCutoff=100', 'tailCutoff=200').err).toMatch(
    /none\.arpa cannot be read/,
  )
  expect(score('modle=own.arpa').err).toMatch(/ccnet has no option modle/)
})

it('refuses what a recipe leaves out, a model that is none, and tilth score without its options', async () => {
  await expect(loadPlan(recipe({ model: '' }), [], place.dir)).rejects.toThrow(
    /steps\.ccnet: ccnet: model must be given/,
  )
  await expect(place.run(recipe({ model: 'rows.jsonl' }), 'none', {})).rejects.toThrow(
    /rows\.jsonl: the model cannot be read, line 1: expected \\data\\/,
  )
  const ran = tilth(place.dir, 'score', 'rows.jsonl', '--rules', 'ccnet', '--out', 'out.jsonl')
  expect(ran.code).toBe(2)
  expect(ran.err).toMatch(/ccnet: model must be given[\s\S]*--set ccnet\.OPTION=VALUE/)
})
