import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/index.ts'
import type { RecipeInput } from '../../src/plan/recipe.ts'
import { keptTexts, rejections, Workplace } from '../engine-run.ts'
import { tokensOf, withoutRepeats } from '../repeated-runs.ts'

const MIN_TOKENS = 12
const plain = (writes: string): RecipeInput => ({
  name: 'rows',
  writes,
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }],
})
const recipe = (use: string, options: object, writes = 'fresh'): RecipeInput => ({
  ...plain(writes),
  steps: [{ use: 'row' }, { name: 'step', use, ...options }],
})

/** A passage of 15 words; neighbouring ones share 8. */
const passage = (number: number): string =>
  Array.from({ length: 15 }, (_, at) => `w${number * 7 + at}`).join(' ')
/** Documents of some of many passages; a passage may be in one twice, and documents of other crawls have some of them. */
const CRAWLS = [0, 1, 2].map((crawl) =>
  Array.from({ length: 70 }, (_, at) =>
    Array.from({ length: 1 + (at % 4) }, (__, place) =>
      passage((at * 11 + ((at * at) % 7) * 3 + place * place * 5 + crawl * 37) % (90 + 40 * crawl)),
    ).join(at % 2 === 0 ? '\n' : '\n\n'),
  ),
)

/** By hand: parts of a text that are in no older one, and were not met before. */
function withoutParts(texts: readonly string[], gap: string | RegExp): readonly (readonly string[])[] {
  const seen = new Set<string>()
  return texts.map((text) =>
    text
      .split(gap)
      .map((part) => part.trim())
      .filter((part) => !seen.has(part) && seen.add(part)),
  )
}

const words = (texts: Iterable<string>): readonly string[] =>
  [...texts].map((text) => tokensOf(text).join(' '))

/** Stages with what they leave of texts in the order in which they win, in words. */
const STAGES = [
  [
    'dedup-lines',
    {},
    (texts: readonly string[]) =>
      withoutParts(texts, '\n').map((parts) => parts.filter((part) => part !== '')),
  ],
  ['dedup-paragraphs', {}, (texts: readonly string[]) => withoutParts(texts, /\n\s*\n/)],
  [
    'dedup-substring',
    { minTokens: MIN_TOKENS },
    (texts: readonly string[]) => withoutRepeats(texts, MIN_TOKENS),
  ],
] as const

describe('a group that takes out parts, against other versions', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const files = [...CRAWLS, ['nothing like it stands anywhere, '.repeat(9)]].map((texts, crawl) =>
    place.write(
      `${crawl}.jsonl`,
      Buffer.from(texts.map((text, at) => `${JSON.stringify({ id: `${crawl}-${at}`, text })}\n`).join('')),
    ),
  )
  let documents: readonly (readonly [id: string, text: string])[]
  const older = [...(CRAWLS[0] ?? []), ...(CRAWLS[1] ?? [])]
  beforeAll(async () => {
    for (const [at, name] of ['one', 'two', 'third', 'apart'].entries()) {
      const result = await place.run(plain(name), 'store', { inputs: { rows: [files[at] ?? ''] } })
      if (name === 'third') documents = [...(await keptTexts(result))].sort(([a], [b]) => (a < b ? -1 : 1))
    }
  })
  const fresh = (
    use: string,
    options: object,
    { store = 'store', writes = 'fresh', ...more }: { store?: string; writes?: string; set?: string[] } = {},
  ): Promise<RunResult> =>
    place.run(recipe(use, options, writes), store, { inputs: { rows: [files[2] ?? ''] }, ...more })

  describe.each(STAGES)('%s', (use, options, leave) => {
    /** What is left of this run's documents behind the older ones, by id. */
    const expected = (before: readonly string[]): ReadonlyMap<string, string> => {
      const all = leave([...before, ...documents.map(([, text]) => text)]).slice(before.length)
      return new Map(
        documents
          .map(([id], at) => [id, words([(all[at] ?? []).join(' ')])[0] ?? ''] as const)
          .filter(([, text]) => text !== ''),
      )
    }
    const left = async (result: RunResult): Promise<ReadonlyMap<string, string>> =>
      new Map([...(await keptTexts(result))].map(([id, text]) => [id, words([text])[0] ?? '']))

    it('leaves what all at once leave where the older ones win', async () => {
      const result = await fresh(use, { ...options, against: ['one', 'two'] })
      const wanted = expected(older)
      expect(await left(result)).toEqual(wanted)
      expect(wanted.size).toBeGreaterThan(5)
      expect(wanted).not.toEqual(expected([]))
      expect((await rejections(result)).length).toBe(70 - wanted.size)
    })

    it('changes nothing where they have nothing of it', async () => {
      const [alone, apart] = [await fresh(use, options), await fresh(use, { ...options, against: ['apart'] })]
      expect(apart.manifest.hashes).toEqual(alone.manifest.hashes)
      expect(await left(alone)).toEqual(expected([]))
    })

    it('gives the same on two workers, in another order, within a bound on memory', async () => {
      const first = await fresh(use, { ...options, against: ['one', 'two'] })
      const store = `other ${use}`
      for (const [at, name] of ['one', 'two'].entries())
        await place.run(plain(name), store, { inputs: { rows: [files[at] ?? ''] } })
      const more = { workers: 2, memoryBytes: 600 << 20, set: ['inputs.rows.maxRecordBytes=8000000'] }
      const other = await fresh(use, { ...options, against: ['two', 'one'] }, { store, ...more })
      expect(other.manifest.hashes).toEqual(first.manifest.hashes)
    })

    it('makes their keys once, and again where they are cut or gone', async () => {
      const store = `once ${use}`
      await place.run(plain('one'), store, { inputs: { rows: [files[0] ?? ''] } })
      const first = await fresh(use, { ...options, against: ['one'] }, { store })
      const dir = join(place.dir, store, 'cache', 'exchanges')
      const files_ = readdirSync(dir, { recursive: true }).map((name) => join(dir, String(name)))
      const [path = '', ...others] = files_.filter((name) => name.endsWith('.keys'))
      expect(others).toEqual([])
      expect(files_.filter((name) => /\.(?:parts|shared|partial)$/.test(name))).toEqual([])
      const { mtimeMs, size } = statSync(path)
      // Another way to keep is another plan, with the same keys of the version.
      const none = await fresh(use, { ...options, against: ['one'], keep: 'none' }, { store })
      expect(none.manifest.planId).not.toBe(first.manifest.planId)
      expect(statSync(path).mtimeMs).toBe(mtimeMs)
      for (const harm of [() => truncateSync(path, size - 9), () => rmSync(path)]) {
        harm()
        for (const name of readdirSync(dir))
          if (!path.startsWith(join(dir, name))) rmSync(join(dir, name), { recursive: true })
        const writes = `again-${readdirSync(join(place.dir, store)).length}`
        const again = await fresh(use, { ...options, against: ['one'] }, { store, writes })
        expect(again.manifest.hashes).toEqual(first.manifest.hashes)
        expect(statSync(path).size).toBe(size)
      }
    })
  })

  it('takes out what they have however often it has to be there else', async () => {
    const result = await fresh('dedup-lines', { against: ['one'], repeats: 40, keep: 'none' })
    const had = new Set((CRAWLS[0] ?? []).flatMap((text) => text.split('\n')))
    const wanted = documents.flatMap(([, text]) =>
      text.split('\n').filter((line) => line !== '' && !had.has(line)),
    )
    const left = [...(await keptTexts(result)).values()].flatMap((text) => text.split('\n'))
    expect(left.filter((line) => line !== '').sort()).toEqual(wanted.sort())
    expect(wanted.length).toBeGreaterThan(10)
    const all = documents.flatMap(([, text]) => text.split('\n')).filter((line) => line !== '')
    expect(wanted.length).toBeLessThan(all.length)
  })

  it('drops a document that they have, where documents are dropped', async () => {
    const options = { minTokens: MIN_TOKENS, remove: 'document', keep: 'first' }
    const { manifest } = await fresh('dedup-substring', { ...options, against: ['one', 'two'] })
    const left = withoutRepeats([...older, ...documents.map(([, text]) => text)], MIN_TOKENS).slice(
      older.length,
    )
    const whole = documents.filter(([, text], at) => left[at]?.length === tokensOf(text).length)
    expect(manifest.steps[1]?.kept).toBe(whole.length)
    expect(whole.length).toBeGreaterThan(0)
  })

  it('says which name was meant', async () => {
    await expect(fresh('dedup-lines', { against: ['tow'] })).rejects.toMatchObject({
      hint: 'did you mean two?',
    })
  })
})
