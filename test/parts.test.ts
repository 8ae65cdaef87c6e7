import { afterAll, describe, expect, it } from 'vitest'
import { loadRecipe } from '../src/index.ts'
import { Store } from '../src/store/store.ts'
import { keptRows, rejectedRows } from '../src/store/version.ts'
import { Workplace } from './engine-run.ts'
import { tilth } from './tilth.ts'

const place = new Workplace()
afterAll(() => place.remove())

const rows = (from: number, to: number) =>
  Buffer.from(
    Array.from(
      { length: to - from },
      (_, at) => `${JSON.stringify({ text: `the text with number ${from + at}` })}\n`,
    ).join(''),
  )
place.write('old.jsonl', rows(0, 60))
place.write('new.jsonl', rows(40, 100))
place.write(
  'plain.yaml',
  Buffer.from(
    'name: plain\nwrites: first\ninputs: { rows: { format: jsonl } }\nsteps: [{ use: row }, { use: dedup-exact }]\n',
  ),
)

const RECIPE = `
name: two
inputs:
  first: { description: Rows, format: jsonl }
  second: { description: More rows, format: jsonl }
parts:
  - { name: first, run: plain.yaml, inputs: { rows: first } }
  - name: added
    inputs: { rows: second }
    steps:
      - { use: row }
      - { name: fresh, use: dedup-minhash, against: ['part:first'], threshold: 1, ngram: 3 }
  - name: all
    inputs: { one: 'part:first', other: 'part:added' }
    steps: [{ use: document, from: [one, other] }]
`
const recipe = (change: (yaml: string) => string = (yaml) => yaml): string => {
  place.write('two.yaml', Buffer.from(change(RECIPE)))
  return 'two.yaml'
}
const INPUTS = ['--input', 'first=old.jsonl', '--input', 'second=new.jsonl']
const run = (...more: string[]) => tilth(place.dir, 'run', recipe(), ...INPUTS, '--workers', '1', ...more)

describe('a recipe of parts', () => {
  it('keeps of what a part drops what the part says', async () => {
    const ran = tilth(
      place.dir,
      '--store',
      'none',
      'run',
      recipe(),
      ...INPUTS,
      '--workers',
      '1',
      '--set',
      'parts.added.keepDropped=none',
    )
    expect(ran.code, ran.err).toBe(0)
    const texts: (string | null)[] = []
    const version = await new Store(`${place.dir}/none`).open('added')
    for await (const { text } of rejectedRows(version)) texts.push(text)
    expect(texts.length).toBeGreaterThan(0)
    expect(texts.every((text) => text === null)).toBe(true)
  })

  it('runs its parts over what earlier ones wrote', async () => {
    const { code, out, err } = run('--json')
    expect(err).toContain('2/3 added')
    expect(code).toBe(0)
    const { parts } = JSON.parse(out) as { parts: { part: string; ref: string; upToDate: boolean }[] }
    expect(parts).toMatchObject([
      { part: 'first', ref: 'first@1', upToDate: false },
      { part: 'added', ref: 'added@1' },
      { part: 'all', ref: 'all@1', version: 'all@1' },
    ])
    const texts: string[] = []
    for await (const { text } of keptRows(await new Store(`${place.dir}/.tilth`).open('all')))
      texts.push(text)
    expect(texts.length).toBe(100)
    expect(new Set(texts).size).toBe(100)
  })

  it('does nothing again, and makes what comes after a change', () => {
    const parse = (stdout: string) =>
      (JSON.parse(stdout) as { parts: { ref: string; upToDate: boolean }[] }).parts.map(
        ({ ref, upToDate }) => `${ref} ${upToDate}`,
      )
    expect(parse(run('--json').out)).toEqual(['first@1 true', 'added@1 true', 'all@1 true'])
    expect(parse(run('--json', '--set', 'parts.added.steps.fresh.prefer=smallest-id').out)[0]).toBe(
      'first@1 true',
    )
    const again = run('--json', '--set', 'parts.added.steps.row.keep=[number]')
    expect(parse(again.out)).toMatchObject(['first@1 true', 'added@2 false', expect.stringContaining('all@')])
  })

  it('shows its parts', () => {
    const { out } = tilth(place.dir, 'plan', recipe())
    expect(out).toMatch(/all\s+part:first, part:added\s+document/)
  })

  it.each([
    ["other: 'part:added'", "other: 'part:addd'", 'did you mean part:added?'],
    ["against: ['part:first']", "against: ['part:later']", 'there are first'],
    ['- { name: first, run: plain.yaml', '- { name: added, run: plain.yaml', 'give one another name'],
    ['run: plain.yaml, inputs', 'inputs', 'expected one of run, steps and make'],
  ])('refuses %s as %s', async (good, bad, says) => {
    const yaml = recipe((text) => text.replace(good, bad))
    const wrong = await loadRecipe(yaml, [], place.dir).catch((error: unknown) => error)
    const { message, hint = '' } = wrong as { message: string; hint?: string }
    expect(`${message} ${hint}`).toContain(says)
  })

  it('says what is missing before any part runs', () => {
    const missing = tilth(place.dir, 'run', recipe(), '--input', 'first=old.jsonl')
    expect(missing.err).toContain('second: no files given')
    expect(missing.err).not.toContain('1/3')
    const unknown = tilth(
      place.dir,
      'run',
      recipe((yaml) => yaml.replace('ngram: 3', 'ngramm: 3')),
      ...INPUTS,
    )
    expect(unknown.err).toContain('did you mean')
    expect(unknown.err).not.toContain('1/3')
  })
})
