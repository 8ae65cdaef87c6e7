import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptTexts, otherWays, rejections, Workplace } from './engine-run.ts'

const RECIPE: RecipeInput = {
  name: 'lines',
  writes: 'lines',
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }, { name: 'lines', use: 'dedup-lines', minLength: 10 }],
}

const line = (number: number): string => `the line with the number ${number}`

/** Documents of some of 40 lines; a line may be in a document twice. */
const TEXTS = Array.from({ length: 120 }, (_, at) =>
  Array.from({ length: 1 + (at % 5) }, (__, place) => line((at * 7 + place * place * 3) % 40)).join('\n'),
)

/** By hand: documents in the order of their ids; a line stays where it is met first. */
function expected(documents: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const seen = new Set<string>()
  const left = new Map<string, string>()
  for (const [id, text] of [...documents].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rest = text.split('\n').filter((each) => !seen.has(each) && seen.add(each))
    if (rest.length > 0) left.set(id, rest.join('\n'))
  }
  return left
}

describe('a group that takes out parts', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const jsonl = (texts: readonly string[]): Buffer =>
    Buffer.from(
      texts.map((text, at) => `${JSON.stringify({ id: `d${at}-${text.length}`, text })}\n`).join(''),
    )
  const rows = [
    place.write('a.jsonl', jsonl(TEXTS.slice(0, 70))),
    place.write('b.jsonl', jsonl(TEXTS.slice(70))),
  ]
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(RECIPE, 'first', { inputs: { rows } })
  })

  it('leaves each line in one document: that of the smallest id', async () => {
    const plain = await place.run({ ...RECIPE, steps: [{ use: 'row' }] }, 'plain', { inputs: { rows } })
    const wanted = expected(await keptTexts(plain))
    expect(await keptTexts(first)).toEqual(wanted)
    expect(wanted.size).toBeGreaterThan(10)
    const dropped = await rejections(first)
    expect(dropped.length).toBe(120 - wanted.size)
    for (const row of dropped) expect(row).toMatchObject({ step: 'lines', reason: 'duplicate-lines' })
  })

  it.each(otherWays(rows))('gives the same %s', async (why, options) => {
    const other = await place.run(RECIPE, why, { inputs: { rows }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('takes a line out everywhere that many documents of a domain have', async () => {
    const result = await place.run(RECIPE, 'first', {
      inputs: { rows },
      set: ['steps.lines.keep=none', 'steps.lines.count=documents', 'steps.lines.repeats=9'],
    })
    const counts = new Map<string, number>()
    for (const text of TEXTS)
      for (const each of new Set(text.split('\n'))) counts.set(each, (counts.get(each) ?? 0) + 1)
    const gone = new Set([...counts].filter(([, count]) => count >= 9).map(([each]) => each))
    expect(gone.size).toBeGreaterThan(3)
    const left = [...(await keptTexts(result)).values()].join('\n').split('\n')
    for (const each of gone) expect(left).not.toContain(each)
    expect(new Set(left).size).toBe(counts.size - gone.size)
  })
})
