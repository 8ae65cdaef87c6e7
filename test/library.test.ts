import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { explain, keptRows, openVersion, run, Store, stages, step, TilthError } from '../src/index.ts'
import { range, submissionsFile } from './synthetic-crawl.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-library-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

describe('the library', () => {
  const recipe = {
    name: 'links',
    writes: 'links',
    inputs: { submissions: { format: 'reddit', files: 'RS.zst' } },
    steps: [step(stages.redditLinks), step(stages.minScore, { name: 'karma', minScore: 5 })],
  }

  it('runs a recipe written in code, reads what it kept, and explains it', async () => {
    writeFileSync(join(dir, 'RS.zst'), submissionsFile(range(0, 50)))
    const store = join(dir, 'store')
    const result = await run(recipe, { store, cwd: dir, workers: 1 })
    const version = await openVersion(result.dir)
    const kept = await Array.fromAsync(keptRows(version))
    expect(kept.length).toBe(result.manifest.steps.at(-1)?.out)
    expect(kept.length).toBeGreaterThan(5)
    for (const row of kept) expect(row.meta['score']).toBeGreaterThanOrEqual(5)
    const [why] = await explain(version, kept[0]?.id ?? '')
    expect(why?.rules.find((rule) => rule.signal === 'score')).toMatchObject({ limit: 5, verdict: 'ok' })
    expect((await run(recipe, { store, cwd: dir })).upToDate).toBe(true)
    expect(new Store(store).datasets()).toEqual(['links'])
  })

  it('takes --set and refuses what YAML would refuse', async () => {
    const store = join(dir, 'other')
    const stricter = await run(recipe, { store, cwd: dir, workers: 1, set: ['steps.karma.minScore=9'] })
    expect(stricter.manifest.steps.at(-1)?.reasons['below-min-score']).toBeGreaterThan(0)
    const typo = { ...recipe, steps: [step(stages.redditLinks), { use: 'min-score', minScroe: 5 }] }
    await expect(run(typo, { store, cwd: dir })).rejects.toThrow(TilthError)
    await expect(run(typo, { store, cwd: dir })).rejects.toThrow(/steps\.min-score\.minScroe: no such option/)
  })
})
