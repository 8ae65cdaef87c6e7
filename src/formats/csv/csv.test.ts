import { gzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bytesSource,
  failuresOf,
  peakGrowth,
  readItems,
  recordsOf,
  repeatedSource,
} from '../../../test/rows-source.ts'
import { csv } from './csv.ts'

const read = async (text: string | Uint8Array, given = {}, uri = 'x.csv') =>
  (await readItems(csv, bytesSource(text, uri, 5), given)).items

describe('csv', () => {
  it('reads rows with a header, quoted fields with delimiters, quotes and line ends', async () => {
    const items = await read('\ufeffid,text\r\n1,"a, ""b""\n\nc"\r\n\r\n2,plain')
    expect(failuresOf(items)).toEqual([])
    expect(recordsOf(items)).toMatchObject([
      { format: 'csv', position: 0, key: '1', fields: { id: '1', text: 'a, "b"\n\nc' } },
      { format: 'csv', position: 1, key: '2', fields: { id: '2', text: 'plain' } },
    ])
  })

  it('writes the body with its keys in order, and maps fields', async () => {
    const options = { fields: { text: 'b', id: 'c' } }
    const [record] = recordsOf(await read('c,b,a\n1,2,3\n', { options }))
    expect(Buffer.from(record?.body ?? []).toString()).toBe('{"a":"3","b":"2","c":"1"}')
    expect(record?.fields).toEqual({ a: '3', b: '2', c: '1', text: '2', id: '1' })
  })

  it('names columns without a name, and those whose name comes again', async () => {
    const [record] = recordsOf(await read('a,,a, \n1,2,3,4\n'))
    expect(record?.fields).toEqual({ a: '1', column_2: '2', a_2: '3', column_4: '4' })
  })

  it.each([
    {
      why: 'a tab in .tsv',
      uri: 'x.TSV.gz?x',
      text: 'a\tb\n1,2\t3\n',
      options: {},
      fields: { a: '1,2', b: '3' },
    },
    {
      why: 'a given delimiter',
      uri: 'x.csv',
      text: 'a;;b\n1,2;;3\n',
      options: { delimiter: ';;' },
      fields: { a: '1,2', b: '3' },
    },
    {
      why: 'no quotes',
      uri: 'x.csv',
      text: 'a,b\n"1,2"\n',
      options: { quote: '' },
      fields: { a: '"1', b: '2"' },
    },
    {
      why: 'another quote',
      uri: 'x.csv',
      text: "a,b\n'1,2',\"3\n",
      options: { quote: "'" },
      fields: { a: '1,2', b: '"3' },
    },
  ])('takes $why', async ({ uri, text, options, fields }) => {
    expect(recordsOf(await read(text, { options }, uri))).toMatchObject([{ fields }])
  })

  it.each([
    {
      why: 'too few fields',
      row: '1',
      reason: 'wrong-columns',
      detail: 'line 3: 1 fields, where the header has 2',
    },
    { why: 'too many fields', row: '1,2,3', reason: 'wrong-columns', detail: 'line 3: 3 fields' },
    { why: 'a stray quote', row: '5" pipe,x', reason: 'bad-csv', detail: 'line 3' },
    { why: 'text behind a closing quote', row: '"a"b,x', reason: 'bad-csv', detail: 'line 3' },
    { why: 'bad UTF-8', row: Buffer.from([0x61, 0x2c, 0xff]), reason: 'bad-utf8', detail: 'line 3' },
    { why: 'length', row: `a,${'x'.repeat(300)}`, reason: 'record-too-large', detail: 'line 3: 302 bytes' },
  ])('takes $why as a failure of that row, and goes on', async ({ row, reason, detail }) => {
    const bytes = Buffer.concat([Buffer.from('a,b\n1,"q"\n'), Buffer.from(row), Buffer.from('\n3,"r"\n')])
    const items = await read(bytes, { maxRecordBytes: 200 })
    expect(recordsOf(items).map(({ position }) => position)).toEqual([0, 2])
    expect(failuresOf(items)).toMatchObject([
      { position: 1, reason, detail: expect.stringContaining(detail) },
    ])
  })

  it('loses only the row whose quote is never closed', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `${n},x`)
    const text = `a,b\n0,x\n"open,x\n${rows.join('\n')}`
    for (const maxRecordBytes of [40, 1000]) {
      const items = await read(text, { maxRecordBytes })
      expect(failuresOf(items)).toMatchObject([
        { position: 1, reason: 'bad-csv', detail: 'line 3: a quoted field is not closed' },
      ])
      expect(recordsOf(items).map(({ fields }) => fields['a'])).toEqual([
        '0',
        ...rows.map((_, n) => String(n)),
      ])
    }
  })

  it('gives rows before a cut, and refuses a header that cannot be read', async () => {
    const packed = gzipSync(`a,b\n${'1,2\n'.repeat(1000)}`)
    const items = await read(packed.subarray(0, -9))
    expect(recordsOf(items).length).toBeGreaterThan(500)
    expect(failuresOf(items)).toMatchObject([{ reason: 'cut-gzip', position: recordsOf(items).length }])
    expect(await read('"a,b\n')).toMatchObject([{ failure: { position: 0, reason: 'bad-csv' } }])
    expect(await read('')).toEqual([])
    expect(await read('a,b\n')).toEqual([])
  })

  it('gives only the wanted rows', async () => {
    const items = await read(`a\n${Array.from({ length: 300 }, (_, n) => n).join('\n')}`, { only: [3, 299] })
    expect(recordsOf(items).map(({ position, fields }) => [position, fields['a']])).toEqual([
      [3, '3'],
      [299, '299'],
    ])
  })

  it('reads what csv-parse reads as a whole', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é'), maxLength: 5 })
    let quoted = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const write = (text: string): string =>
          /["\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
        const text = `x,y\n${rows.map((row) => row.map(write).join(',')).join('\n')}\n`
        if (text.includes('"')) quoted++
        const expected: Record<string, string>[] = parse(text, { columns: true })
        const items = await read(text)
        expect(failuresOf(items)).toEqual([])
        expect(recordsOf(items).map(({ fields }) => ({ ...fields }))).toEqual(
          expected.map((row) => ({ ...row })),
        )
      }),
      { numRuns: 200 },
    )
    expect(quoted).toBeGreaterThan(50)
  })

  it('passes over a field of 200 MB without holding it', async () => {
    const source = repeatedSource(
      Buffer.from('a,b\n1,2\n3,"'),
      Buffer.alloc(1 << 20, 'x'),
      200,
      Buffer.from('"\n4,5\n'),
    )
    let positions: readonly number[] = []
    const growth = await peakGrowth(async () => {
      positions = recordsOf((await readItems(csv, source, { maxRecordBytes: 1 << 20 })).items).map(
        ({ position }) => position,
      )
    })
    expect(positions).toEqual([0, 2])
    expect(growth).toBeLessThan(80 << 20)
  })
})
