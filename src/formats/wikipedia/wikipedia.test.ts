import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReadItem, Source, Split } from '../../model/record.ts'
import { wikipedia } from './wikipedia.ts'

const golden = (name: string) => readFileSync(`test/golden/wikipedia/${name}`)
const expected: Record<'small' | 'large', { kind: string; key: string; sha1: string }[]> = JSON.parse(
  golden('expected.json').toString(),
)
const options = wikipedia.options.parse({})

function source(bytes: Uint8Array, chunkBytes = 65_536): Source {
  return {
    uri: 'memory:',
    size: bytes.length,
    etag: '',
    async *read(start, end) {
      for (let at = start; at < Math.min(end, bytes.length); at += chunkBytes) {
        yield bytes.subarray(at, Math.min(at + chunkBytes, end, bytes.length))
      }
    },
  }
}

async function readSplit(
  from: Source,
  split: Split,
  more: { only?: number[]; maxRecordBytes?: number } = {},
) {
  const items: ReadItem[] = []
  const reading = wikipedia.read(from, split, {
    options,
    maxRecordBytes: 1 << 25,
    maxWindowBytes: 1 << 27,
    ...more,
  })
  for (;;) {
    const step = await reading.next()
    if (step.done === true) return { items, next: step.value.next }
    items.push(...step.value)
  }
}

async function readAll(from: Source, targetBytes: number, more: { maxRecordBytes?: number } = {}) {
  const items: ReadItem[] = []
  const splits = await wikipedia.split(from, options, targetBytes)
  for (const split of splits) {
    const part = await readSplit(from, split, more)
    expect(part.next, 'the next split starts where this one ended').toBe(split.end)
    items.push(...part.items)
  }
  return { items, splits }
}

const whole = (bytes: Uint8Array, more: { maxRecordBytes?: number } = {}) =>
  readSplit(source(bytes), { start: 0, end: bytes.length, first: 0 }, more)

function summary(item: ReadItem): string {
  if ('record' in item) {
    return `${item.record.key} ${createHash('sha1').update(item.record.body).digest('hex')}`
  }
  return 'failure' in item ? item.failure.reason : item.skipped.skip
}

const kept = (name: 'small' | 'large') =>
  expected[name].map(({ kind, key, sha1 }) => (kind === 'record' ? `${key} ${sha1}` : kind))
const positionOf = (item: ReadItem): number =>
  'record' in item ? item.record.position : 'failure' in item ? item.failure.position : item.skipped.position

describe('wikipedia format', () => {
  it.each([
    ['multistream.xml.bz2', 'small'],
    ['plain.xml', 'small'],
    ['single.xml.bz2', 'large'],
  ] as const)('%s holds what Python put into it', async (name, list) => {
    const { items } = await whole(golden(name))
    expect(items.map(summary)).toEqual(kept(list))
    const positions = items.map(positionOf)
    expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b))
  })

  it('gives title, url and fields of a page', async () => {
    const { items } = await whole(golden('plain.xml'))
    const first = items[0]
    expect(first !== undefined && 'record' in first ? { ...first.record, body: 0 } : first).toEqual({
      format: 'wikipedia',
      position: golden('plain.xml').indexOf('<page>'),
      key: '1:1001',
      url: 'https://field.example/wiki/Field_%26_plough_1',
      contentType: 'text/x-wiki',
      body: 0,
      fields: {
        title: 'Field & plough 1',
        ns: 0,
        redirect: null,
        timestamp: '2020-01-02T00:00:00Z',
        model: 'wikitext',
        language: 'en',
        siteName: 'Fieldpedia',
      },
    })
  })

  it.each(['multistream.xml.bz2', 'plain.xml'])('%s gives the same however it is split', async (name) => {
    const bytes = golden(name)
    const one = await whole(bytes)
    let most = 0
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 900 }),
        fc.constantFrom(1, 7, 100, 65_536),
        async (target, chunk) => {
          const { items, splits } = await readAll(source(bytes, chunk), target)
          most = Math.max(most, splits.length)
          expect(items).toEqual(one.items)
        },
      ),
      { numRuns: 30 },
    )
    expect(most).toBeGreaterThan(3)
  })

  it.each(['multistream.xml.bz2', 'plain.xml', 'single.xml.bz2'])(
    '%s finds a page by position',
    async (name) => {
      const bytes = golden(name)
      const { items } = await whole(bytes)
      const split = { start: 0, end: bytes.length, first: 0 }
      const wanted = [items[1], items.at(-1)].filter((item) => item !== undefined)
      const found = await readSplit(source(bytes), split, { only: wanted.map(positionOf) })
      expect(found).toEqual({ items: wanted, next: bytes.length })
    },
  )

  it('loses only the pages that a damaged block touches', async () => {
    const { items } = await whole(golden('damaged.xml.bz2'))
    const summaries = items.map(summary)
    const intact = kept('large').filter((line) => summaries.includes(line))
    expect(summaries.filter((line) => line !== 'bad-bz2')).toEqual(intact)
    expect(summaries.filter((line) => line === 'bad-bz2')).toHaveLength(1)
    expect(intact.length).toBeGreaterThanOrEqual(15)
    const missing = kept('large').findIndex((line) => !summaries.includes(line))
    expect(intact.slice(missing)).toEqual(kept('large').slice(missing + 22 - intact.length))
  })

  it('reads a cut file to the last whole block', async () => {
    const { items } = await whole(golden('cut.xml.bz2'))
    const summaries = items.map(summary)
    expect(summaries.at(-1)).toBe('cut-bz2')
    expect(summaries.slice(0, -1)).toEqual(kept('large').slice(0, summaries.length - 1))
    expect(summaries.length).toBeGreaterThan(8)
  })

  it('never throws or hangs on a flipped byte, and invents no page', async () => {
    const bytes = golden('multistream.xml.bz2')
    const known = new Set(kept('small'))
    let damaged = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const flipped = Uint8Array.from(bytes)
        flipped[at] = (flipped[at] ?? 0) ^ mask
        const summaries = (await whole(flipped)).items.map(summary)
        for (const line of summaries) expect(line.includes(' ') ? known.has(line) : true).toBe(true)
        if (summaries.some((line) => /^(bad|cut)-/.test(line))) damaged++
      }),
      { numRuns: 60 },
    )
    expect(damaged).toBeGreaterThan(30)
  })

  it.each([
    { text: '<html><body/></html>', reasons: ['bad-xml'], why: 'XML of another kind' },
    { text: '', reasons: ['bad-xml'], why: 'an empty file' },
    { text: '<mediawiki></mediawiki>', reasons: [], why: 'a dump without pages' },
    { text: '<mediawiki><page><title>A</title></page></mediawiki>', reasons: ['bad-xml'], why: 'no text' },
    { text: '<mediawiki><page><title>A', reasons: ['bad-xml'], why: 'a cut page' },
    { text: `<page>${'<b>'.repeat(100_000)}</page>`, reasons: ['bad-xml'], why: 'deep nesting' },
  ])('refuses $why', async ({ text, reasons }) => {
    expect((await whole(Buffer.from(text))).items.map(summary)).toEqual(reasons)
  })

  it('refuses a page that is too large and reads on', async () => {
    const { items } = await whole(golden('plain.xml'), { maxRecordBytes: 600 })
    const summaries = items.map(summary)
    expect(summaries.filter((line) => line === 'record-too-large').length).toBeGreaterThan(0)
    expect(summaries.filter((line) => line.includes(' ')).length).toBeGreaterThan(0)
    expect(summaries).toHaveLength(6)
  })

  it('gives a bomb up without holding it', async () => {
    const bytes = golden('bomb.xml.bz2')
    expect(bytes.length).toBeLessThan(1000)
    const { items } = await whole(bytes, { maxRecordBytes: 1 << 20 })
    expect(items.map(summary)).toEqual(['record-too-large'])
  })

  it('refuses a run whose length overflows 32 bits', async () => {
    // One byte value, two equal code tables (RUNA 0, RUNB 10, end 11), RUNA 32 times.
    const block = [
      [0x314159, 24], [0x265359, 24], [0, 24], [0, 8], [0, 1], [0, 24], [1 << 9, 16], [1 << 14, 16], [2, 3], [1, 15], [0, 1],
      [1, 5], [0b0_100_0, 5], [1, 5], [0b0_100_0, 5], [0, 16], [0, 16], [0b11, 2], [0, 24],
    ] as const // biome-ignore format: a bit string
    const bits = block.map(([value, width]) => value.toString(2).padStart(width, '0')).join('')
    const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []
    const { items } = await whole(Buffer.concat([Buffer.from('BZh9'), Buffer.from(bytes)]))
    expect(items[0]).toMatchObject({
      failure: { reason: 'bad-bz2', detail: expect.stringContaining('a run longer') },
    })
  })
})
