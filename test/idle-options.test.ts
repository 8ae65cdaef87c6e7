import { afterAll, describe, expect, it, vi } from 'vitest'
import { register } from '../src/cli/run.ts'
import type { RunResult } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { reportData } from '../src/report/report-data.ts'
import { openVersion } from '../src/store/version.ts'
import { runCommand } from './command.ts'
import { Workplace } from './engine-run.ts'

const ROWS = Array.from({ length: 6 }, (_, at) => ({
  id: `${at}`,
  text: `the text of this row has the number ${at % 4}`,
  ...(at === 5 ? { dump: 'CC-MAIN-2020-05', date: '2020-01-01', url: 'http://example.com/', score: 3 } : {}),
  ...(at === 5 ? { source: 'books', vector: [1, 2], flat: [0, 0] } : {}),
}))
const KEEP = ['dump', 'date', 'url', 'score', 'source', 'vector', 'flat']

describe('an option that names what no document has', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const rows = [ROWS.slice(0, 5), ROWS.slice(5)].map((part, at) =>
    place.write(`${at}.jsonl`, Buffer.from(part.map((row) => `${JSON.stringify(row)}\n`).join(''))),
  )
  const recipe = (use: string, options: object): RecipeInput =>
    ({
      name: 'idle',
      writes: 'idle',
      inputs: { rows: { format: 'jsonl' } },
      steps: [
        { use: 'row', keep: KEEP },
        { name: 'step', use, ...options },
      ],
    }) as RecipeInput
  const run = (use: string, options: object, more: object = {}): Promise<RunResult> =>
    place.run(recipe(use, options), 'store', { inputs: { rows }, ...more })

  it.each([
    ['dedup-exact', { within: 'dmp' }, 'within: no document has meta.dmp: all of them met as one'],
    ['dedup-lines', { within: 'dmp' }, 'within: no document has meta.dmp: all of them met as one'],
    ['dedup-substring', { within: 'dmp' }, 'within: no document has meta.dmp: all of them met as one'],
    [
      'dedup-exact',
      { prefer: { field: 'sorce', order: ['books'] } },
      'prefer: no document has one of the values of `order` in meta.sorce: the smallest id stayed',
    ],
    [
      'dedup-minhash',
      { prefer: { field: 'source', order: ['boks'] } },
      'prefer: no document has one of the values of `order` in meta.source: the smallest id stayed',
    ],
    [
      'dedup-minhash',
      { olderWins: 'date_' },
      'olderWins: no document has an age in meta.date_: none won by it',
    ],
    ['dedup-url', { field: 'link' }, 'field: no document has a URL in meta.link: none met another'],
    [
      'dedup-semantic',
      { field: 'embedding' },
      'field: no document has an embedding that can be compared in meta.embedding: none met another',
    ],
    [
      'dedup-semantic',
      { field: 'flat' },
      'field: no document has an embedding that can be compared in meta.flat: none met another',
    ],
    [
      'dedup-semantic',
      { field: 'vector', dimensions: 3 },
      'field: no document has an embedding that can be compared in meta.vector: none met another',
    ],
  ])('%s says so: %j', async (use, options, warning) => {
    const { manifest } = await run(use, options)
    expect(manifest.steps.map(({ idle }) => idle)).toEqual([undefined, [warning]])
  })

  it.each([
    ['dedup-exact', { within: 'dump', prefer: { field: 'source', order: ['pages', 'books'] } }],
    ['dedup-exact', { within: 'domain', prefer: 'newest' }],
    ['dedup-exact', { prefer: 'highest-score' }],
    ['dedup-exact', { prefer: 'longest' }],
    ['dedup-url', {}],
    ['dedup-lines', { within: 'dump' }],
    ['dedup-minhash', { olderWins: 'dump', within: 'source', prefer: 'oldest' }],
    ['dedup-semantic', { field: 'vector', dimensions: 2 }],
  ])('%s says nothing where one document has it: %j', async (use, options) => {
    const { manifest } = await run(use, options)
    for (const step of manifest.steps) expect(Object.keys(step)).not.toContain('idle')
    for (const step of manifest.steps) expect(Object.keys(step)).not.toContain('having')
  })

  it('says the same when the results are known, and on two workers', async () => {
    const options = { within: 'dmp', olderWins: 'date_' }
    const first = await run('dedup-minhash', options)
    const named = await run('dedup-minhash', options, { set: ['writes=again'], workers: 2 })
    expect(first.manifest.steps[1]?.idle).toHaveLength(2)
    expect(named.manifest.steps).toEqual(first.manifest.steps)
  })

  it('says nothing where there was no document', async () => {
    const empty = place.write('empty.jsonl', Buffer.from('\n'))
    const { manifest } = await run(
      'dedup-exact',
      { within: 'dmp' },
      { inputs: { rows: [empty] }, set: ['allowEmpty=true'] },
    )
    expect(manifest.steps[1]).toMatchObject({ in: 0 })
    expect(manifest.steps[1]?.idle).toBeUndefined()
  })

  it('warns at the end of a run, in its JSON and in the report', async () => {
    const line = 'step: within: no document has meta.dmp: all of them met as one'
    const yaml = place.write(
      'idle.yaml',
      Buffer.from(JSON.stringify(recipe('dedup-exact', { within: 'dmp' }))),
    )
    const given = ['run', yaml, '--input', `rows=${rows[0]}`]
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    await runCommand([register], `${place.dir}/cli`, ...given)
    const said = spy.mock.calls.map(([chunk]) => String(chunk))
    expect(said).toContain(`warning: ${line}\n`)
    const json = await runCommand([register], `${place.dir}/cli`, ...given, '--json')
    spy.mockRestore()
    expect(JSON.parse(json.out)).toMatchObject({ warnings: [line] })
    const { manifest, dir } = await run('dedup-exact', { within: 'dmp' })
    expect(manifest.steps[1]?.idle).toHaveLength(1)
    const { warnings } = await reportData(await openVersion(dir))
    expect(warnings).toContainEqual({ text: `${line}.`, anchor: 'funnel' })
  })
})
