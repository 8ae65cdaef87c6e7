import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from '../../test/command.ts'
import { describeWithData, sharedData } from '../../test/shared-data.ts'
import { textRows } from '../engine/text-rows.ts'
import { type Column, TableWriter } from '../store/table.ts'
import * as dedup from './dedup.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-dedup-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true })
  process.exitCode = undefined
})

const run = (...args: readonly string[]) => runCommand([dedup.register], dir, 'dedup', ...args)
const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `w${from + at}`).join(' ')

/** Two near copies (Jaccard 92/100), an exact one, and others; odd spaces, a CR, a blank line. */
const LINES = [
  `{"id": "b", "text": "${words(0, 100)}",   "score": 1}`,
  `{"text":"${words(200, 100)}","id":"c"}\r`,
  '',
  `{"id": "a", "text": "${words(4, 100)}", "score": 2}`,
  `{"id": 7, "text": "${words(0, 100).toUpperCase()}"}`,
  '{"id": "short", "text": "three words only"}',
  '{"id": "copy", "text": "three words only"}',
]
const write = (name: string, bytes: string | Uint8Array): string => {
  const path = join(dir, name)
  writeFileSync(path, bytes)
  return path
}

describe('tilth dedup', () => {
  it('leaves the lines that stay as they were, in their order', async () => {
    const input = write('in.jsonl', `${LINES.join('\n')}\n`)
    const [out, pairs] = [join(dir, 'out.jsonl'), join(dir, 'pairs.tsv')]
    const { out: said, error } = await run(input, '--out', out, '--pairs', pairs)
    expect(error).toBeUndefined()
    // Of "7", "a" and "b", the smallest id is "7".
    expect(readFileSync(out, 'utf8')).toBe(`${[LINES[1], LINES[4], LINES[5], LINES[6]].join('\n')}\n`)
    const found = readFileSync(pairs, 'utf8').trimEnd().split('\n').sort()
    expect(found).toEqual(['7\ta\t0.920000', '7\tb\t1.000000', 'a\tb\t0.920000'])
    expect(said).toContain('6 rows: 4 kept, 2 dropped as near copies in 1 cluster')
    expect(said).toContain('2 rows too short for a shingle')
    expect(said).toMatch(/ 3 {2}7$/m)
  })

  it('prefers what it is told to', async () => {
    const input = write('in.jsonl', `${LINES.join('\n')}\n`)
    const out = join(dir, 'out.jsonl')
    await run(input, '--out', out, '--prefer', 'highest-score')
    expect(readFileSync(out, 'utf8')).toContain(LINES[3])
    expect(readFileSync(out, 'utf8')).not.toContain('"id": 7')
  })

  it('says what it did as JSON', async () => {
    const input = write('in.jsonl', LINES.join('\n'))
    const { out } = await run(input, '--out', join(dir, 'out.jsonl'), '--json', '--threshold', '.95')
    expect(JSON.parse(out)).toMatchObject({
      rows: 6,
      written: 5,
      dropped: 1,
      clusters: 1,
      largest: [{ id: '7', rows: 2 }],
    })
  })

  it('takes every chain of candidates without --verify', async () => {
    const input = write('in.jsonl', LINES.join('\n'))
    const { out } = await run(
      input,
      '--out',
      join(dir, 'out.jsonl'),
      '--json',
      '--no-verify',
      '--threshold',
      '.99',
    )
    expect(JSON.parse(out)).toMatchObject({ written: 4, compared: 0 })
  })

  it('keeps rows without a text, says which it could not read, and ends with 3', async () => {
    const input = write('in.jsonl', `{"id": 1}\n{"id": 2, "text"\n${LINES[0]}\n`)
    const out = join(dir, 'out.jsonl')
    expect((await run(input, '--out', out)).error).toBeUndefined()
    expect(readFileSync(out, 'utf8')).toBe(`{"id": 1}\n${LINES[0]}\n`)
    expect(process.exitCode).toBe(3)
  })

  it('reads and writes gzip and Parquet', async () => {
    const packed = write('in.jsonl.gz', gzipSync(LINES.join('\n')))
    await run(packed, '--out', join(dir, 'out.jsonl.gz'))
    expect(
      gunzipSync(readFileSync(join(dir, 'out.jsonl.gz')))
        .toString()
        .split('\n'),
    ).toHaveLength(5)
    const columns: Column[] = [
      { name: 'key', type: 'STRING', nullable: true },
      { name: 'content', type: 'STRING', nullable: true },
      { name: 'year', type: 'INT64', nullable: true },
    ]
    const table = new TableWriter(join(dir, 'in.parquet'), columns)
    for (const [key, from, year] of [
      ['x', 0, 1],
      ['y', 3, 2],
      ['z', 500, null],
    ] as const)
      table.append({ key, content: words(from, 100), year })
    table.finish()
    const out = join(dir, 'out.parquet')
    const { error } = await run(join(dir, 'in.parquet'), '--out', out, '--id', 'key', '--text', 'content')
    expect(error).toBeUndefined()
    const rows = []
    for await (const batch of textRows(out, { id: 'key', text: 'content' })) rows.push(...batch)
    expect(rows.map((row) => [row.id, row.fields?.['year']])).toEqual([
      ['x', 1],
      ['z', null],
    ])
  })

  it.each([
    [['--threshold', '1.5'], /--threshold 1.5: expected a number from 0 to 1/],
    [['--bands', '0'], /bands/],
    [['--ngram', 'five'], /--ngram five: expected a number/],
    [['--no-verify', '--pairs', 'p'], /--pairs needs what --no-verify leaves out/],
    [['--memory', '1M'], /too little/],
  ])('refuses %j', async (args, message) => {
    const input = write('in.jsonl', LINES.join('\n'))
    const { error } = await run(input, '--out', join(dir, 'out.jsonl'), ...args)
    expect(String(error)).toMatch(message)
    expect(readdirSync(dir)).toEqual(['in.jsonl'])
  })

  it('refuses a file that is not there, and an output of no such format', async () => {
    expect(String((await run(join(dir, 'none.jsonl'), '--out', join(dir, 'o.jsonl'))).error)).toMatch(
      /none.jsonl/,
    )
    expect(String((await run('in.jsonl', '--out', join(dir, 'o.txt'))).error)).toMatch(/\.jsonl or \.parquet/)
    expect(readdirSync(dir)).toEqual([])
  })

  it('refuses to read and write one file, or to write one twice', async () => {
    const input = join(dir, 'in.jsonl')
    const text = '{"id": 1, "text": "one two three"}\nnot json\n'
    writeFileSync(input, text)
    symlinkSync(input, join(dir, 'link.jsonl'))
    const refused = async (...args: string[]) => String((await run(input, ...args)).error)
    expect(await refused('--out', input)).toMatch(/--out .*in.jsonl: is the input, too/)
    expect(await refused('--out', join(dir, 'link.jsonl'))).toMatch(/is the input, too/)
    expect(await refused('--out', join(dir, 'o.jsonl'), '--pairs', input)).toMatch(
      /--pairs .*: is the input, too/,
    )
    expect(await refused('--out', join(dir, 'o.jsonl'), '--pairs', join(dir, 'o.jsonl'))).toMatch(
      /is --out, too/,
    )
    expect(readFileSync(input, 'utf8')).toBe(text)
    expect(readdirSync(dir).sort()).toEqual(['in.jsonl', 'link.jsonl'])
  })
})

describeWithData('tilth dedup over real posts', ['dedup/posts.jsonl.gz', 'dedup/pairs.tsv.gz'], () => {
  it('finds at least 99 % of the pairs, each with its Jaccard index, and no other', async () => {
    const pairs = join(dir, 'pairs.tsv')
    await run(sharedData('dedup/posts.jsonl.gz'), '--out', join(dir, 'out.jsonl'), '--pairs', pairs)
    const read = (text: string) =>
      new Map(
        text
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'))
          .map(([a = '', b = '', index]) => [[a, b].sort().join(' '), Number(index)]),
      )
    const truth = read(gunzipSync(readFileSync(sharedData('dedup/pairs.tsv.gz'))).toString())
    const found = read(readFileSync(pairs, 'utf8'))
    const near = [...truth].filter(([, index]) => index >= 0.8)
    expect(near.length).toBeGreaterThan(1000)
    for (const [pair, index] of found) expect(Math.abs(index - (truth.get(pair) ?? 0))).toBeLessThan(6e-5)
    expect(near.filter(([pair]) => found.has(pair)).length / near.length).toBeGreaterThanOrEqual(0.99)
  })
})
