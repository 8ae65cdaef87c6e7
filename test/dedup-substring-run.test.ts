import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptTexts, otherWays, rejections, Workplace } from './engine-run.ts'
import { tokensOf, withoutRepeats } from './repeated-runs.ts'

const RECIPE: RecipeInput = {
  name: 'passages',
  writes: 'passages',
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }, { name: 'passages', use: 'dedup-substring', minTokens: 12 }],
}

/** A passage of 15 words, of which there are 50. */
const passage = (number: number): string =>
  Array.from({ length: 15 }, (_, at) => `w${(number % 50) * 7 + at}`).join(' ')
/** Documents of some passages between words of their own. */
const TEXTS = Array.from({ length: 150 }, (_, at) =>
  Array.from({ length: 1 + (at % 4) }, (__, place) => passage(at * 11 + place * place * 5)).join(
    `. Own${at}!\n\n`,
  ),
)

describe('a run with repeated passages', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const jsonl = (texts: readonly string[]): Buffer =>
    Buffer.from(texts.map((text, at) => `${JSON.stringify({ id: `d${at}-${text}`, text })}\n`).join(''))
  const rows = [
    place.write('a.jsonl', jsonl(TEXTS.slice(0, 90))),
    place.write('b.jsonl', jsonl(TEXTS.slice(90))),
  ]
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(RECIPE, 'first', { inputs: { rows } })
  })

  it('leaves what brute force leaves', async () => {
    const plain = await place.run({ ...RECIPE, steps: [{ use: 'row' }] }, 'plain', { inputs: { rows } })
    const documents = [...(await keptTexts(plain))].sort(([a], [b]) => (a < b ? -1 : 1))
    const expected = withoutRepeats(
      documents.map(([, text]) => text),
      12,
    )
    const wanted = documents
      .map(([id], at) => [id, expected[at] ?? []] as const)
      .filter(([, tokens]) => tokens.length > 0)
    const actual = [...(await keptTexts(first))].map(([id, text]) => [id, tokensOf(text)] as const)
    expect(new Map(actual)).toEqual(new Map(wanted))
    expect(wanted.length).toBeGreaterThan(20)
    const dropped = await rejections(first)
    expect(dropped.length).toBe(documents.length - wanted.length)
    expect(dropped.length).toBeGreaterThan(20)
    for (const row of dropped) expect(row).toMatchObject({ step: 'passages', reason: 'duplicate-substring' })
  })

  it.each(otherWays(rows))('gives the same %s', async (why, options) => {
    const other = await place.run(RECIPE, why, { inputs: { rows }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })
})
