import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows, openVersion } from '../src/store/version.ts'
import { rejections, Workplace } from './engine-run.ts'

/** Texts that all inputs have, and one of each alone. */
const texts = (from: string): readonly string[] => [
  ...Array.from({ length: 30 }, (_, text) =>
    Array.from({ length: 30 }, (__, at) => `w${text * 40 + at}`).join(' '),
  ),
  `words of ${from} alone`,
]

const recipe = (step: object, order: readonly string[], format = 'jsonl'): RecipeInput =>
  ({
    name: 'sources',
    writes: 'sources',
    inputs: { books: { format }, pages: { format }, rest: { format } },
    steps: [
      { use: 'row', keep: ['from'] },
      { name: 'step', ...step, prefer: { input: order } },
    ],
  }) as RecipeInput

describe('prefer: { input }', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const sources = ['books', 'pages', 'rest']
  const inputs = Object.fromEntries(
    sources.map((from) => [
      from,
      [
        place.write(
          `${from}.jsonl`,
          Buffer.from(
            texts(from)
              .map((text, at) => `${JSON.stringify({ id: `${from}-${at}`, text, from })}\n`)
              .join(''),
          ),
        ),
      ],
    ]),
  )
  /** Documents that stay, by where they are from. */
  const counts = async (result: RunResult): Promise<Readonly<Record<string, number>>> => {
    const found: Record<string, number> = {}
    for await (const { meta } of keptRows(await openVersion(result.dir))) {
      const from = String(meta['from'])
      found[from] = (found[from] ?? 0) + 1
    }
    return found
  }

  it.each([
    ['dedup-exact', {}],
    ['dedup-minhash', {}],
    ['dedup-minhash', { verify: false }],
  ])('%s keeps what the first of them has (%j)', async (use, options) => {
    const results: RunResult[] = []
    for (const order of [['books', 'pages'], ['pages', 'books'], ['rest']]) {
      const result = await place.run(recipe({ use, ...options }, order), 'store', { inputs })
      results.push(result)
      const best = order[0] ?? ''
      const found = await counts(result)
      expect(found).toEqual({ books: 1, pages: 1, rest: 1, [best]: 31 })
      for (const { meta } of await rejections(result)) expect(meta['from']).not.toBe(best)
    }
    const [first] = results
    const other = await place.run(recipe({ use, ...options }, ['books', 'pages']), 'two workers', {
      inputs,
      workers: 2,
    })
    expect(other.manifest.hashes).toEqual(first?.manifest.hashes)
  })

  it('goes by the names, whatever results there are of the same files', async () => {
    const { books = [], pages = [], rest = [] } = inputs
    const step = recipe({ use: 'dedup-exact' }, ['books', 'pages'])
    const first = await place.run(step, 'swapped', { inputs })
    const swapped = await place.run(step, 'swapped', { inputs: { books: pages, pages: books, rest } })
    expect(await counts(first)).toEqual({ books: 31, pages: 1, rest: 1 })
    expect(await counts(swapped)).toEqual({ books: 1, pages: 31, rest: 1 })
  })

  it('holds behind another group, too', async () => {
    const first = recipe({ use: 'dedup-exact' }, ['pages'])
    const [row, step] = first.steps
    const result = await place.run(
      { ...first, steps: [row, { name: 'lines', use: 'dedup-lines', repeats: 9 }, step] } as RecipeInput,
      'store',
      { inputs },
    )
    expect(await counts(result)).toEqual({ books: 1, pages: 31, rest: 1 })
  })

  it('holds where inputs are versions', async () => {
    for (const from of sources) {
      const plain = {
        name: from,
        writes: from,
        inputs: { rows: { format: 'jsonl' } },
        steps: [{ use: 'row', keep: ['from'] }],
      }
      await place.run(plain as RecipeInput, 'store', { inputs: { rows: inputs[from] ?? [] } })
    }
    const given = Object.fromEntries(sources.map((from) => [from, [from]]))
    const { steps, ...rest } = recipe({ use: 'dedup-exact' }, ['pages', 'books'], 'version')
    const [, step] = steps
    const result = await place.run({ ...rest, steps: [{ use: 'document' }, step] } as RecipeInput, 'store', {
      inputs: given,
    })
    expect(await counts(result)).toEqual({ books: 1, pages: 31, rest: 1 })
  })

  it('takes a file that two inputs have for one of the preferred', async () => {
    const { books: [path = ''] = [], pages = [] } = inputs
    const more = [{ text: texts('')[0], from: 'more', id: 'more' }]
    for (const [at, name] of ['a', 'z'].entries()) {
      const copy = place.write(
        `${name}/copy.jsonl`,
        Buffer.from(more.map((row) => JSON.stringify(row)).join('\n')),
      )
      const twin = place.write(
        `m${at}/copy.jsonl`,
        Buffer.from(more.map((row) => JSON.stringify(row)).join('\n')),
      )
      const result = await place.run(
        recipe({ use: 'dedup-exact' }, ['rest', 'pages', 'books']),
        `twice ${name}`,
        {
          inputs: { books: [path, twin], pages, rest: [copy] },
        },
      )
      expect(await counts(result)).toEqual({ books: 1, pages: 30, more: 1 })
    }
  })

  describe('names', () => {
    let plain: RunResult
    beforeAll(async () => {
      const { steps, ...rest } = recipe({ use: 'dedup-exact' }, ['books'])
      plain = await place.run(
        { ...rest, steps: [steps[0], { use: 'dedup-exact' }] } as RecipeInput,
        'store',
        { inputs },
      )
    })

    it('are those of inputs', async () => {
      const run = place.run(recipe({ use: 'dedup-exact' }, ['books', 'page']), 'store', { inputs })
      await expect(run).rejects.toMatchObject({
        message: expect.stringContaining('no input is named page'),
        hint: 'did you mean pages?',
      })
    })

    it('change no id', async () => {
      const result = await place.run(recipe({ use: 'dedup-exact' }, ['books']), 'store', { inputs })
      const ids = async (of: RunResult): Promise<readonly string[]> => {
        const found = (await rejections(of)).map(({ id }) => id)
        for await (const { id } of keptRows(await openVersion(of.dir), ['id'])) found.push(id)
        return found.sort()
      }
      expect(await ids(result)).toEqual(await ids(plain))
    })
  })
})
