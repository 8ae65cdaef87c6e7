import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { rowBodies } from '../row-bodies.ts'
import { textRows } from '../text-rows.ts'
import { LineRows } from './line-rows.ts'
import type { OtherRow, TextBlock } from './row-texts.ts'

const dir = mkdtempSync(join(tmpdir(), 'tilth-line-rows-'))
afterAll(() => rmSync(dir, { recursive: true }))

const NAMES = { text: 'text', id: 'id' }

interface Row {
  readonly position: number
  readonly id?: string
  readonly text?: string
  readonly fields?: unknown
  readonly error?: string
  readonly isRow?: boolean
}

/** What blocks hold, copied before the next one comes. */
async function rowsOf(items: AsyncIterable<TextBlock | OtherRow>): Promise<Row[]> {
  const rows: Row[] = []
  for await (const item of items) {
    if ('error' in item) {
      rows.push(item)
      continue
    }
    for (const [index, position] of item.positions.entries()) {
      const bytes = item.texts.slice(index === 0 ? 0 : item.ends[index - 1], item.ends[index])
      const document = item.document(index)
      const text = Buffer.from(bytes).toString()
      expect(text).toBe(document.text)
      rows.push({ position, id: item.id(index), text, fields: document.meta })
    }
  }
  return rows
}

/** The same by parsing every row. */
async function parsedRows(path: string): Promise<Row[]> {
  const rows: Row[] = []
  for await (const batch of textRows(path, NAMES)) {
    for (const row of batch) {
      const { position } = row
      if ('error' in row) rows.push({ position, error: row.error, isRow: row.body !== undefined })
      else rows.push({ position, id: row.id, text: row.text, fields: row.fields })
    }
  }
  return rows
}

async function stayingOf(rows: LineRows, stays: (position: number) => boolean): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of rows.staying(stays)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString('latin1')
}

/** Reads a file by lines and by parsing it, and finds the same: all rows, some of them, and the lines that stay. */
async function check(content: Uint8Array | string, name = 'rows.jsonl'): Promise<readonly Row[]> {
  const path = join(dir, name)
  writeFileSync(path, content)
  const rows = new LineRows(path, NAMES)
  const expected = await parsedRows(path)
  expect(await rowsOf(rows.all())).toEqual(expected)
  const some = expected.filter(({ text, position }) => text !== undefined && position % 3 !== 1)
  expect(await rowsOf(rows.at(Uint32Array.from(some, ({ position }) => position)))).toEqual(some)
  const readable = new Set(
    expected.filter((row) => row.error === undefined || row.isRow).map((row) => row.position),
  )
  const stays = (position: number): boolean => readable.has(position) && position % 4 !== 2
  let lines = ''
  for await (const batch of rowBodies(path, NAMES)) {
    for (const { position, body } of batch)
      if (stays(position)) lines += `${Buffer.from(body).toString('latin1')}\n`
  }
  expect(await stayingOf(rows, stays)).toBe(lines)
  return expected
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('rows of lines', () => {
  it.each([
    ['{"id": "a", "text": "plain"}', 'a'],
    ['{"text":"no id"}', '0'],
    ['{"id":7,"text":"a number as id"}', '7'],
    ['{"id":1e3,"text":"in another form"}', '1000'],
    ['{"id":null,"text":"null"}', '0'],
    ['{"id":["x"],"text":"a list"}', '0'],
    ['{"id":"\\u0061\\n","text":"escapes in an id"}', 'a\n'],
    ['{"te\\u0078t":"a name with escapes","id":"b"}', 'b'],
    ['{"text":"first","text":"second","id":"b"}', 'b'],
    ['{"id":"first","id":"second","text":"t"}', 'second'],
    ['{"text":1,"text":"the last counts"}', '0'],
    ['{"text":"\\ud83d\\ude00 \\u00e9 \\/ \\" \\\\ \\b\\f\\n\\r\\t \\u0000 é 日本 😀"}', '0'],
    ['\u{feff}{"text":"a byte order mark"}', '0'],
    [
      ' \t{ "text" : "spaces" , "n" : [ 1 , -0.5e+3 , { } , [ ] , { "a" : true , "b" : [ false , null ] } ] } \r',
      '0',
    ],
    ['{"meta":{"text":"inner","id":"inner"},"text":"outer","id":"outer"}', 'outer'],
    [`{"text":"deep","n":${deep(60)}}`, '0'],
    [`{"text":"deeper","n":${deep(61)}}`, '0'],
    [`{"text":"deepest","n":${deep(400)}}`, '0'],
    ['{"text":""}', '0'],
    ['{"__proto__":{"text":"x"},"text":"y"}', '0'],
  ])('takes %j', async (line, id) => {
    const rows = await check(line)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ position: 0, id })
  })

  it.each([
    ['{"id":1}', 'no-text'],
    ['{}', 'no-text'],
    ['{"text":null}', 'no-text'],
    ['{"text":5}', 'not-a-string'],
    ['{"text":"a","text":5}', 'not-a-string'],
    ['["text"]', 'not-an-object'],
    ['"text"', 'not-an-object'],
    ['{"text":"a"', 'bad-json'],
    ['{"text":"a"}}', 'bad-json'],
    ['{"text":"a"} x', 'bad-json'],
    ['{"text":"a",}', 'bad-json'],
    ['{,"text":"a"}', 'bad-json'],
    ['{"text":"a" "b":1}', 'bad-json'],
    ['{"text" "a"}', 'bad-json'],
    ['{"text":"a\tb"}', 'bad-json'],
    ['{"text":"a\\x"}', 'bad-json'],
    ['{"text":"\\u12g4"}', 'bad-json'],
    ['{"text":"a","n":01}', 'bad-json'],
    ['{"text":"a","n":.5}', 'bad-json'],
    ['{"text":"a","n":1.}', 'bad-json'],
    ['{"text":"a","n":1e}', 'bad-json'],
    ['{"text":"a","n":-}', 'bad-json'],
    ['{"text":"a","n":+1}', 'bad-json'],
    ['{"text":"a","n":tru}', 'bad-json'],
    ['{"text":"a","n":nulL}', 'bad-json'],
    ['{"text":"a","n":[1,]}', 'bad-json'],
    ['{"text":"a","n":[1}', 'bad-json'],
    ['{"text":"a","n":{"b":1]}', 'bad-json'],
    ['{"text":"a","n":{"b"}}', 'bad-json'],
    ['{"text":"a","n":{1:2}}', 'bad-json'],
    ['{"text":"\\ud83d"}', 'lone-surrogate'],
    ['{"text":"\\ude00\\ud83d"}', 'lone-surrogate'],
    ['{"text":"a","n":["\\ud83d x"]}', 'lone-surrogate'],
    ['{"text":"a","\\ud83d":1}', 'lone-surrogate'],
    [`{"text":"a","n":${deep(500)}}`, 'too-deep'],
  ])('says what is wrong with %j', async (line, error) => {
    expect(await check(`${line}\n{"text":"the next one"}\n`)).toMatchObject([{ error }, { position: 1 }])
  })

  it('finds bytes that are not UTF-8, in a text and elsewhere', async () => {
    const line = (bytes: number[]): Buffer =>
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('","text":"t"}\n')])
    const rows = await check(
      Buffer.concat([line([0x61]), line([0xff]), line([0xc3, 0xa9]), line([0xed, 0xa0, 0x80])]),
    )
    expect(rows.map(({ error }) => error)).toEqual([undefined, 'bad-utf8', undefined, 'bad-utf8'])
  })

  it('numbers blank lines, and needs no end of the last one', async () => {
    const rows = await check('\n \t\r\n{"text":"a"}\r\n\n{"text":"b"}')
    expect(rows.map(({ position }) => position)).toEqual([2, 4])
    expect(await check('')).toEqual([])
    expect(await check('\n\n')).toEqual([])
  })

  it('reads lines of all lengths, over the ends of chunks and of what the kernel takes', async () => {
    const lengths = [
      3, 262_100, 262_143, 262_144, 262_145, 300_000, 5, 1_200_000, 10, 40_000, 70_000, 600_000, 1,
    ]
    const lines = lengths.map((length, at) => `{"id":${at},"text":"${'é\\n'.repeat(length / 4)}"}`)
    expect(await check(lines.join('\n'))).toHaveLength(lengths.length)
    expect(await check(`${lines.join('\r\n')}\n`)).toHaveLength(lengths.length)
    const exact = (bytes: number): string => `{"text":"${'x'.repeat(bytes - 11)}"}`
    for (const bytes of [262_142, 262_143, 262_144, 262_145]) await check(`${exact(bytes)}\n${exact(20)}`)
  })

  it('reads very many short lines, and blank ones', async () => {
    const lines = Array.from({ length: 30_000 }, (_, at) => (at % 5 > 2 ? '' : `{"text":"${at}"}`))
    expect(await check(lines.join('\n'))).toHaveLength(18_000)
  })

  it('reads compressed lines, and what is before damage', async () => {
    const lines = Array.from(
      { length: 9000 },
      (_, at) => `{"id":"${at}","text":"${at} ${(at * 7919) % 9973}"}\n`,
    )
    const packed = gzipSync(lines.join(''))
    expect(await check(packed, 'rows.jsonl.gz')).toHaveLength(9000)
    const rows = await check(packed.subarray(0, packed.length - 9000), 'cut.jsonl.gz')
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.at(-1)).toMatchObject({ error: 'cut-gzip', isRow: false })
  })

  it('agrees with JSON.parse on rows that are harmed anywhere', async () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const row = fc.record({
      id: fc.oneof(fc.string(), fc.integer(), value),
      text: fc.oneof(fc.string({ unit: 'binary' }), value),
      more: value,
    })
    const harm = fc.record({
      at: fc.nat(),
      length: fc.nat({ max: 2 }),
      by: fc.constantFrom(
        '',
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '\n',
        '\\u',
        'd83d',
        '0',
        '-',
        'e',
        ' ',
        '\u0001',
        'text',
      ),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ row, harms: fc.array(harm, { maxLength: 2 }) }), { maxLength: 12 }),
        async (rows) => {
          const lines = rows.map(({ row: each, harms }) =>
            harms.reduce((line, { at, length, by }) => {
              const from = at % (line.length + 1)
              return line.slice(0, from) + by + line.slice(from + length)
            }, JSON.stringify(each)),
          )
          await check(lines.join('\n'))
        },
      ),
    )
  })
})
