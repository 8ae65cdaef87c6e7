import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PRESET_NAMES } from '../../src/dedup/choice.ts'
import { type Estimate, estimate } from '../../src/engine/estimate.ts'
import { findInputs } from '../../src/engine/inputs.ts'
import { budget } from '../../src/engine/memory.ts'
import { loadPlan } from '../../src/engine/recipes.ts'
import type { RecipeInput } from '../../src/plan/recipe.ts'
import { diskUse, Store } from '../../src/store/store.ts'
import { Workplace } from '../engine-run.ts'
import { drawer } from '../synthetic-crawl.ts'

const ROWS = 1_200
const DIMENSIONS = 48

describe('what plan says of near copies and repeats', () => {
  const place = new Workplace()
  afterAll(() => place.remove())

  beforeAll(() => {
    const draw = drawer(5)
    let words: readonly string[] = []
    const lines = Array.from({ length: ROWS }, (_, row) => {
      if (row % 4 < 3) words = Array.from({ length: 160 }, () => draw(30_000).toString(26))
      const text = words.with(draw(words.length), 'own').join(' ')
      const embedding = Array.from({ length: DIMENSIONS }, () => draw(2_000) - 1_000)
      return JSON.stringify({ id: `r${row}`, text, embedding })
    })
    place.write('rows.jsonl', Buffer.from(`${lines.join('\n')}\n`))
  })

  const recipeOf = (writes: string, step: RecipeInput['steps'][number]): RecipeInput => ({
    name: 'rows',
    writes,
    allowEmpty: true,
    inputs: { rows: { format: 'jsonl' } },
    steps: [{ name: 'text', use: 'row', keep: ['embedding'] }, step],
  })

  async function said(recipe: RecipeInput, store: string): Promise<Estimate> {
    place.write(`${store}.yaml`, Buffer.from(JSON.stringify(recipe)))
    const plan = await loadPlan(`${store}.yaml`, [], place.dir, new Store(join(place.dir, store)))
    return estimate(
      plan,
      await findInputs(plan, { rows: ['rows.jsonl'] }, place.dir),
      budget(undefined, 1, 1 << 20),
    )
  }

  /** The most that the store of a run held, as seen whenever something was done. */
  async function measured(recipe: RecipeInput, store: string): Promise<number> {
    const dir = join(place.dir, store)
    const before = diskUse(dir)
    let most = 0
    const look = (): void => {
      most = Math.max(most, diskUse(dir) - before)
    }
    await place.run(recipe, store, { inputs: { rows: ['rows.jsonl'] }, progress: look })
    look()
    return most
  }

  it.each([
    ...PRESET_NAMES.map((preset) => ({ use: 'dedup-minhash', preset })),
    { use: 'dedup-minhash', verify: false },
    { use: 'dedup-minhash', index: true },
    { use: 'dedup-minhash', preset: 'gpt3', index: true },
    { use: 'dedup-minhash', bands: 1024, rows: 1 },
    { use: 'dedup-semantic' },
    { use: 'dedup-semantic', index: true },
    { use: 'dedup-substring' },
    { use: 'dedup-substring', minTokens: 10 },
    { use: 'dedup-lines' },
  ])('is within a factor of two: %j', async (step) => {
    const store = JSON.stringify(step).replaceAll(/\W+/g, '-')
    const { diskBytes, leastDiskBytes } = await said(recipeOf('rows', step), store)
    const disk = await measured(recipeOf('rows', step), store)
    expect(diskBytes).toBeGreaterThan(disk / 2)
    expect(diskBytes).toBeLessThan(disk * 2)
    expect(leastDiskBytes).toBeLessThan(disk)
    expect(leastDiskBytes).toBeGreaterThan(disk / 10)
  })

  it('counts the index of a version that has none yet, once', async () => {
    const near = { use: 'dedup-minhash' }
    await measured(recipeOf('first', { name: 'nothing', use: 'dedup-exact' }), 'against')
    const against = { ...near, against: ['first'] }
    const [first] = (await said(recipeOf('rows', against), 'against')).exchanges
    expect(first?.indexBytes).toBeGreaterThan(ROWS * 500)
    await measured(recipeOf('rows', against), 'against')
    const [second] = (await said(recipeOf('rows', { ...against, threshold: 0.9 }), 'against')).exchanges
    expect(second?.indexBytes).toBe(0)
    expect(second?.memoryBytes).toBeGreaterThan(
      (await said(recipeOf('rows', near), 'alone')).exchanges[0]?.memoryBytes ?? 0,
    )
  })
})
