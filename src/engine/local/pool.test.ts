import type { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { PAGES_RECIPE } from '../../../test/engine-run.ts'
import { planRecipe } from '../../plan/plan.ts'
import { checkRecipe } from '../../plan/recipe.ts'
import { Pool } from './pool.ts'

it('starts another worker for one that ended while it had nothing to do', async () => {
  const settings = { plan: planRecipe(checkRecipe(PAGES_RECIPE)), sampleRatio: 1, maxWindowBytes: 1 << 20 }
  const pool = new Pool(1, settings)
  const workers: Worker[] = []
  const note = (worker: Worker): void => void workers.push(worker)
  process.on('worker', note)
  try {
    expect(await pool.run('hashInputs', { uris: [] })).toEqual([])
    await workers[0]?.terminate()
    expect(await pool.run('hashInputs', { uris: [] })).toEqual([])
    expect(workers.length).toBe(2)
  } finally {
    process.off('worker', note)
    await pool.close()
  }
})
