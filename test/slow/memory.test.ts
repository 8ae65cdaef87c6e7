import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../src/model/version.ts'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { http, warcRecord } from '../golden/warc/maker.ts'
import { archive, pageRecord, pagesArchive, range, submissionLines } from '../synthetic-crawl.ts'
import { finished } from './process.ts'

const MIB = 1 << 20
const PROMISES = [
  { memory: '512M', bytes: 512 * MIB },
  { memory: '1G', bytes: 1024 * MIB },
]

if (process.platform === 'linux') describe('peak resident size', memory)
else describe.skip('peak resident size (needs /proc)', () => it('keeps to its bound', () => undefined))

function memory(): void {
  const place = new Workplace()
  afterAll(() => place.remove())
  let stores = 0

  /** Runs without and with bounds; gives the peak of each, and the version that all of them made. */
  async function compared(recipe: string, inputs: readonly string[]): Promise<Manifest> {
    const args = (store: string, ...more: readonly string[]): readonly string[] => [
      ...['--store', store, 'run', recipe, '--workers', '2', ...more],
      ...inputs.flatMap((input) => ['--input', input]),
    ]
    const free = await version(args(`free-${stores}`), `free-${stores}`)
    const peaks = [`${Math.round(free.peakBytes / MIB)} MiB without`]
    for (const { memory, bytes } of PROMISES) {
      const store = `${memory}-${stores}`
      const bound = await version(args(store, '--memory', memory), store)
      expect(bound.manifest.hashes).toEqual(free.manifest.hashes)
      expect(bound.manifest.steps).toEqual(free.manifest.steps)
      expect(bound.peakBytes, `--memory ${memory}`).toBeLessThanOrEqual(bytes)
      expect(bound.peakBytes).toBeGreaterThan(64 * MIB)
      peaks.push(`${Math.round(bound.peakBytes / MIB)} MiB of ${memory}`)
    }
    stores++
    process.stdout.write(`${expect.getState().currentTestName}: ${peaks.join(', ')}\n`)
    return free.manifest
  }

  async function version(
    args: readonly string[],
    store: string,
  ): Promise<{ readonly manifest: Manifest; readonly peakBytes: number }> {
    const run = await finished(args, place.dir)
    expect(run.result.code, run.stderr).toBe(0)
    const name = args.includes('gpt2-webtext') ? 'webtext@1' : 'hostile@1'
    const { manifest } = await openVersion(join(place.dir, store, name))
    return { manifest, peakBytes: run.peakBytes }
  }

  /** A recipe over one format, which lets what is read through. */
  function recipe(format: string, use: string): string {
    const name = `${format}.yaml`
    place.write(
      name,
      Buffer.from(
        `name: hostile\nwrites: hostile\ninputs: { files: { format: ${format} } }\nmaxFailureRatio: 1\nsteps:\n  - { name: text, use: ${use} }\n  - { name: exact, use: dedup-exact }\n`,
      ),
    )
    return name
  }

  describe('of a crawl', () => {
    beforeAll(() => {
      // As many pages as make the machinery reach its steady state, in the shape of a real crawl.
      place.write('submissions.jsonl', Buffer.from(`${submissionLines(range(0, 16_000)).join('\n')}\n`))
      for (let file = 0; file < 8; file++)
        place.write(`crawl/${file}.warc.gz`, pagesArchive(range(file * 2000, 2000), { paragraphs: 40 }))
    })

    it('of 16,000 pages', async () => {
      const manifest = await compared('gpt2-webtext', [
        'submissions=submissions.jsonl',
        'pages=crawl/*.warc.gz',
      ])
      expect(manifest.steps.at(-1)?.kept).toBeGreaterThan(5000)
    })
  })

  describe('of hostile inputs', () => {
    it('a line of 200 MB among short ones', async () => {
      const path = place.write('lines/long.jsonl', Buffer.from(''))
      for (let line = 0; line < 50; line++) appendFileSync(path, `{"text":"line ${line} before"}\n`)
      appendFileSync(path, '{"text":"')
      const piece = 'all work and no play '.repeat(50_000)
      for (let bytes = 0; bytes < 200e6; bytes += piece.length) appendFileSync(path, piece)
      appendFileSync(path, '"}\n')
      for (let line = 0; line < 50; line++) appendFileSync(path, `{"text":"line ${line} behind"}\n`)
      const manifest = await compared(recipe('jsonl', 'row'), ['files=lines/*.jsonl'])
      expect(manifest.steps[0]).toMatchObject({ kept: 100, failed: 1, reasons: { 'record-too-large': 1 } })
    })

    it('lines that inflate to 1 GB, in .gz and in .zst', async () => {
      const good = '{"text":"a good line"}\n'
      place.write('bombs/a.jsonl.gz', Buffer.concat([gzipSync(good), gzipBomb(1e9)]))
      place.write('bombs/b.jsonl.zst', Buffer.concat([zstdCompressSync(good), zstdBomb(1e9)]))
      const manifest = await compared(recipe('jsonl', 'row'), ['files=bombs/*'])
      expect(manifest.steps[0]).toMatchObject({ in: 4, kept: 2, failed: 2 })
    })

    it('payloads that inflate to 1 GB, by themselves and with their record', async () => {
      const bomb = warcRecord({
        url: 'https://bomb.test/',
        id: '00000000-0000-4000-9000-000000000000',
        block: http(gzipBomb(1e9), ['Content-Type: text/html', 'Content-Encoding: gzip']),
      })
      const pages = [pageRecord(1), bomb, pageRecord(2)]
      const nothing = Buffer.from(
        `WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-9000-000000000001>\r\nWARC-Target-URI: https://zero.test/\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: ${Math.ceil(1e9 / MIB) * MIB}\r\n\r\n`,
      )
      place.write(
        'warcs/bomb.warc.gz',
        Buffer.concat([archive(pages), gzipBomb(1e9, nothing), archive([pageRecord(3)])]),
      )
      const manifest = await compared(recipe('warc', 'html'), ['files=warcs/*.gz'])
      expect(manifest.steps[0]).toMatchObject({ in: 5, kept: 3, failed: 2 })
      expect(manifest.steps[0]?.reasons).toMatchObject({ 'record-too-large': 2 })
    })

    it('pages of 30 MB', async () => {
      const words = pageRecord(5, { paragraphs: 60_000 })
      expect(words.length).toBeGreaterThan(20e6)
      const deep = Buffer.from(`<html><body>${'<i>'.repeat(10_000_000)}text`)
      const wide = Buffer.from(`<html><body><p>${'漢字仮名交じり文。'.repeat(1_100_000)}`)
      const records = [words, large(2, deep), large(3, wide), pageRecord(6)]
      for (const each of records) expect(each.length).toBeLessThan(32 * MIB)
      place.write('large/pages.warc.gz', archive(records))
      const manifest = await compared(recipe('warc', 'html'), ['files=large/*.gz'])
      expect(manifest.steps[0]).toMatchObject({ in: 4, kept: 4 })
    })

    it('a page whose tree does not fit is refused within the bound, or read as without it', async () => {
      const tags = Buffer.from(`<html><body>${'<div><p>a b c</p>'.repeat(1_700_000)}`)
      place.write('tree/page.warc.gz', archive([large(1, tags), pageRecord(6)]))
      const args = (store: string): readonly string[] => [
        ...['--store', store, 'run', recipe('warc', 'html'), '--workers', '2', '--input', 'files=tree/*.gz'],
      ]
      const free = await version(args('tree'), 'tree')
      expect(free.manifest.steps[0]).toMatchObject({ in: 2, kept: 2 })
      for (const { memory, bytes } of PROMISES) {
        const store = `tree-${memory}`
        const run = await finished([...args(store), '--memory', memory], place.dir)
        expect(run.peakBytes, `--memory ${memory}`).toBeLessThanOrEqual(bytes)
        if (run.result.code === 0) {
          const { manifest } = await openVersion(join(place.dir, store, 'hostile@1'))
          expect(manifest.hashes).toEqual(free.manifest.hashes)
        } else {
          expect(run.result.code, run.stderr).toBe(5)
          expect(run.stderr).toContain('raise --memory')
        }
      }
    })
  })
}

/** A page of its own HTML. */
function large(number: number, body: Buffer): Buffer {
  return warcRecord({
    url: `https://large.test/${number}`,
    id: `00000000-0000-4000-9000-00000000000${number}`,
    block: http(body, ['Content-Type: text/html; charset=utf-8']),
  })
}

/** A gzip member that inflates to `first` and so many zero bytes, made without holding them. */
function gzipBomb(bytes: number, first: Uint8Array = new Uint8Array()): Buffer {
  // Blocks of one megabyte of zeros end at a byte and have no window in common, so they can be repeated.
  const zeros = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH })
  const head = deflateRawSync(first, { finishFlush: constants.Z_FULL_FLUSH })
  const count = Math.ceil(bytes / MIB)
  const end = deflateRawSync(Buffer.alloc(0))
  const piece = Buffer.alloc(MIB)
  let sum = crc32(first)
  for (let index = 0; index < count; index++) sum = crc32(piece, sum)
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(sum, 0)
  trailer.writeUInt32LE((count * MIB + first.length) % 2 ** 32, 4)
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])
  return Buffer.concat([header, head, ...Array.from({ length: count }, () => zeros), end, trailer])
}

/** Frames of zeros, one behind the other. */
function zstdBomb(bytes: number): Buffer {
  const frame = zstdCompressSync(Buffer.alloc(MIB))
  return Buffer.concat(Array.from({ length: Math.ceil(bytes / MIB) }, () => frame))
}
