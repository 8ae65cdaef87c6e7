import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { parquetMetadata } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { bytesSource, failuresOf, goldenSource, readItems, recordsOf } from '../../../test/rows-source.ts'
import type { ReadItem } from '../../model/record.ts'
import { parquet } from './parquet.ts'

const folder = `${import.meta.dirname}/../../../test/golden/rows`

interface Expected {
  readonly rows: number
  readonly sha256: string
  readonly first: object
  readonly last: object
}

const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Record<string, Expected>
const files = Object.keys(expected).filter((name) => name.endsWith('.parquet'))

const bodies = (items: readonly ReadItem[]): readonly string[] =>
  recordsOf(items).map(({ body }) => Buffer.from(body).toString())

describe('parquet files that pyarrow wrote', () => {
  it('are there', () => expect(files.length).toBeGreaterThanOrEqual(8))

  it.each(files)('%s gives the rows that pyarrow reads', async (name) => {
    const { items } = await readItems(parquet, goldenSource(`rows/${name}`))
    expect(failuresOf(items)).toEqual([])
    const rows = bodies(items)
    expect(JSON.parse(rows[0] ?? '')).toEqual(expected[name]?.first)
    expect(JSON.parse(rows.at(-1) ?? '')).toEqual(expected[name]?.last)
    expect(recordsOf(items).map(({ position }) => position)).toEqual(rows.map((_, n) => n))
    const digest = createHash('sha256')
      .update(rows.map((row) => `${row}\n`).join(''))
      .digest('hex')
    expect({ rows: rows.length, sha256: digest }).toMatchObject({
      rows: expected[name]?.rows,
      sha256: expected[name]?.sha256,
    })
  })

  it.each(files)('%s gives the same rows however it is cut', async (name) => {
    const whole = await readItems(parquet, goldenSource(`rows/${name}`))
    for (const targetBytes of [1, 3000, 20_000]) {
      const parts = await readItems(parquet, goldenSource(`rows/${name}`), { targetBytes })
      expect(parts.items).toEqual(whole.items)
      if (targetBytes === 1) expect(parts.splits.length).toBeGreaterThan(1)
      for (const { start, first } of parts.splits) expect(first === 0).toBe(start === 0)
    }
  })

  it('maps fields, and keeps the row as it is in the body', async () => {
    const options = { fields: { text: 'content', language: 'lang' } }
    const { items } = await readItems(parquet, goldenSource('rows/flat-zstd.parquet'), { options })
    const record = recordsOf(items)[1]
    expect(record).toMatchObject({ key: 'doc-1', fields: { language: 'en', lang: 'en' } })
    expect(record?.fields['text']).toBe(record?.fields['content'])
    expect(Object.keys(JSON.parse(Buffer.from(record?.body ?? []).toString()))).toEqual([
      'content',
      'id',
      'lang',
      'score',
      'tokens',
    ])
  })

  it('gives only the wanted rows', async () => {
    const { items } = await readItems(parquet, goldenSource('rows/types-v1.parquet'), {
      only: [0, 151, 199, 900],
    })
    expect(recordsOf(items).map(({ position }) => position)).toEqual([0, 151, 199])
  })

  it('takes a row above the limit as a failure', async () => {
    const { items } = await readItems(parquet, goldenSource('rows/flat-gzip.parquet'), {
      maxRecordBytes: 200,
    })
    const failures = failuresOf(items)
    expect(failures.length).toBeGreaterThan(100)
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['record-too-large']))
    expect(failures.length + recordsOf(items).length).toBe(400)
  })

  it('refuses pages above the memory that is allowed', async () => {
    const reading = readItems(parquet, goldenSource('rows/flat-none.parquet'), { maxWindowBytes: 100 })
    await expect(reading).rejects.toMatchObject({ code: 'memory', hint: expect.stringContaining('--memory') })
  })
})

describe('damaged parquet', () => {
  const bytes = readFileSync(`${folder}/flat-zstd.parquet`)
  const whole = async () => bodies((await readItems(parquet, bytesSource(bytes))).items)

  it.each([
    { why: 'an empty file', damaged: Buffer.alloc(0) },
    { why: 'another file', damaged: Buffer.from('{"a": 1}\n{"b": 2}\n') },
    { why: 'a cut file', damaged: bytes.subarray(0, -100) },
    {
      why: 'a footer longer than the file',
      damaged: Buffer.concat([bytes.subarray(0, -8), Buffer.from([255, 255, 255, 0]), Buffer.from('PAR1')]),
    },
    {
      why: 'a footer of zeros',
      damaged: Buffer.concat([Buffer.alloc(100), Buffer.from([92, 0, 0, 0]), Buffer.from('PAR1')]),
    },
  ])('takes $why as one failure', async ({ damaged }) => {
    const { items, splits } = await readItems(parquet, bytesSource(damaged), { targetBytes: 1 })
    expect(splits).toEqual([{ start: 0, end: damaged.length, first: 0 }])
    expect(items).toMatchObject([{ failure: { position: 0, reason: 'bad-parquet' } }])
  })

  it('says of an encrypted footer that it is', async () => {
    const { items } = await readItems(
      parquet,
      bytesSource(Buffer.concat([bytes.subarray(0, -4), Buffer.from('PARE')])),
    )
    expect(items).toMatchObject([{ failure: { reason: 'encrypted' } }])
  })

  it('loses the rows of a damaged page, and reads the rest', async () => {
    const rows = await whole()
    const meta = parquetMetadata(bytes).row_groups[1]?.columns[1]?.meta_data
    const damaged = Buffer.from(bytes)
    const reader = {
      view: new DataView(damaged.buffer, damaged.byteOffset),
      offset: Number(meta?.data_page_offset),
    }
    const { compressed_page_size: pageBytes } = parquetHeader(reader)
    const at = reader.offset + pageBytes - 5
    damaged[at] = (damaged[at] ?? 0) ^ 0x55
    const { items } = await readItems(parquet, bytesSource(damaged))
    const [failure, ...more] = failuresOf(items)
    expect(more).toEqual([])
    expect(failure).toMatchObject({
      position: 150,
      reason: 'bad-parquet',
      detail: expect.stringMatching(/^rows 150 to [12]\d\d: column content: a page/),
    })
    const lost = 1 + Number(/to (\d+)/.exec(failure?.detail ?? '')?.[1]) - 150
    expect(lost).toBeLessThan(100)
    expect(bodies(items)).toEqual([...rows.slice(0, 150), ...rows.slice(150 + lost)])
  })

  it('never throws, and never gives a row that was not there, whatever byte of a page is flipped', async () => {
    const known = new Set(await whole())
    const pages = pageBytes(bytes)
    let failed = 0
    const page = fc.constantFrom(...pages)
    await fc.assert(
      fc.asyncProperty(page, fc.nat(), fc.integer({ min: 1, max: 255 }), async ({ start, end }, at, mask) => {
        const damaged = flipped(bytes, start + (at % (end - start)), mask)
        const { items } = await readItems(parquet, bytesSource(damaged))
        if (failuresOf(items).length > 0) failed++
        expect(bodies(items).every((row) => known.has(row))).toBe(true)
        expect(failuresOf(items).length).toBeLessThan(5)
      }),
      { numRuns: 60 },
    )
    expect(failed).toBe(60)
  })

  it('never throws, whatever byte of the data is flipped: headers of pages have no checksum', async () => {
    const end = bytes.length - bytes.readUInt32LE(bytes.length - 8) - 8
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const { items } = await readItems(parquet, bytesSource(flipped(bytes, at, mask)))
          expect(items.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('never throws, whatever byte of the footer is flipped', async () => {
    const start = bytes.length - bytes.readUInt32LE(bytes.length - 8) - 8
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const { items } = await readItems(parquet, bytesSource(flipped(bytes, at, mask)), {
            targetBytes: 4000,
          })
          expect(items.length).toBeGreaterThan(0)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('parquet files that hyparquet-writer wrote', () => {
  it('are read, snappy and small types among them', async () => {
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'id', data: ['a', 'b'], type: 'STRING' },
        { name: '__proto__', data: [1, 2], type: 'INT32' },
        { name: 'when', data: [new Date(0), new Date(1000)], type: 'TIMESTAMP' },
      ],
    })
    const { items } = await readItems(parquet, bytesSource(Buffer.from(file)))
    expect(bodies(items)).toEqual([
      '{"__proto__":1,"id":"a","when":"1970-01-01T00:00:00.000Z"}',
      '{"__proto__":2,"id":"b","when":"1970-01-01T00:00:01.000Z"}',
    ])
  })

  it('may be without rows', async () => {
    const file = parquetWriteBuffer({ columnData: [{ name: 'id', data: [], type: 'STRING' }] })
    expect((await readItems(parquet, bytesSource(Buffer.from(file)))).items).toEqual([])
  })
})

function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}

/** Where the pages of a file lie, without their headers. */
function pageBytes(bytes: Buffer): readonly { readonly start: number; readonly end: number }[] {
  const pages: { start: number; end: number }[] = []
  for (const { meta_data: meta } of parquetMetadata(bytes).row_groups.flatMap(({ columns }) => columns)) {
    const reader = {
      view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
      offset: Number(meta?.dictionary_page_offset || meta?.data_page_offset),
    }
    const end = reader.offset + Number(meta?.total_compressed_size)
    while (reader.offset < end) {
      const { compressed_page_size: length } = parquetHeader(reader)
      pages.push({ start: reader.offset, end: reader.offset + length })
      reader.offset += length
    }
  }
  return pages
}
