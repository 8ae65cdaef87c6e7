import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { Workplace } from '../../test/engine-run.ts'
import { loadTokenizer } from '../engine/tokens/load-tokenizer.ts'
import * as fit from './fit.ts'

const place = new Workplace()
let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-fit-'))
})
afterAll(() => {
  place.remove()
  rmSync(dir, { recursive: true, force: true })
})

const TEXT = 'low lower lowest low new newer newest new '.repeat(3)
const rows = `${JSON.stringify({ id: 'a', text: TEXT })}\nnot json\n${JSON.stringify({ id: 'b', text: TEXT })}\n`
const run = (store: string, ...args: readonly string[]) =>
  runCommand([fit.register], store, 'fit', 'tokenizer', ...args)

it('trains on rows, says what it did, and counts what it could not read', async () => {
  writeFileSync(join(dir, 'rows.jsonl'), rows)
  const out = join(dir, 'tokenizer.json')
  const { out: said, error } = await run(
    dir,
    join(dir, 'rows.jsonl'),
    '--vocabulary',
    '262',
    '--out',
    out,
    '--json',
  )
  expect(process.exitCode).toBe(3)
  process.exitCode = undefined
  expect(error).toBeUndefined()
  expect(JSON.parse(said)).toMatchObject({
    vocabulary: 262,
    merges: 5,
    rows: 3,
    texts: 2,
    bytes: 2 * TEXT.length,
    errors: { 'bad-json': 1 },
  })
  const tokenizer = loadTokenizer(out)
  expect(tokenizer.vocabularySize).toBe(262)
  expect(tokenizer.special).toEqual(new Map([['<|endoftext|>', 0]]))
  expect(tokenizer.encode(TEXT).length).toBeLessThan(TEXT.length)
})

it('trains on a version of the store, and says when there is no more to learn', async () => {
  place.write('rows.jsonl', Buffer.from(rows.replace('not json\n', '')))
  await place.run(
    {
      name: 'texts',
      writes: 'texts',
      inputs: { rows: { format: 'jsonl', files: 'rows.jsonl' } },
      steps: [{ use: 'row' }],
    },
    'store',
    {},
  )
  const files = ['one.json', 'two.json'].map((name) => join(dir, name))
  const said = await run(join(place.dir, 'store'), 'texts@1', '--vocabulary', '400', '--out', files[0] ?? '')
  expect(said.error).toBeUndefined()
  expect(said.out).toMatch(/from 2 texts .*\n.*\nfewer than 400: no other pair is seen 2 times\n$/)
  await run(
    join(place.dir, 'store'),
    join(place.dir, 'rows.jsonl'),
    '--vocabulary',
    '400',
    '--out',
    files[1] ?? '',
  )
  expect(readFileSync(files[0] ?? '', 'utf8')).toBe(readFileSync(files[1] ?? '', 'utf8'))
})

it.each([
  [['--vocabulary', '100'], /a vocabulary of 100: expected 257 to/],
  [['--vocabulary', '300', '--pattern', 'words'], /Allowed choices/],
])('%j is refused before anything is read', async (args, message) => {
  const { error } = await run(dir, join(dir, 'none.jsonl'), ...args, '--out', join(dir, 'x.json'))
  expect(String(error)).toMatch(message)
})

it('a version that is not there is named', async () => {
  const { error } = await run(dir, 'nothing@1', '--vocabulary', '300', '--out', join(dir, 'x.json'))
  expect(String(error)).toMatch(/no dataset nothing/)
})

it('writes over nothing, unless it is told to', async () => {
  const [input, out] = [join(dir, 'some.jsonl'), join(dir, 'kept.json')]
  writeFileSync(input, rows.replace('not json\n', ''))
  writeFileSync(out, 'mine')
  const { error } = await run(dir, input, '--vocabulary', '260', '--out', out)
  expect(String(error)).toMatch(/--out .*kept\.json: is there already/)
  expect(readFileSync(out, 'utf8')).toBe('mine')
  expect((await run(dir, input, '--vocabulary', '260', '--out', out, '--force')).error).toBeUndefined()
  expect(loadTokenizer(out).vocabularySize).toBe(260)
})

it.each([
  ['', /no text in it/],
  ['{"id": "a", "body": "text"}\n', /no text in it/],
])('rows without a text (%j) make no vocabulary', async (text, message) => {
  const [input, out] = [join(dir, 'empty.jsonl'), join(dir, 'empty.json')]
  writeFileSync(input, text)
  const { error } = await run(dir, input, '--vocabulary', '300', '--out', out)
  expect(error).toMatchObject({ code: 'input' })
  expect(String(error)).toMatch(message)
  expect(existsSync(out)).toBe(false)
})

it('a folder that is not there is told before anything is read', async () => {
  const out = join(dir, 'nowhere', 'x.json')
  const { error } = await run(dir, join(dir, 'none.jsonl'), '--vocabulary', '300', '--out', out)
  expect(String(error)).toMatch(/--out .*cannot be written/)
})
