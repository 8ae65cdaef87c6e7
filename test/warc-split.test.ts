import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { warc } from '../src/formats/warc/warc.ts'
import type { Format, ReadItem, Source } from '../src/model/record.ts'
import {
  http,
  memorySource,
  page,
  readSplit,
  readWhole,
  storedMember,
  summary,
  warcRecord,
} from './golden/warc/maker.ts'

/** Reads split by split as an engine does: an untrue boundary makes it read the input as one. */
async function readBySplits(
  format: Format,
  source: Source,
  targetBytes: number,
): Promise<{ items: ReadItem[]; splits: number; untrue: boolean }> {
  const splits = await format.split(source, format.options.parse({}), targetBytes)
  expect(splits[0]?.start).toBe(0)
  expect(splits.at(-1)?.end).toBe(source.size)
  const items: ReadItem[] = []
  let untrue = false
  for (const [index, split] of splits.entries()) {
    const read = await readSplit(format, source, split)
    items.push(...read.items)
    if (index + 1 < splits.length) {
      expect(split.end).toBe(splits[index + 1]?.start)
      untrue ||= read.next !== split.end
    }
  }
  if (untrue) return { items: await readWhole(format, source), splits: splits.length, untrue }
  return { items, splits: splits.length, untrue }
}

const lines = (items: readonly ReadItem[]): string[] => items.map(summary)

const PAGES = Array.from({ length: 12 }, (_, number) => page(number, 500))

const ARCHIVES: readonly { why: string; name: string; bytes: Buffer }[] = [
  { why: 'a member each', name: 'm.warc.gz', bytes: Buffer.concat(PAGES.map((record) => gzipSync(record))) },
  { why: 'one member', name: 'm.warc.gz', bytes: gzipSync(Buffer.concat(PAGES)) },
  { why: 'plain', name: 'm.warc', bytes: Buffer.concat(PAGES) },
  {
    why: 'members of two records',
    name: 'm.warc.gz',
    bytes: Buffer.concat(
      Array.from({ length: 6 }, (_, pair) => gzipSync(Buffer.concat(PAGES.slice(2 * pair, 2 * pair + 2)))),
    ),
  },
]

describe('splits', () => {
  it.each(ARCHIVES)('give the same items for any target: $why', async ({ name, bytes }) => {
    const whole = lines(await readWhole(warc, memorySource(bytes, name)))
    expect(whole.length).toBe(PAGES.length)
    let most = 0
    for (const targetBytes of [1, 100, 333, 600, 1000, 3000, 1e6]) {
      const read = await readBySplits(warc, memorySource(bytes, name, 1000), targetBytes)
      expect(lines(read.items)).toEqual(whole)
      expect(read.untrue).toBe(false)
      most = Math.max(most, read.splits)
    }
    if (bytes !== ARCHIVES[1]?.bytes) expect(most).toBeGreaterThanOrEqual(6)
  })

  it('do not depend on the pieces that bytes come in', async () => {
    for (const { name, bytes } of ARCHIVES) {
      const whole = lines(await readWhole(warc, memorySource(bytes, name)))
      for (const pieceBytes of [1, 17, 1024]) {
        expect(lines(await readWhole(warc, memorySource(bytes, name, pieceBytes)))).toEqual(whole)
      }
    }
  })

  it('give the same items of a damaged input', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ARCHIVES),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), {
          maxLength: 3,
        }),
        fc.integer({ min: 1, max: 4000 }),
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        async ({ name, bytes }, changes, targetBytes, kept) => {
          const damaged = Buffer.from(bytes.subarray(0, Math.ceil(bytes.length * kept)))
          for (const [where, value] of changes) damaged[Math.floor(where * damaged.length)] = value
          const whole = await readWhole(warc, memorySource(damaged, name))
          const read = await readBySplits(warc, memorySource(damaged, name), targetBytes)
          expect(lines(read.items)).toEqual(lines(whole))
          const positions = whole.flatMap((item) => ('record' in item ? [item.record.position] : []))
          expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('are found out when an archive inside a stored member looks like its own', async () => {
    const inner = Buffer.concat([0, 1, 2, 3, 4, 5].map((number) => gzipSync(page(100 + number, 3000))))
    const outer = warcRecord({ url: 'https://made.test/inner.warc.gz', block: http(inner) })
    for (const [name, bytes] of [
      ['m.warc.gz', Buffer.concat([gzipSync(page(0)), storedMember(outer), gzipSync(page(1))])],
      [
        'm.warc',
        Buffer.concat([page(0), warcRecord({ type: 'resource', block: Buffer.concat(PAGES) }), page(1)]),
      ],
    ] as const) {
      const source = memorySource(bytes, name)
      const whole = lines(await readWhole(warc, source))
      expect(whole.length).toBe(3)
      const read = await readBySplits(warc, source, 1500)
      expect(read.untrue, name).toBe(true)
      expect(lines(read.items)).toEqual(whole)
    }
  })
})

describe('only', () => {
  it.each(ARCHIVES)('gives the records at the positions: $why', async ({ name, bytes }) => {
    const whole = await readWhole(warc, memorySource(bytes, name))
    await fc.assert(
      fc.asyncProperty(fc.subarray(whole), async (wanted) => {
        const only = wanted.flatMap((item) => ('record' in item ? [item.record.position] : []))
        const read = await readWhole(warc, memorySource(bytes, name), { only })
        expect(lines(read)).toEqual(lines(wanted))
      }),
      { numRuns: 30 },
    )
  })

  it('reads little when positions are sparse', async () => {
    const members = Array.from({ length: 40 }, (_, number) => gzipSync(page(number, 400_000)))
    const bytes = Buffer.concat(members)
    const at = Buffer.concat(members.slice(0, 37)).length
    let bytesRead = 0
    const inner = memorySource(bytes, 'm.warc.gz', 64 << 10)
    const source: Source = {
      ...inner,
      async *read(start, end) {
        for await (const chunk of inner.read(start, end)) {
          bytesRead += chunk.length
          yield chunk
        }
      },
    }
    const items = await readWhole(warc, source, { only: [at] })
    expect(items).toMatchObject([{ record: { position: at, url: 'https://made.test/37' } }])
    expect(bytes.length).toBeGreaterThan(8 << 20)
    expect(bytesRead).toBeLessThan(2 << 20)
  })
})
