import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { arc } from '../src/formats/warc/arc.ts'
import { warc } from '../src/formats/warc/warc.ts'
import {
  bodiesOf,
  failuresOf,
  http,
  memorySource,
  page,
  readWhole,
  storedMember,
  warcRecord,
} from './golden/warc/maker.ts'

const PAGES = [0, 1, 2, 3, 4]
const records = PAGES.map((number) => page(number, 300))
const bodies = records.map((record) => record.subarray(record.indexOf('<p>'), -4).toString())

/** Start of every part, and the end of the last. */
function bounds(parts: readonly Uint8Array[]): number[] {
  const starts = [0]
  for (const part of parts) starts.push((starts.at(-1) ?? 0) + part.length)
  return starts
}

describe('an archive that is cut', () => {
  it('gives every member before the cut, and one failure', async () => {
    const members = records.map((record) => gzipSync(record))
    const starts = bounds(members)
    const whole = Buffer.concat(members)
    let looked = 0
    for (let cut = 1; cut < whole.length; cut += 7) {
      const items = await readWhole(warc, memorySource(whole.subarray(0, cut)))
      const complete = starts.filter((start) => start > 0 && start <= cut).length
      expect(bodiesOf(items), `cut at ${cut}`).toEqual(bodies.slice(0, complete))
      // A cut between two members cannot be seen.
      expect(failuresOf(items), `cut at ${cut}`).toEqual(starts.includes(cut) ? [] : ['cut-gzip'])
      looked++
    }
    expect(looked).toBeGreaterThan(200)
  })

  it('gives every plain record before the cut, and one failure', async () => {
    const starts = bounds(records)
    const whole = Buffer.concat(records)
    for (let cut = 1; cut < whole.length; cut += 7) {
      const items = await readWhole(warc, memorySource(whole.subarray(0, cut), 'memory.warc'))
      // A block without the line ends behind it is whole.
      const complete = starts.filter((start) => start > 0 && start - 4 <= cut).length
      const between = starts.some((start) => start - 4 <= cut && cut <= start)
      expect(bodiesOf(items), `cut at ${cut}`).toEqual(bodies.slice(0, complete))
      expect(failuresOf(items), `cut at ${cut}`).toEqual(between ? [] : ['cut-record'])
    }
  })

  it('gives every record of a single member that is surely whole, and one failure', async () => {
    const whole = gzipSync(Buffer.concat(records))
    let last = 0
    for (let cut = 1; cut < whole.length; cut += 11) {
      const items = await readWhole(warc, memorySource(whole.subarray(0, cut)))
      const read = bodiesOf(items)
      expect(read).toEqual(bodies.slice(0, read.length))
      expect(read.length).toBeGreaterThanOrEqual(last)
      expect(failuresOf(items), `cut at ${cut}`).toEqual(['cut-gzip'])
      last = read.length
    }
    expect(last).toBe(bodies.length - 1)
  })

  it('gives every ARC record before the cut, and one failure', async () => {
    const parts = [arcHeader(), ...PAGES.map(arcPage)]
    const whole = Buffer.concat(parts)
    const starts = bounds(parts)
    for (let cut = 1; cut < whole.length; cut += 5) {
      const items = await readWhole(arc, memorySource(whole.subarray(0, cut), 'memory.arc'))
      const complete = starts.filter((start) => start > 0 && start - 1 <= cut).length
      const between = starts.some((start) => start - 1 <= cut && cut <= start)
      expect(bodiesOf(items).length, `cut at ${cut}`).toBe(Math.max(0, complete - 1))
      expect(failuresOf(items), `cut at ${cut}`).toEqual(between ? [] : ['cut-record'])
    }
  })
})

describe('an archive with wrong bytes', () => {
  it.each([
    { why: 'compressed members', pack: (record: Buffer): Buffer => gzipSync(record) },
    { why: 'stored members', pack: (record: Buffer): Buffer => storedMember(record) },
  ])('loses no other record of $why', async ({ pack }) => {
    const members = records.map(pack)
    const starts = bounds(members)
    const [from = 0, to = 0] = [starts[2], starts[3]]
    let failed = 0
    for (let at = from; at < to; at += 3) {
      const whole = Buffer.concat(members)
      whole[at] = (whole[at] ?? 0) ^ (1 << (at % 8))
      const items = await readWhole(warc, memorySource(whole))
      const read = bodiesOf(items)
      const others = bodies.filter((_, number) => number !== 2)
      // Some bits of a gzip header say nothing (time, system).
      if (read.length === bodies.length) expect(read).toEqual(bodies)
      else {
        expect(read, `flipped at ${at}`).toEqual(others)
        expect(failuresOf(items).length, `flipped at ${at}`).toBeGreaterThan(0)
        failed++
      }
    }
    expect(failed).toBeGreaterThan(50)
  })

  it('loses no other plain record', async () => {
    const starts = bounds(records)
    const [from = 0, to = 0] = [starts[2], starts[3]]
    for (let at = from; at < to - 4; at++) {
      const whole = Buffer.concat(records)
      whole[at] = 0x07
      const items = await readWhole(warc, memorySource(whole, 'memory.warc'))
      const read = bodiesOf(items)
      for (const [number, body] of bodies.entries()) {
        // Damage at the start of a record is damage behind the one before: its length may be wrong.
        if (number === 2 || (number === 1 && at < from + 9)) continue
        expect(read, `overwritten at ${at}`).toContain(body)
      }
    }
  })

  it('reads on behind junk, zeros and a damaged start', async () => {
    const members = records.map((record) => gzipSync(record))
    const [first = Buffer.alloc(0), ...others] = members
    const junk = Buffer.from('this is no gzip member, \x1f\x8b\x08 and this neither'.repeat(100), 'latin1')
    const damagedStart = Buffer.concat([Buffer.alloc(5, 1), first.subarray(5), ...others])
    const zeros = Buffer.concat([first, Buffer.alloc(5000), ...others, Buffer.alloc(512)])

    const items = await readWhole(warc, memorySource(Buffer.concat([first, junk, ...others])))
    expect(bodiesOf(items)).toEqual(bodies)
    expect(failuresOf(items)).toEqual(['bad-gzip'])
    expect(bodiesOf(await readWhole(warc, memorySource(damagedStart)))).toEqual(bodies.slice(1))
    const padded = await readWhole(warc, memorySource(zeros))
    expect(bodiesOf(padded)).toEqual(bodies)
    expect(failuresOf(padded)).toEqual([])
  })

  it.each([
    ['too short', 20, 'bad-content-length'],
    ['too long by a record and a half', 900, 'bad-content-length'],
    ['beyond the end', 1e9, 'bad-content-length'],
    ['beyond the cap, and inside the input', 40_000, 'bad-content-length'],
    ['not a number', 'many', 'bad-content-length'],
    ['negative', -1, 'bad-content-length'],
  ])('finds the next record when a length is %s', async (_, length, reason) => {
    const wrong = Buffer.from(
      (records[1] ?? Buffer.alloc(0))
        .toString('latin1')
        .replace(/Content-Length: \d+/, `Content-Length: ${length}`),
      'latin1',
    )
    const many = [
      records[0] ?? wrong,
      wrong,
      ...records.slice(2),
      ...PAGES.map((number) => page(number + 5, 20_000)),
    ]
    for (const [name, bytes] of [
      ['memory.warc', Buffer.concat(many)],
      ['memory.warc.gz', gzipSync(Buffer.concat(many.slice(0, 6)))],
    ] as const) {
      const items = await readWhole(warc, memorySource(bytes, name), { maxRecordBytes: 30_000 })
      expect(failuresOf(items)[0], name).toBe(reason)
      expect(bodiesOf(items), name).toEqual(
        expect.arrayContaining([bodies[0], bodies[2], bodies[3], bodies[4]]),
      )
    }
  })

  it.each([
    ['no version', 'WARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n', ['bad-warc-header']],
    ['no type', 'WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n', ['bad-warc-header']],
    ['no end', `WARC/1.0\r\n${'X: y\r\n'.repeat(20_000)}`, ['bad-warc-header']],
    ['no length', 'WARC/1.0\r\nWARC-Type: response\r\n\r\n\r\n\r\n', ['bad-content-length']],
    ['nothing but text', 'hello\nworld\n'.repeat(1000), ['bad-warc-header']],
  ])('refuses a header with %s, and reads on', async (_, text, reasons) => {
    for (const bytes of [
      Buffer.concat([Buffer.from(text), page(1)]),
      Buffer.concat([gzipSync(text), gzipSync(page(1))]),
      gzipSync(Buffer.concat([Buffer.from(text), page(1)])),
    ]) {
      const items = await readWhole(warc, memorySource(bytes, 'memory.warc'))
      expect(failuresOf(items)).toEqual(reasons)
      expect(bodiesOf(items)).toEqual(['<p>page 1 '])
    }
  })

  it('gives nothing for nothing', async () => {
    expect(await readWhole(warc, memorySource(Buffer.alloc(0)))).toEqual([])
    expect(await readWhole(warc, memorySource(Buffer.alloc(100_000)))).toEqual([])
  })
})

describe('an archive that is too large', () => {
  const huge = warcRecord({ url: 'https://made.test/huge', block: http(Buffer.alloc(20 << 20, 'a')) })

  it.each([
    ['plain', 'memory.warc', Buffer.concat([page(0), huge, page(1)])],
    [
      'a member each',
      'memory.warc.gz',
      Buffer.concat([page(0), huge, page(1)].map((record) => gzipSync(record))),
    ],
    ['one member', 'memory.warc.gz', gzipSync(Buffer.concat([page(0), huge, page(1)]))],
  ])('passes over a record above the cap: %s', async (_, name, bytes) => {
    const items = await readWhole(warc, memorySource(bytes, name), { maxRecordBytes: 1 << 20 })
    expect(failuresOf(items)).toEqual(['record-too-large'])
    expect(bodiesOf(items)).toEqual(['<p>page 0 ', '<p>page 1 '])
    const failure = items.find((item) => 'failure' in item)
    expect(failure).toMatchObject({ failure: { url: 'https://made.test/huge' } })
  })

  it('gives the record when the cap allows', async () => {
    const items = await readWhole(warc, memorySource(gzipSync(huge)))
    expect(bodiesOf(items).map((body) => body.length)).toEqual([20 << 20])
  })

  it('holds no more than the cap of a bomb inside a content coding', async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20), { level: 9 })
    const record = warcRecord({
      url: 'https://made.test/bomb',
      block: http(bomb, ['Content-Encoding: gzip']),
    })
    const before = process.memoryUsage().rss
    const items = await readWhole(warc, memorySource(gzipSync(record)), { maxRecordBytes: 1 << 20 })
    expect(failuresOf(items)).toEqual(['record-too-large'])
    expect(process.memoryUsage().rss - before).toBeLessThan(48 << 20)
  })

  it('gives up a member with more records than bytes', async () => {
    const empty = 'WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n'
    const items = await readWhole(
      warc,
      memorySource(Buffer.concat([gzipSync(empty.repeat(20_000)), gzipSync(page(1))])),
    )
    expect(failuresOf(items)).toEqual(['too-many-records'])
    expect(bodiesOf(items)).toEqual(['<p>page 1 '])
  })
})

function arcHeader(): Buffer {
  const block = '1 0 Made\nURL IP-address Archive-date Content-type Archive-length\n'
  return Buffer.from(`filedesc://made.arc 0.0.0.0 20080102030405 text/plain ${block.length}\n${block}\n`)
}

function arcPage(number: number): Buffer {
  const block = http(`<p>page ${number} of an ARC file`, ['Content-Type: text/html'])
  const line = `http://made.test/${number} 127.0.0.1 20080102030405 text/html ${block.length}\n`
  return Buffer.concat([Buffer.from(line), block, Buffer.from('\n')])
}
