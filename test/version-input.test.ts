import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain } from '../src/engine/explain.ts'
import { makeTokenSet, tokenSetOptions } from '../src/engine/tokens/make-token-set.ts'
import { openTokenSet } from '../src/engine/tokens/token-set.ts'
import { traceToken } from '../src/engine/tokens/trace.ts'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { Store } from '../src/store/store.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { keptTexts, Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const FIRST: RecipeInput = {
  name: 'rows',
  writes: 'rows',
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }],
}

const SECOND: RecipeInput = {
  name: 'again',
  writes: 'again',
  inputs: { documents: { format: 'version', files: 'rows' } },
  steps: [{ use: 'document' }, { use: 'dedup-exact' }],
}

describe('a version as an input', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const texts = Array.from({ length: 50 }, (_, at) => `text ${at % 40}`)
  const line = (text: string, at: number) =>
    `${JSON.stringify({ id: `d${at}`, text, url: `https://example.org/${at}`, title: `t${at}` })}\n`
  const rows = place.write('rows.jsonl', Buffer.from(texts.map(line).join('')))
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(FIRST, 'store', { inputs: { rows } })
  })

  it('gives its documents, with their ids and what is known of them', async () => {
    const second = await place.run(SECOND, 'store', {})
    const [before, after] = [await keptTexts(first), await keptTexts(second)]
    expect(after.size).toBe(40)
    for (const [id, text] of after) expect(before.get(id)).toBe(text)
    const version = await openVersion(second.dir)
    for await (const row of keptRows(version)) {
      expect(row.url).toMatch(/^https:\/\/example\.org\/\d+$/)
      expect(row.meta).toMatchObject({ title: expect.stringMatching(/^t\d+$/) })
    }
    expect(second.manifest.steps.map((step) => [step.name, step.in, step.kept])).toEqual([
      ['document', 50, 50],
      ['dedup-exact', 50, 40],
    ])
  })

  it('does so with the parts of a document that was split', async () => {
    const own = place.write(
      'halves.ts',
      Buffer.from(`
        import { defineRewrite } from 'tilth'
        import { z } from 'zod'
        export default defineRewrite({
          name: 'halves', revision: 1, description: 'Halves.', options: z.strictObject({}), reasons: {},
          create: () => ({ text, meta }) => [text.slice(0, 4), text.slice(4)].map((half) => ({ text: half, meta })),
        })
      `),
    )
    const halves: RecipeInput = { ...FIRST, writes: 'halves', steps: [{ use: 'row' }, { use: own }] }
    await place.run(halves, 'store', { inputs: { rows } })
    const all = await place.run({ ...SECOND, steps: [{ use: 'document' }] }, 'store', {
      inputs: { documents: 'halves' },
    })
    expect(all.manifest.steps[0]).toMatchObject({ in: 100, kept: 100 })
  })

  it('leads back to the file and the record that the first version read', async () => {
    await place.run(FIRST, 'traced', { inputs: { rows } })
    await place.run(SECOND, 'traced', {})
    const third = await place.run({ ...SECOND, name: 'third', writes: 'third' }, 'traced', {
      inputs: { documents: 'again' },
    })
    expect(third.manifest.inputs[0]?.uri).toContain('again@1')
    const store = new Store(join(place.dir, 'traced'))
    const context = { store, bounds: { workers: 1 }, progress: () => undefined }
    const version = await store.open('third')
    const options = tokenSetOptions.parse({ of: 'third' })
    const { artefact, set } = await makeTokenSet('third-tokens', version, options, context)
    const source = pathToFileURL(rows).href
    for (const offset of [0, Math.floor(set.tokens / 2), set.tokens - 1]) {
      const traced = await traceToken(openTokenSet(store, artefact.ref), 0, offset)
      const [explained] = await explain(version, traced.document)
      expect(explained?.firstOrigin).toMatchObject({ source, through: ['again@1', 'rows@1'] })
      expect(explained?.origin.source).toContain('again@1')
      expect(traced).toMatchObject({ source, record: explained?.firstOrigin.record })
      expect(traced.url).toBe(`https://example.org/${traced.record}`)
    }
    const why = tilth(place.dir, '--store', 'traced', 'why', 'third', 'https://example.org/7')
    expect(why.out).toMatch(/source {3}rows\.jsonl, record 7\nthrough {2}rows@1, again@1/)
    // A store that was moved, and one whose first version has gone.
    renameSync(join(place.dir, 'traced'), join(place.dir, 'moved'))
    const moved = tilth(place.dir, '--store', 'moved', 'why', 'third', 'https://example.org/7')
    expect(moved.out).toContain('source   rows.jsonl, record 7')
    rmSync(join(place.dir, 'moved', 'rows@1'), { recursive: true })
    const gone = tilth(place.dir, '--store', 'moved', 'why', 'third', 'https://example.org/7')
    expect(gone.out).toMatch(/source {3}kept.*\.parquet, record 7\nthrough {2}again@1/)
  })

  it('says so where there is none', async () => {
    await expect(place.run(SECOND, 'store', { inputs: { documents: 'row' } })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'did you mean rows?',
    })
  })
})
