import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { Workplace } from '../../test/engine-run.ts'
import { gramLength } from '../contamination/overlap-count.ts'
import { register } from './overlap.ts'

const words = (count: number, name: string): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}`).join(' ')
const place = new Workplace()
afterAll(() => place.remove())
const lines = (rows: readonly unknown[]): Buffer =>
  Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
const jsonl = (path: string): readonly unknown[] =>
  readFileSync(join(place.dir, path), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

describe('gramLength', () => {
  const of = (lengths: readonly number[]) =>
    gramLength({
      name: 'x',
      items: lengths.map((length, at) => ({
        id: `${at}`,
        number: at + 1,
        texts: ['a b', words(length, 'w')],
      })),
    })
  it('is the 5th percentile of the lengths, but 8 to 13', () => {
    // Of 40 lengths it is the second smallest.
    const forty = (second: number): readonly number[] => [2, second, ...Array.from({ length: 38 }, () => 90)]
    expect([forty(10), forty(3), forty(50)].map(of)).toEqual([10, 8, 13])
    expect(of([9])).toBe(9)
  })
})

describe('tilth overlap', () => {
  const evals = [
    { id: 'dirty', question: words(20, 'q') },
    { id: 'clean', question: words(20, 'r') },
    { id: 'nine', question: words(9, 's') },
  ]
  const sets = place.write('evals/quiz/test.jsonl', lines(evals))
  place.write('evals/other/dev.json', Buffer.from(JSON.stringify([{ q: words(30, 'r') }])))
  place.write('evals/other/train.json', Buffer.from(JSON.stringify([{ q: words(30, 'q') }])))
  const texts = [
    `a ${words(14, 'Q')}, b`,
    `say: ${words(20, 'q').replaceAll(' ', '\n')}`,
    words(9, 's'),
    'none',
  ]
  const rows = place.write(
    'rows.jsonl.gz',
    gzipSync(lines(texts.map((text, at) => ({ id: `d${at}`, text })))),
  )
  const store = join(place.dir, 'store')
  const overlap = (...args: readonly string[]) => runCommand([register], store, 'overlap', ...args)

  it('counts dirty and clean examples, and lists them with where they were found', async () => {
    const out = join(place.dir, 'lists')
    const { out: printed, error } = await overlap(rows, '--sets', sets, '--out', out, '--json')
    expect(error).toBeUndefined()
    const set = { set: 'quiz/test', n: 13, examples: 3, dirty: 1, clean: 2, cleanRatio: 2 / 3, short: 1 }
    expect(JSON.parse(printed)).toEqual({ documents: 4, errors: {}, sets: [set], warnings: [] })
    expect(jsonl('lists/quiz-test.dirty.jsonl')).toEqual([
      {
        id: 'dirty',
        number: 1,
        grams: 8,
        found: Array.from({ length: 5 }, (_, at) => ({
          gram: words(20, 'q')
            .split(' ')
            .slice(at, at + 13)
            .join(' '),
          documents: at < 2 ? 2 : 1,
          in: at < 2 ? ['d0', 'd1'] : ['d1'],
        })),
      },
    ])
    expect(jsonl('lists/quiz-test.clean.jsonl')).toEqual([
      { id: 'clean', number: 2, short: false },
      { id: 'nine', number: 3, short: true },
    ])
  })

  it('chooses n by set, of a folder of sets, and reads versions', async () => {
    const result = await place.run(
      { name: 'rows', writes: 'rows', inputs: { rows: { format: 'jsonl' } }, steps: [{ use: 'row' }] },
      'store',
      { inputs: { rows } },
    )
    expect(result.manifest.number).toBe(1)
    const { out } = await overlap(
      'rows@1',
      '--sets',
      `e=${join(place.dir, 'evals')}`,
      '--n',
      'auto',
      '--json',
    )
    expect(JSON.parse(out).sets).toMatchObject([
      { set: 'e/other/dev', n: 13, examples: 1, dirty: 0 },
      { set: 'e/quiz/test', n: 9, examples: 3, dirty: 2, short: 0 },
    ])
    // The data as a set, too: each of its documents is in itself, where it is long enough.
    const itself = await overlap('rows', '--sets', 'version:rows@1', '--json')
    expect(JSON.parse(itself.out).sets).toMatchObject([{ set: 'rows', examples: 4, dirty: 2, short: 2 }])
  })

  it('warns of tasks without data and of files that are not read', async () => {
    place.write('mixed/a.csv', Buffer.from(`question,answer\n"${words(20, 'q')}",x\n`))
    place.write('mixed/tasks/b.yaml', Buffer.from('task: b\ndataset_path: cais/mmlu\n'))
    place.write('mixed/c.arrow', Buffer.from('ARROW1'))
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const { out } = await overlap(rows, '--sets', `m=${join(place.dir, 'mixed')}`, '--json')
    const warnings = [
      'm: 1 task has no data here, and is not looked for: tasks/b.yaml (cais/mmlu)',
      'm: 1 file is not read: c.arrow',
    ]
    expect(JSON.parse(out)).toMatchObject({ sets: [{ set: 'm/a', examples: 1, dirty: 1 }], warnings })
    for (const warning of warnings) expect(err).toHaveBeenCalledWith(`warning: ${warning}\n`)
    err.mockRestore()
  })

  it('prints a table, and says what can never be found', async () => {
    const { out } = await overlap(rows, '--sets', sets)
    expect(out).toMatch(/quiz\/test\s+13\s+3\s+1\s+66\.66 %\s+1\n/)
    expect(out).toContain('1 example of fewer than n words can never be found')
  })

  it.each([
    [['nothing', '--sets', sets], /no dataset nothing/],
    [['no.jsonl', '--sets', sets], /no.jsonl/],
    [[rows, '--sets', 'none.jsonl'], /none.jsonl: cannot be read/],
    [[rows, '--sets', `a=${sets}`, `a=${sets}`], /--sets a: two sets have this name/],
    [[rows, '--sets', sets, '--n', '0'], /--n 0: expected a whole number/],
  ])('refuses %j', async (args, message) => {
    expect(String((await overlap(...args)).error)).toMatch(message)
  })

  it('writes over no lists, unless it is told to', async () => {
    const out = join(place.dir, 'lists-again')
    const args = [rows, '--sets', sets, '--out', out]
    expect((await overlap(...args)).error).toBeUndefined()
    expect(String((await overlap(...args)).error)).toMatch(/--out .*lists-again: is there already/)
    expect((await overlap(...args, '--force')).error).toBeUndefined()
  })
})
