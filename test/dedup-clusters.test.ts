import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { otherWays, rejections, Workplace } from './engine-run.ts'

const RECIPE: RecipeInput = {
  name: 'near',
  writes: 'near',
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row', keep: ['dump', 'family', 'member'] },
    { name: 'near', use: 'dedup-minhash' },
  ],
}

const word = (number: number): string => `w${number}`
/** 120 words of a family, of which the last few are the document's own. */
const textOf = (family: number, own: number, member: number): string =>
  Array.from({ length: 120 }, (_, at) =>
    word(at < 120 - own ? family * 1000 + at : 100_000 + member * 500 + at),
  ).join(' ')

/** 30 families of six: an exact copy, near ones (Jaccard 108/124 and more), and two that are too far. */
const ROWS = Array.from({ length: 180 }, (_, at) => {
  const [family, member] = [Math.floor(at / 6), at % 6]
  const own = [0, 0, 3, 6, 40, 60][member] ?? 0
  return {
    id: `d${at}`,
    text: textOf(family, own, at),
    dump: `CC-MAIN-20${10 + (member % 3)}-01`,
    family,
    member,
  }
})

describe('a group that decides clusters', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const jsonl = (rows: readonly object[]): Buffer =>
    Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const rows = [
    place.write('a.jsonl', jsonl(ROWS.slice(0, 100))),
    place.write('b.jsonl', jsonl(ROWS.slice(100))),
  ]
  const kept = async (result: RunResult): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { meta } of keptRows(await openVersion(result.dir)))
      found.push(`${meta['family']}.${meta['member']}`)
    return found.sort()
  }
  let first: RunResult
  beforeAll(async () => {
    first = await place.run(RECIPE, 'first', { inputs: { rows } })
  })

  it('keeps one of each cluster, and what is not near enough', async () => {
    const families = Map.groupBy(await kept(first), (name) => name.split('.')[0])
    expect(families.size).toBe(30)
    for (const names of families.values()) {
      expect(names.length).toBe(3)
      expect(names.slice(1).map((name) => name.split('.')[1])).toEqual(['4', '5'])
    }
    const dropped = await rejections(first)
    expect(dropped.length).toBe(90)
    for (const { reason, signal, value, limit, duplicateOf } of dropped) {
      expect({ reason, signal, limit }).toEqual({ reason: 'near-duplicate', signal: 'jaccard', limit: 0.8 })
      expect(value).toBeGreaterThanOrEqual(0.8)
      expect(duplicateOf).toMatch(/^[0-9a-f]{32}$/)
    }
    expect(dropped.some(({ value }) => value === 1)).toBe(true)
  })

  it.each(otherWays(rows))('gives the same %s', async (why, options) => {
    const other = await place.run(RECIPE, why, { inputs: { rows }, ...options })
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('keeps the oldest, and links no older ones by a younger', async () => {
    const result = await place.run(RECIPE, 'older', { inputs: { rows }, set: ['steps.near.olderWins=dump'] })
    // Members 0 and 3 are of the oldest crawl, and near copies of each other.
    const names = await kept(result)
    expect(names.filter((name) => /\.[03]$/.test(name)).length).toBe(30)
    expect(names.filter((name) => /\.[12]$/.test(name)).length).toBe(0)
  })

  it('keeps crawls apart when asked', async () => {
    const result = await place.run(RECIPE, 'within', { inputs: { rows }, set: ['steps.near.within=dump'] })
    const names = await kept(result)
    expect(names.filter((name) => name.endsWith('.1')).length).toBe(30)
    expect(names.filter((name) => name.endsWith('.2')).length).toBe(30)
  })

  it('finds copies that only very common keys bring together', async () => {
    // 90 words are in every text, so that most single hashes are those of nearly all; 9 are a pair's, and one is the text's own.
    const texts = Array.from({ length: 600 }, (_, at) =>
      Array.from({ length: 100 }, (_, of) =>
        word(of < 90 ? of : of < 99 ? 1000 + (at % 300) * 10 + of : 100_000 + at),
      ).join(' '),
    )
    const pairs = place.write('pairs.jsonl', jsonl(texts.map((text, at) => ({ id: `p${at}`, text }))))
    const set = ['bands=10', 'rows=1', 'ngram=1', 'threshold=0.97'].map((each) => `steps.near.${each}`)
    const result = await place.run(RECIPE, 'pairs', { inputs: { rows: [pairs] }, set })
    expect(await rejections(result)).toHaveLength(300)
  })

  it('compares nothing when asked, as FineWeb', async () => {
    const result = await place.run(RECIPE, 'unverified', {
      inputs: { rows },
      set: ['steps.near.verify=false'],
    })
    expect((await kept(result)).length).toBeLessThanOrEqual(90)
    for (const row of await rejections(result)) expect(row.signal ?? null).toBeNull()
  })
})
