import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register } from '../src/cli/why.ts'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { runCommand } from './command.ts'
import { keptTexts, rejections, Workplace } from './engine-run.ts'

interface Row {
  readonly id: string
  readonly url: string
  readonly dump: string
  readonly text: string
}

const plain = (writes: string): RecipeInput => ({
  name: 'rows',
  writes,
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row', keep: ['url', 'dump'] }],
})

const recipe = (use: string, writes = 'fresh', options: object = {}): RecipeInput => ({
  ...plain(writes),
  steps: [
    { use: 'row', keep: ['url', 'dump'] },
    { name: 'step', use, ...options },
  ],
})

/** Three crawls of rows, of some of 60 texts and URLs; a text may be in one crawl twice. */
const CRAWLS = [0, 1, 2].map((crawl) =>
  Array.from({ length: 80 }, (_, at): Row => {
    const number = (at * 7 + ((at * at) % 11) * 5 + crawl * 13) % (60 + 30 * crawl)
    return {
      id: `${crawl}-${at}`,
      url: `http://example.com/${(number * 5) % 97}`,
      dump: `dump ${at % 3 === 0 ? 0 : 1}`,
      text: `text ${number}${' '.repeat(1 + (at % 3))}of all`,
    }
  }),
)
/** Words that no crawl has. */
const OTHER = [{ id: 'other', url: 'http://example.org/', dump: 'dump 0', text: 'nothing like it' }]

describe('a group that keeps one of equal documents, against other versions', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const file = (name: string, rows: readonly Row[]): string =>
    place.write(`${name}.jsonl`, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')))
  const files = [...CRAWLS, OTHER].map((rows, at) => file(`${at}`, rows))
  const idsOf = new Map<string, string>()
  beforeAll(async () => {
    for (const [at, name] of ['one', 'two', undefined, 'apart'].entries()) {
      const result = await place.run(plain(name ?? 'all'), 'store', { inputs: { rows: [files[at] ?? ''] } })
      for (const [id, text] of await keptTexts(result)) idsOf.set(id, text)
    }
  })
  const fresh = (
    options: object,
    more: object = {},
    use = 'dedup-exact',
    store = 'store',
  ): Promise<RunResult> =>
    place.run(recipe(use, 'fresh', options), store, { inputs: { rows: [files[2] ?? ''] }, ...more })
  const textOf = ({ text }: { readonly text: string }): string => text.replaceAll(/ +/g, ' ')

  /** By hand: what the older ones have goes, and of the rest one of each key stays. */
  function left(older: readonly Row[], keyOf: (row: Row) => string): number {
    const seen = new Set(older.map(keyOf))
    const before = seen.size
    for (const row of CRAWLS[2] ?? []) seen.add(keyOf(row))
    return seen.size - before
  }

  it.each([
    ['dedup-exact', textOf],
    ['dedup-url', ({ url }: Row) => url],
  ])('%s drops what they have, and names the document', async (use, keyOf) => {
    const result = await fresh({ against: ['one', 'two'] }, {}, use)
    const older = [...(CRAWLS[0] ?? []), ...(CRAWLS[1] ?? [])]
    const wanted = left(older, keyOf)
    expect(wanted).toBeGreaterThan(5)
    const kept = await keptTexts(result)
    expect(kept.size).toBe(wanted)
    const dropped = await rejections(result)
    expect(dropped.length + kept.size).toBe(80)
    const own = new Set([...dropped.map(({ id }) => id), ...kept.keys()])
    const elsewhere = dropped.filter(({ duplicateOf }) => !own.has(duplicateOf ?? ''))
    expect(elsewhere.length).toBeGreaterThan(10)
    for (const { duplicateOf } of elsewhere) expect(idsOf.has(duplicateOf ?? '')).toBe(true)
    const why = await runCommand([register], `${place.dir}/store`, 'why', 'fresh', elsewhere[0]?.id ?? '')
    expect(why.out).toMatch(
      new RegExp(`kept instead .* ${elsewhere[0]?.duplicateOf} \\(.*, in (one|two)@1\\)`),
    )
  })

  it('leaves as many texts as all at once where the older ones win', async () => {
    const dated = [...CRAWLS.entries()].map(([age, rows]) =>
      file(
        `dated-${age}`,
        rows.map((row) => ({ ...row, dump: String(age) })),
      ),
    )
    const prefer = { field: 'dump', order: ['0', '1', '2'] }
    const all = await place.run(recipe('dedup-exact', 'together', { prefer }), 'store', {
      inputs: { rows: dated },
    })
    const result = await fresh({ against: ['one', 'two'] })
    const texts = async (from: RunResult): Promise<readonly string[]> =>
      [...(await keptTexts(from)).values()].map((text) => textOf({ text })).sort()
    const older = new Set([...(CRAWLS[0] ?? []), ...(CRAWLS[1] ?? [])].map(textOf))
    expect(await texts(result)).toEqual((await texts(all)).filter((text) => !older.has(text)))
  })

  it('lets what they have win whatever is preferred, also where it is this very document', async () => {
    for (const prefer of ['smallest-id', 'longest', { field: 'dump', order: ['dump 1'] }]) {
      const { manifest } = await fresh({ against: ['one', 'two'], prefer })
      expect(manifest.steps[1]?.kept).toBe(left([...(CRAWLS[0] ?? []), ...(CRAWLS[1] ?? [])], textOf))
    }
    const again = await place.run({ ...recipe('dedup-exact', 'again'), allowEmpty: true }, 'store', {
      inputs: { rows: [files[0] ?? ''] },
      set: ['steps.step.against=["one"]'],
    })
    expect(again.manifest.steps[1]).toMatchObject({ in: 80, kept: 0, dropped: 80 })
    const [first] = await rejections(again)
    const why = await runCommand([register], `${place.dir}/store`, 'why', 'again', first?.id ?? '')
    expect(why.out).toContain(', in one@1)')
  })

  it('changes nothing where they have nothing of it', async () => {
    const [alone, apart] = [await fresh({}), await fresh({ against: ['apart'] })]
    expect(apart.manifest.hashes).toEqual(alone.manifest.hashes)
    expect(apart.manifest.planId).not.toBe(alone.manifest.planId)
  })

  it('keeps to one value of a field', async () => {
    const { manifest } = await fresh({ against: ['one'], within: 'dump' })
    const within = left(CRAWLS[0] ?? [], (row) => `${row.dump} ${textOf(row)}`)
    expect(within).toBeGreaterThan(left(CRAWLS[0] ?? [], textOf))
    expect(manifest.steps[1]?.kept).toBe(within)
  })

  it.each([
    ['on two workers', { workers: 2 }, ['one', 'two']],
    ['in another order', {}, ['two', 'one']],
    [
      'within a bound on memory',
      { memoryBytes: 500 << 20, set: ['inputs.rows.maxRecordBytes=8000000'] },
      ['one', 'two'],
    ],
  ])('gives the same %s', async (why, more, against) => {
    const store = `other ${why}`
    for (const [at, name] of ['one', 'two'].entries())
      await place.run(plain(name), store, { inputs: { rows: [files[at] ?? ''] } })
    const [first, other] = [
      await fresh({ against: ['one', 'two'] }),
      await fresh({ against }, more, 'dedup-exact', store),
    ]
    expect(other.manifest.hashes).toEqual(first.manifest.hashes)
  })

  it('makes their keys once, and again where they are gone or cut', async () => {
    const dir = join(place.dir, 'once', 'cache', 'exchanges')
    const keys = (): readonly string[] =>
      readdirSync(dir, { recursive: true })
        .map((name) => join(dir, String(name)))
        .filter((name) => name.endsWith('.keys'))
    await place.run(plain('one'), 'once', { inputs: { rows: [files[0] ?? ''] } })
    const first = await fresh({ against: ['one'] }, {}, 'dedup-exact', 'once')
    const [path = '', ...more] = keys()
    expect(more).toEqual([])
    const { mtimeMs, size } = statSync(path)
    // Another preference is another plan, with the same keys.
    await fresh({ against: ['one'], prefer: 'longest' }, {}, 'dedup-exact', 'once')
    expect(keys()).toEqual([path])
    expect(statSync(path).mtimeMs).toBe(mtimeMs)
    // Preferences that were not decided by yet, so that the keys are read.
    for (const [harm, prefer] of [
      [() => truncateSync(path, size - 9), 'newest'],
      [() => rmSync(path), 'oldest'],
    ] as const) {
      harm()
      const again = await fresh({ against: ['one'], prefer }, {}, 'dedup-exact', 'once')
      expect(again.manifest.steps[1]?.kept).toBe(first.manifest.steps[1]?.kept)
      expect(statSync(path).size).toBe(size)
    }
  })

  it.each([
    [['won'], /no dataset won/],
    [['one', 'one@1'], /one@1 is there twice/],
  ])('refuses %j', async (against, message) => {
    await expect(fresh({ against })).rejects.toThrow(message)
  })

  it('says which name was meant', async () => {
    await expect(fresh({ against: ['tow'] })).rejects.toMatchObject({ hint: 'did you mean two?' })
  })
})
