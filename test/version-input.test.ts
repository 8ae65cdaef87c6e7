import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { keptTexts, Workplace } from './engine-run.ts'

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

  it('says so where there is none', async () => {
    await expect(place.run(SECOND, 'store', { inputs: { documents: 'row' } })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'did you mean rows?',
    })
  })
})
