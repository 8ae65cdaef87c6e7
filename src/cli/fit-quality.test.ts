import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import * as fit from './fit.ts'

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-fit-quality-'))
  for (const [name, word] of [
    ['good', 'river'],
    ['bad', 'casino'],
  ]) {
    const rows = Array.from({ length: 40 }, (_, at) => ({
      id: `${name}${at}`,
      text: `${word} ${at} ${word} flows by ${at * 7}`,
      url: `http://${name}${at}.example/`,
    }))
    writeFileSync(join(dir, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const run = (...args: readonly string[]) =>
  runCommand([fit.register], dir, 'fit', 'quality', ...args, '--workers', '1')
const sources = (): readonly string[] => [
  '--positives',
  join(dir, 'good.jsonl'),
  '--negatives',
  join(dir, 'bad.jsonl'),
]

it('writes its model over nothing, unless it is told to', async () => {
  const out = join(dir, 'quality.model')
  expect((await run(...sources(), '--out', out)).error).toBeUndefined()
  const model = readFileSync(out)
  writeFileSync(out, 'mine')
  expect(String((await run(...sources(), '--out', out)).error)).toMatch(/--out .*: is there already/)
  expect(readFileSync(out, 'utf8')).toBe('mine')
  expect((await run(...sources(), '--out', out, '--force')).error).toBeUndefined()
  expect(readFileSync(out).equals(model)).toBe(true)
})
