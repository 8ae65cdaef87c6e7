import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { register } from '../src/cli/why.ts'
import { faultOfIndexes, keptIndexes } from '../src/engine/near-indexes.ts'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { garbage } from '../src/store/gc.ts'
import { Store } from '../src/store/store.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { runCommand } from './command.ts'
import { rejections, Workplace } from './engine-run.ts'

const recipe = (writes: string): RecipeInput => ({
  name: 'crawl',
  writes,
  allowEmpty: true,
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row', keep: ['name', 'dump'] },
    { name: 'near', use: 'dedup-minhash', olderWins: 'dump', index: true },
    { name: 'short', use: 'heuristic-cleaning', minWords: 60 },
  ],
})

const CRAWLS = 4
const word = (number: number): string =>
  `wo${String(number).replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))}`
/** 100 words of a family, of which some are the document's own; families reach over crawls, in chains of near copies. */
const textOf = (family: number, shift: number): string =>
  Array.from({ length: 100 - (family % 3) * 25 }, (_, at) => word(family * 1000 + at + shift)).join(' ')
const ROWS = Array.from({ length: CRAWLS }, (_, crawl) =>
  Array.from({ length: 40 }, (__, at) => ({
    id: `${crawl}-${at}`,
    name: `${crawl}-${at}`,
    dump: `CC-MAIN-20${20 + crawl}-05`,
    text: textOf(Math.floor((at * 3 + crawl * 17) * 0.7) % 90, ((at * 7 + crawl * 3) % 6) * 3),
  })),
)

describe('an index of near copies', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const files = ROWS.map((rows, crawl) =>
    place.write(`${crawl}.jsonl`, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))),
  )
  const names = async (result: RunResult): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { meta } of keptRows(await openVersion(result.dir))) found.push(String(meta['name']))
    return found.sort()
  }
  const crawls: RunResult[] = []
  beforeAll(async () => {
    for (const [crawl, file] of files.entries()) {
      const against = crawls.map(({ manifest }) => manifest.name)
      const set = against.length === 0 ? [] : [`steps.near.against=${JSON.stringify(against)}`]
      crawls.push(await place.run(recipe(`crawl-${crawl}`), 'store', { inputs: { rows: [file] }, set }))
    }
  })

  it('lets a later crawl be compared with all earlier ones: the same stay as of all at once', async () => {
    const all = await place.run(recipe('all'), 'store', { inputs: { rows: files } })
    const one = await names(all)
    const by = (await Promise.all(crawls.map(names))).flat().sort()
    expect(by).toEqual(one)
    expect(one.length).toBeGreaterThan(20)
    expect((await rejections(all)).filter(({ step }) => step === 'near').length).toBeGreaterThan(40)
    // Some were dropped behind the group, or by it, and drop others all the same.
    expect((await rejections(all)).some(({ step }) => step === 'short')).toBe(true)
  })

  it('names the document of the other version', async () => {
    const dropped = (await rejections(crawls[1] as RunResult)).filter(({ step }) => step === 'near')
    const own = new Set((await rejections(crawls[1] as RunResult)).map(({ id }) => id))
    const others = dropped.filter(({ duplicateOf }) => duplicateOf !== null && !own.has(duplicateOf))
    expect(others.length).toBeGreaterThan(3)
    for (const { value } of others) expect(value).toBeGreaterThan(0.5)
  })

  it('says why a document went: how near it is, from where on that is a copy, and the other version', async () => {
    const rows = (await rejections(crawls[1] as RunResult)).filter(({ step }) => step === 'near')
    const ids = new Set((await rejections(crawls[1] as RunResult)).map(({ id }) => id))
    const other = rows.find(({ duplicateOf }) => duplicateOf !== null && !ids.has(duplicateOf))
    const why = await runCommand([register], `${place.dir}/store`, 'why', 'crawl-1', other?.id ?? '')
    expect(why.out).toMatch(new RegExp(`kept instead   ${other?.duplicateOf} \\(.*, in crawl-0@1\\)`))
    expect(why.out).toMatch(/similarity {5}near\.jaccard (1|0\.\d+); copies from 0\.8 up/)
    expect(why.out).toMatch(/its text {7}wo\w+ wo/)
  })

  it('is another plan when the other version is another', () => {
    expect(new Set(crawls.map(({ manifest }) => manifest.planId)).size).toBe(CRAWLS)
  })

  it('is not asked for twice, and not of a version that is not there', async () => {
    const run = (against: string) =>
      place.run(recipe('wrong'), 'store', {
        inputs: { rows: [files[0] ?? ''] },
        set: [`steps.near.against=${against}`],
      })
    await expect(run('["crawl-0", "crawl-0@1"]')).rejects.toThrow(/is there twice/)
    await expect(run('["crawl-9"]')).rejects.toThrow(/crawl-9/)
  })

  it.each(['cut', 'gone', 'broken list', 'changed bytes'])(
    'is made again by its own recipe where it is %s, and nothing else is',
    async (harm) => {
      const store = new Store(`${place.dir}/store`)
      const [first, second] = crawls as [RunResult, RunResult]
      const dir = store.path('near', keptIndexes(first.dir)[0]?.key ?? '')
      const bytes = readFileSync(`${dir}/0.members`)
      if (harm === 'cut') truncateSync(`${dir}/0.members`, bytes.length - 9)
      else if (harm === 'gone') rmSync(dir, { recursive: true })
      else if (harm === 'broken list') writeFileSync(`${dir}/index.json`, '{"blo')
      else writeFileSync(`${dir}/0.members`, Buffer.alloc(bytes.length, 7))
      // Bytes are seen to be wrong when they are read.
      if (harm !== 'changed bytes') expect(faultOfIndexes(store, first.dir)).toContain(dir)

      const later = (name: string): Promise<RunResult> =>
        place.run(recipe(name), 'store', {
          // Bytes are read where no result of the same candidates is known.
          inputs: { rows: [files[harm === 'changed bytes' ? 3 : 1] ?? ''] },
          set: ['steps.near.against=["crawl-0"]'],
        })
      await expect(later(`later-${harm.replace(' ', '-')}`)).rejects.toThrow(
        /crawl-0: its index .* not whole: .*near/,
      )
      const again = await place.run(recipe('crawl-0'), 'store', { inputs: { rows: [files[0] ?? ''] } })
      expect([again.dir, again.upToDate]).toEqual([first.dir, true])
      expect(readFileSync(`${dir}/0.members`)).toEqual(bytes)
      const kept = await names(await later(`later-${harm.replace(' ', '-')}`))
      if (harm === 'changed bytes') expect(kept.length).toBeGreaterThan(0)
      else expect(kept).toEqual(await names(second))
    },
  )

  it('prefers by no signal that is not measured before it', async () => {
    const preferring = (signal: string): Promise<RunResult> =>
      place.run(recipe('preferring'), 'store', {
        inputs: { rows: [files[0] ?? ''] },
        set: [`steps.near.prefer=${JSON.stringify({ signal })}`],
      })
    await expect(preferring('short.words')).rejects.toThrow(/steps\.near: there is no signal short\.words/)
  })

  it('is made of the kept documents of a version that keeps none', async () => {
    const plain: RecipeInput = { ...recipe('plain'), steps: [{ use: 'row', keep: ['name'] }] }
    await place.run(plain, 'store', { inputs: { rows: [files[0] ?? ''] } })
    const later = await place.run(recipe('later'), 'store', {
      inputs: { rows: [files[1] ?? ''] },
      set: ['steps.near.against=["plain"]', 'steps.near.index=false'],
    })
    expect(await names(later)).toEqual(await names(crawls[1] as RunResult))
    const store = new Store(`${place.dir}/store`)
    const indexes = garbage(store).filter(({ path }) => path.startsWith('near/'))
    expect(indexes.length).toBe(1)
  })
})
