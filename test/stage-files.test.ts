import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { explain, loadPlan, openVersion } from '../src/index.ts'
import { planKey } from '../src/plan/plan.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { Workplace } from './engine-run.ts'

const place = new Workplace()
afterAll(() => place.remove())

const recipe = (lists: string): RecipeInput => ({
  name: 'clean',
  writes: 'clean',
  inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
  steps: [{ use: 'row' }, { name: 'urls', use: 'url-rules', lists: [lists] }],
})
const keyOf = async (lists: string): Promise<string> => planKey(await loadPlan(recipe(lists), [], place.dir))

mkdirSync(join(place.dir, 'lists/adult'), { recursive: true })
writeFileSync(join(place.dir, 'lists/adult/domains'), 'bad.example\n')
place.write(
  'rows.jsonl',
  Buffer.from(
    ['http://good.example/', 'http://www.bad.example/x']
      .map((url) => JSON.stringify({ id: url, url, text: 'A text.' }))
      .join('\n'),
  ),
)

it('runs with a list, and names list and entry of what it dropped', async () => {
  const result = await place.run(recipe('lists'), 'store', {})
  expect(result.manifest.steps.at(1)?.reasons).toEqual({ 'blocked-domain': 1 })
  const version = await openVersion(result.dir)
  const [why] = await explain(version, 'http://www.bad.example/x')
  expect(why).toMatchObject({ reason: 'blocked-domain', detail: 'adult: bad.example' })
  expect((await place.run(recipe('lists'), 'store', {})).upToDate).toBe(true)
})

it('has a key by what the files hold, not by where they lie', async () => {
  const key = await keyOf('lists')
  renameSync(join(place.dir, 'lists'), join(place.dir, 'moved'))
  expect(await keyOf('moved')).toBe(key)
  expect((await place.run(recipe('moved'), 'store', {})).upToDate).toBe(true)
  writeFileSync(join(place.dir, 'moved/adult/domains'), 'good.example\n')
  expect(await keyOf('moved')).not.toBe(key)
  const result = await place.run(recipe('moved'), 'store', {})
  expect(result.manifest.number).toBe(2)
  const [why] = await explain(await openVersion(result.dir), 'http://good.example/')
  expect(why?.detail).toBe('adult: good.example')
})

it('refuses a path that leads to nothing, with step and path', async () => {
  await expect(keyOf('nowhere')).rejects.toThrow(/steps\.urls: nowhere cannot be read/)
})
