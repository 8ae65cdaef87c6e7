import { z } from 'zod'
import {
  defineFormat,
  type ReadEnd,
  type ReadItem,
  type ReadOptions,
  type Source,
  type Split,
} from '../../model/record.ts'
import { bzip2Items, isStreamHeader, nextStreamStart } from './bzip2.ts'
import { type PageItem, PageScanner, type PositionOf } from './pages.ts'

const options = z.strictObject({
  namespaces: z
    .array(z.int())
    .min(1)
    .default([0])
    .describe('Numbers of the namespaces whose pages are wanted; 0 holds the articles'),
})
type Options = z.output<typeof options>

/**
 * MediaWiki XML dumps, plain or bzip2, of one stream or many.
 *
 * A record's position is unique, rising and the same for any split: the byte of `<page` in plain XML;
 * in bzip2 the place of the compressed block that holds it, `floor(bit / 128) * 2^18`, plus the
 * number of the page within the block, from 1. A block is at least 174 bits long and holds at most
 * 900,000 bytes, of which `<page` takes 5, so neither part can run over; numbers stay exact up to
 * files of 512 GiB. From the position the block is found again without reading what precedes it.
 *
 * A page belongs to the split in which its `<page` stands. Reasons: `cut-bz2`, `bad-bz2`, `bad-xml`,
 * `record-too-large`; skips: `not-an-article`, `redirect`, `deleted-text`.
 */
export const wikipedia = defineFormat({
  name: 'wikipedia',
  revision: 1,
  description: 'MediaWiki XML dumps (pages-articles), plain or bzip2, multistream or not',
  extensions: ['-pages-articles.xml.bz2', '.xml.bz2', '-pages-articles.xml'],
  options,
  async split(source, _options, targetBytes) {
    const starts = [0]
    const compressed = await isCompressed(source)
    for (let at = targetBytes; at < source.size; ) {
      const start = compressed ? await nextStreamStart(source, at) : await nextPageStart(source, at)
      if (start === undefined) break
      starts.push(start)
      at = start + targetBytes
    }
    return starts.map((start, index) => ({ start, end: starts[index + 1] ?? source.size, first: start }))
  },
  async *read(source, split, readOptions) {
    // Behind it is a reader of XML that other formats need not load.
    const { pageItem, readSiteInfo } = await import('./page-record.ts')
    const compressed = await isCompressed(source)
    const site = readSiteInfo(await headOf(source, compressed))
    const finish = (items: readonly PageItem[]): ReadItem[] =>
      items.map((item) =>
        item.kind === 'page'
          ? pageItem(
              Buffer.from(item.bytes).toString('utf8'),
              item.position,
              site ?? {},
              readOptions.options.namespaces,
            )
          : { failure: { position: item.position, reason: item.reason, detail: item.detail } },
      )
    const only = readOptions.only
    if (only !== undefined) {
      for (const position of only) yield* readOne(source, position, compressed, readOptions, finish)
      return { next: split.end }
    }
    const pages = compressed
      ? compressedPages(source, split, readOptions)
      : plainPages(source, split, readOptions)
    let found = 0
    for (;;) {
      const step = await pages.next()
      if (step.done === true) {
        if (found === 0 && split.start === 0 && site === undefined) yield [notADump]
        return step.value
      }
      found += step.value.length
      if (step.value.length > 0) yield finish(step.value)
    }
  },
})

const notADump: ReadItem = {
  failure: {
    position: 0,
    reason: 'bad-xml',
    detail: 'no <mediawiki> element and no <page>: not a MediaWiki dump',
  },
}

/** Inflated bytes without the end of a page, in multiples of the record limit, that end the reading. */
const BOMB_FACTOR = 16
const PAGES_PER_BLOCK = 2 ** 18
const BITS_PER_PLACE = 128

type Pages = AsyncGenerator<readonly PageItem[], ReadEnd>

async function* compressedPages(
  source: Source,
  split: Split,
  { maxRecordBytes, signal }: ReadOptions<Options>,
): Pages {
  const scanner = new PageScanner(maxRecordBytes)
  let next = source.size
  let owned = true
  let quietBytes = 0
  for await (const item of bzip2Items(source, split.start, { signal })) {
    if (item.kind === 'stream') {
      if (item.start < split.end) continue
      if (owned) next = item.start
      owned = false
      if (!scanner.pending) break
    } else if (item.kind === 'damage') {
      if (owned || scanner.pending) yield damaged(scanner, item.bit, item.reason, item.detail)
    } else {
      const found = scanner.push(item.data, blockPositions(item.bit), owned)
      yield found
      if (scanner.done || (!owned && !scanner.pending)) break
      quietBytes = found.length > 0 ? scanner.pageBytes : quietBytes + item.data.length
      if (quietBytes > BOMB_FACTOR * maxRecordBytes) {
        yield damaged(
          scanner,
          item.bit,
          'record-too-large',
          `no page ends within ${quietBytes} bytes: gave up`,
        )
        return { next: source.size }
      }
    }
  }
  yield scanner.lose('bad-xml', 'the input ends inside the page')
  return { next }
}

/** One failure for one damaged place: the page it cuts, or the block itself. */
function damaged(scanner: PageScanner, bit: number, reason: string, detail: string): readonly PageItem[] {
  const lost = scanner.lose(reason, detail)
  scanner.cut()
  return lost.length > 0 ? lost : [{ kind: 'lost', position: blockPosition(bit), reason, detail }]
}

function blockPosition(bit: number): number {
  return Math.floor(bit / BITS_PER_PLACE) * PAGES_PER_BLOCK
}

function blockPositions(bit: number): PositionOf {
  let position = blockPosition(bit)
  return () => ++position
}

async function* plainPages(
  source: Source,
  split: Split,
  { maxRecordBytes, signal }: ReadOptions<Options>,
): Pages {
  const scanner = new PageScanner(maxRecordBytes)
  let next: number | undefined
  let at = split.start
  for await (const chunk of source.read(split.start, source.size, signal)) {
    const start = at
    at += chunk.length
    const positionOf: PositionOf = (offset) => start + offset
    const mine = Math.max(0, Math.min(chunk.length, split.end - start))
    if (mine > 0) yield scanner.push(chunk.subarray(0, mine), positionOf)
    if (mine === chunk.length) continue
    yield scanner.push(chunk.subarray(mine), (offset) => start + mine + offset, false)
    if (scanner.done || !scanner.pending) {
      next = await nextPageStart(source, split.end)
      break
    }
  }
  yield scanner.lose('bad-xml', 'the input ends inside the page')
  return { next: next ?? source.size }
}

/** Reads the page at one position: seeks to its block or byte. */
async function* readOne(
  source: Source,
  position: number,
  compressed: boolean,
  { maxRecordBytes, signal }: ReadOptions<Options>,
  finish: (items: readonly PageItem[]) => ReadItem[],
): AsyncGenerator<readonly ReadItem[]> {
  const scanner = new PageScanner(maxRecordBytes)
  const block = compressed ? Math.floor(position / PAGES_PER_BLOCK) : position
  const start = compressed ? block * (BITS_PER_PLACE / 8) : position
  const whole: Split = { start, end: source.size, first: start }
  const pages = compressed
    ? seekPages(source, start, scanner, signal)
    : plainPages(source, whole, {
        options: { namespaces: [] },
        maxRecordBytes,
        maxWindowBytes: 0,
        ...(signal === undefined ? {} : { signal }),
      })
  for await (const items of pages) {
    const wanted = items.filter((item) => item.position === position)
    if (wanted.length > 0) yield finish(wanted)
    if (wanted.length > 0 || items.some((item) => item.position > position)) return
  }
}

async function* seekPages(
  source: Source,
  start: number,
  scanner: PageScanner,
  signal?: AbortSignal,
): AsyncGenerator<readonly PageItem[]> {
  for await (const item of bzip2Items(source, start, { seek: true, signal })) {
    if (item.kind === 'damage') yield damaged(scanner, item.bit, item.reason, item.detail)
    else if (item.kind === 'block') yield scanner.push(item.data, blockPositions(item.bit))
  }
  yield scanner.lose('bad-xml', 'the input ends inside the page')
}

async function isCompressed(source: Source): Promise<boolean> {
  const head: Uint8Array[] = []
  for await (const chunk of source.read(0, Math.min(4, source.size))) head.push(chunk)
  return isStreamHeader(Buffer.concat(head), 0)
}

/** Byte of the first `<page` tag at or behind `from`. */
async function nextPageStart(source: Source, from: number): Promise<number | undefined> {
  const scanner = new PageScanner(0)
  let at = from
  let found: number | undefined
  for await (const chunk of source.read(from, source.size)) {
    const start = at
    at += chunk.length
    scanner.push(chunk, (offset) => {
      found ??= start + offset
      return 0
    })
    if (found !== undefined) return found
  }
  return undefined
}

const MAX_HEAD_BYTES = 1 << 20

/** The header at the start of the file, whichever split is being read. */
async function headOf(source: Source, compressed: boolean): Promise<string> {
  const chunks = compressed ? inflated(source) : source.read(0, Math.min(source.size, MAX_HEAD_BYTES))
  let head = ''
  for await (const chunk of chunks) {
    head += Buffer.from(chunk).toString('latin1', 0, MAX_HEAD_BYTES - head.length)
    const end = head.search(/<\/siteinfo>|<page[\s>]/)
    if (end !== -1) head = head.slice(0, end)
    if (end !== -1 || head.length >= MAX_HEAD_BYTES) break
  }
  return Buffer.from(head, 'latin1').toString('utf8')
}

async function* inflated(source: Source): AsyncGenerator<Uint8Array> {
  for await (const item of bzip2Items(source, 0)) {
    if (item.kind === 'damage') return
    if (item.kind === 'block') yield item.data
  }
}
