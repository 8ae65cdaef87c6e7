import type { ReadItem } from '../../model/record.ts'
import type { ByteWindow } from '../source/byte-window.ts'
import { type Dialect, isProblem, MAX_HEAD_BYTES, type RecordHead } from './dialect.ts'

/** Records one behind the other: the content of a gzip member, or a plain file. */
export interface RecordStream {
  readonly window: ByteWindow
  readonly dialect: Dialect
  /** Position of the item that starts at `offset`, the `ordinal`th of this stream. */
  position(offset: number, ordinal: number): number
  /** Records that this stream has positions for. */
  maxRecords(): number
  /** Where reading ends: records that start at this offset or behind it belong to others. */
  readonly end: number
  /** Longest block that is held; longer ones are passed over. */
  readonly maxBlockBytes: number
  /** For plain files: the bytes at an offset, and a window that starts there. */
  readonly jump?: {
    peek(offset: number, length: number): Promise<Buffer>
    to(offset: number): Promise<ByteWindow>
  }
}

/** Blank bytes that may lie between two records: two line ends by the standard, more in the wild. */
const MAX_GAP_BYTES = 64

/**
 * Reads records up to `end`; returns the offset where it stopped and whether the stream was damaged.
 *
 * A record is given only when what follows it is right: the next record, or the undamaged end. So a
 * wrong length or a broken gzip member never passes as a document, and after it reading goes on at the
 * next place where a record starts.
 */
export async function* readRecords(
  stream: RecordStream,
): AsyncGenerator<ReadItem, { readonly offset: number; readonly damaged: boolean }> {
  const { dialect } = stream
  let window = stream.window
  for (let ordinal = 0; ; ordinal++) {
    await passBlank(window)
    const offset = window.offset
    if (offset >= stream.end || (window.bytes.length === 0 && window.damage === undefined)) break
    const position = stream.position(offset, ordinal)
    if (ordinal >= stream.maxRecords()) {
      yield failure(position, 'too-many-records', 'the gzip member holds more records than stored bytes')
      return { offset, damaged: true }
    }
    if (!window.has(MAX_HEAD_BYTES)) await window.ensure(MAX_HEAD_BYTES)
    if (window.bytes.length === 0) {
      yield failure(position, window.damage?.reason ?? '', window.damage?.message ?? '')
      break
    }

    const head = dialect.head(window.bytes)
    if (isProblem(head)) {
      const cut = head.cut && window.ended
      const reason = cut ? (window.damage?.reason ?? 'cut-record') : head.reason
      yield failure(position, reason, head.problem)
      if (await resync(window, dialect, 1)) continue
      // What ended the stream has had its failure item.
      return { offset: window.offset, damaged: window.damage !== undefined }
    }

    const blockEnd = head.bytes + head.contentLength
    // A block that is held anyway, however long, is checked like any other.
    if (head.contentLength > stream.maxBlockBytes && !window.ended) {
      const next = await passLarge(stream, window, head)
      yield next.item(position)
      window = next.window
      if (next.damaged) return { offset: window.offset, damaged: true }
      continue
    }
    const needed = blockEnd + MAX_GAP_BYTES + dialect.startBytes
    if (!window.has(needed)) await window.ensure(needed)
    const trouble = troubleBehind(window, dialect, head.bytes, head.contentLength)
    if (trouble === undefined) {
      yield head.skip !== undefined || head.contentLength > stream.maxBlockBytes
        ? unread(head, position)
        : dialect.item(head, window.bytes.subarray(head.bytes, blockEnd), position)
      window.advance(blockEnd)
      continue
    }
    if (window.damage !== undefined && trouble === 'cut-record') {
      yield failure(position, window.damage.reason, window.damage.message, head.url)
      return { offset: window.offset, damaged: true }
    }
    const found = await resync(window, dialect, head.bytes)
    const reason = found ? 'bad-content-length' : trouble
    yield failure(position, reason, lengthDetail(reason, head.contentLength), head.url)
  }
  return { offset: window.offset, damaged: window.damage !== undefined }
}

/** What is wrong with the bytes behind a block; `undefined` when the block is whole. */
function troubleBehind(
  window: ByteWindow,
  dialect: Dialect,
  headBytes: number,
  contentLength: number,
): 'cut-record' | 'bad-content-length' | undefined {
  const { bytes } = window
  const blockEnd = headBytes + contentLength
  if (bytes.length < blockEnd) return 'cut-record'
  const next = blankEnd(bytes, blockEnd, blockEnd + MAX_GAP_BYTES)
  if (next === bytes.length && window.ended) return window.damage === undefined ? undefined : 'cut-record'
  const follows = dialect.startsAt(bytes, next) || (window.ended && dialect.mayStartAt(bytes, next))
  return follows ? undefined : 'bad-content-length'
}

/** The item of a block that was not looked at: nobody wants it, or it is too large. */
function unread(head: RecordHead, position: number): ReadItem {
  return head.skip === undefined
    ? failure(position, 'record-too-large', `a block of ${head.contentLength} bytes`, head.url)
    : skipped(position, head)
}

/** Passes over a block that is too long to hold. */
async function passLarge(
  stream: RecordStream,
  window: ByteWindow,
  head: RecordHead,
): Promise<{ window: ByteWindow; damaged: boolean; item: (position: number) => ReadItem }> {
  const { dialect, jump } = stream
  const blockEnd = head.bytes + head.contentLength
  const passedOver = (position: number): ReadItem => unread(head, position)

  if (jump === undefined) {
    // A length that is wrong and too large as well takes what it covers of this member with it:
    // bytes that were inflated and let go of do not come back.
    const passed = await window.skip(blockEnd)
    if (passed === blockEnd) return { window, damaged: false, item: passedOver }
    const reason = window.damage?.reason ?? 'cut-record'
    const detail = lengthDetail('cut-record', head.contentLength)
    return {
      window,
      damaged: window.damage !== undefined,
      item: (position) => failure(position, reason, detail, head.url),
    }
  }

  const after = await jump.peek(window.offset + blockEnd, MAX_GAP_BYTES + dialect.startBytes)
  const next = blankEnd(after, 0, MAX_GAP_BYTES)
  const atEnd = next === after.length && after.length < MAX_GAP_BYTES + dialect.startBytes
  const inside = atEnd ? (await jump.peek(window.offset + blockEnd - 1, 1)).length === 1 : true
  if (inside && (atEnd || dialect.startsAt(after, next) || dialect.mayStartAt(after, next))) {
    const moved = await jump.to(window.offset + blockEnd)
    return { window: moved, damaged: false, item: passedOver }
  }
  const reason = (await resync(window, dialect, head.bytes)) ? 'bad-content-length' : 'cut-record'
  const detail = lengthDetail(reason, head.contentLength)
  return { window, damaged: false, item: (position) => failure(position, reason, detail, head.url) }
}

/** Moves to the next place where a record starts, `from` bytes on or later; else to the end. */
async function resync(window: ByteWindow, dialect: Dialect, from: number): Promise<boolean> {
  for (let least = from; ; ) {
    const at = dialect.findStart(window.bytes, least)
    if (at >= 0 && (window.ended || at + dialect.startBytes <= window.bytes.length)) {
      window.advance(at)
      return true
    }
    if (window.ended) {
      window.advance(window.bytes.length)
      return false
    }
    // A start may lie across the end of what is held, with the line end before it.
    const passed = Math.max(0, window.bytes.length - dialect.startBytes - 2)
    window.advance(passed)
    least = Math.max(0, least - passed)
    await window.ensure(window.bytes.length + 1)
  }
}

async function passBlank(window: ByteWindow): Promise<void> {
  for (;;) {
    if (!window.has(1)) await window.ensure(1)
    const blank = blankEnd(window.bytes, 0, window.bytes.length)
    if (blank > 0) window.advance(blank)
    if (window.bytes.length > 0 || window.ended) return
  }
}

/** Index of the first byte in a range that is no line end. */
function blankEnd(bytes: Buffer, from: number, limit: number): number {
  const end = Math.min(limit, bytes.length)
  let at = from
  while (at < end && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at++
  return at
}

function lengthDetail(reason: string, contentLength: number): string {
  return reason === 'cut-record'
    ? `the block should have ${contentLength} bytes, and ends before`
    : `no record follows the block of ${contentLength} bytes`
}

function skipped(position: number, head: RecordHead): ReadItem {
  return {
    skipped: {
      position,
      skip: head.skip ?? '',
      ...(head.url === undefined ? {} : { url: head.url }),
      ...(head.skipDetail === undefined ? {} : { detail: head.skipDetail }),
    },
  }
}

function failure(position: number, reason: string, detail: string, url?: string): ReadItem {
  return { failure: { position, reason, detail, ...(url === undefined ? {} : { url }) } }
}
