import type { ReadEnd, ReadItem, ReadOptions, Source, Split } from '../../model/record.ts'
import { ByteWindow } from '../source/byte-window.ts'
import { readRange } from '../source/source.ts'
import { type Dialect, MAX_HEAD_BYTES } from './dialect.ts'
import { GZIP_MAGIC, openMember, WHOLE_MEMBER_BYTES } from './gzip-member.ts'
import { findMember, isGzip, PROBE_BYTES, startsMember } from './member-search.ts'
import { type RecordStream, readRecords } from './record-stream.ts'

/** What reading an archive needs besides its bytes. */
export type ArchiveOptions = Pick<ReadOptions<unknown>, 'maxRecordBytes' | 'only' | 'signal'>

/** Items are handed on when so many payload bytes or items have gathered. */
const BATCH_BYTES = 1 << 20
const BATCH_ITEMS = 256

/**
 * Reads the records of an archive that start in a split, from a plain file or from gzip members.
 *
 * Position of a record: the offset as stored of its start in a plain file; of its member's start in a
 * `.gz`, plus its ordinal in that member (0 for the usual one record a member). A member has more
 * stored bytes than records, so positions are unique and rise; a bomb that has not is given up with
 * `too-many-records`.
 */
export async function* readArchive(
  source: Source,
  split: Split,
  dialect: Dialect,
  options: ArchiveOptions,
): AsyncGenerator<readonly ReadItem[], ReadEnd> {
  const gzip = await isGzip(source, dialect)
  const items = gzip
    ? readMembers(source, split, dialect, options)
    : readPlain(source, split, dialect, options)
  const wanted = options.only === undefined ? undefined : new Set(options.only)
  let batch: ReadItem[] = []
  let bytes = 0
  try {
    for (;;) {
      const next = await items.next()
      if (next.done) {
        if (batch.length > 0) yield batch
        return { next: options.only === undefined ? next.value : split.end }
      }
      const item = next.value
      if (wanted !== undefined && !wanted.has(positionOf(item))) continue
      batch.push(item)
      if ('record' in item) bytes += item.record.body.length
      if (bytes < BATCH_BYTES && batch.length < BATCH_ITEMS) continue
      yield batch
      batch = []
      bytes = 0
    }
  } finally {
    // A reader may stop early: the file behind the items is let go of.
    await items.return(split.end)
  }
}

async function* readMembers(
  source: Source,
  split: Split,
  dialect: Dialect,
  options: ArchiveOptions,
): AsyncGenerator<ReadItem, number> {
  const { signal } = options
  const seek = seeker(options.only, async (at) =>
    startsMember(await peek(source, at, PROBE_BYTES, signal), 0, dialect),
  )
  let stored = openWindow(source, split.start, signal)
  try {
    for (;;) {
      signal?.throwIfAborted()
      const target = await seek(stored.offset)
      if (target === undefined) return split.end
      stored = await moveTo(source, stored, target, signal)
      await passZeros(stored)
      if (stored.bytes.length === 0) return source.size
      const start = stored.offset
      if (start >= split.end) return start

      const end = yield* readMember(source, stored, dialect, options)
      const next = end ?? (await findMember(source, start + 1, dialect, signal)) ?? source.size
      stored = await moveTo(source, stored, next, signal)
    }
  } finally {
    await stored.close()
  }
}

/** Reads the member where `stored` stands; gives where it ends, or `undefined` when it is damaged. */
async function* readMember(
  source: Source,
  stored: ByteWindow,
  dialect: Dialect,
  options: ArchiveOptions,
): AsyncGenerator<ReadItem, number | undefined> {
  const start = stored.offset
  const member = await openMember(source, stored, options.signal)
  if (member === undefined) {
    const magic = GZIP_MAGIC.subarray(0, Math.min(stored.bytes.length, GZIP_MAGIC.length))
    const cut = stored.bytes.length < WHOLE_MEMBER_BYTES && stored.bytes.indexOf(magic) === 0
    yield cut
      ? failure(start, 'cut-gzip', 'the input ends inside the header of a gzip member')
      : failure(start, 'bad-gzip', 'expected a gzip member here')
    return undefined
  }
  try {
    const { damaged } = yield* readRecords({
      window: member.content,
      dialect,
      position: (_, ordinal) => start + ordinal,
      maxRecords: () => member.stored(),
      end: Number.POSITIVE_INFINITY,
      maxBlockBytes: options.maxRecordBytes + MAX_HEAD_BYTES,
    })
    return damaged ? undefined : start + member.stored()
  } finally {
    await member.content.close()
  }
}

async function* readPlain(
  source: Source,
  split: Split,
  dialect: Dialect,
  options: ArchiveOptions,
): AsyncGenerator<ReadItem, number> {
  const { signal } = options
  const seek = seeker(options.only, async (at) =>
    dialect.startsAt(await peek(source, at, dialect.startBytes, signal), 0),
  )
  let window = openWindow(source, split.start, signal)
  const stream = (at: ByteWindow, end: number): RecordStream => ({
    window: at,
    dialect,
    position: (offset) => offset,
    maxRecords: () => Number.POSITIVE_INFINITY,
    end,
    maxBlockBytes: options.maxRecordBytes + MAX_HEAD_BYTES,
    jump: {
      peek: (offset, length) => peek(source, offset, length, signal),
      to: async (offset) => {
        window = await moveTo(source, window, offset, signal)
        return window
      },
    },
  })
  try {
    if (options.only === undefined) return (yield* readRecords(stream(window, split.end))).offset
    for (;;) {
      const target = await seek(window.offset)
      if (target === undefined || target >= split.end || (window.ended && window.bytes.length === 0))
        return split.end
      window = await moveTo(source, window, target, signal)
      // One record, then look again where the next wanted one is.
      yield* readRecords(stream(window, target + 1))
    }
  } finally {
    await window.close()
  }
}

/**
 * Where to read on for the positions in `only`, from a place between records: the next wanted position
 * where a record starts there, else the place itself; `undefined` when none is left.
 */
function seeker(
  only: readonly number[] | Uint32Array | undefined,
  startsAt: (offset: number) => Promise<boolean>,
): (offset: number) => Promise<number | undefined> {
  if (only === undefined) return async (offset) => offset
  let index = 0
  let unseekable = -1
  return async (offset) => {
    while (index < only.length && (only[index] ?? 0) < offset) index++
    const wanted = only[index]
    if (wanted === undefined || wanted === offset || wanted === unseekable)
      return wanted === undefined ? undefined : offset
    if (await startsAt(wanted)) return wanted
    unseekable = wanted
    return offset
  }
}

async function peek(source: Source, at: number, length: number, signal?: AbortSignal): Promise<Buffer> {
  const bytes = await readRange(source, at, at + length, signal)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function openWindow(source: Source, offset: number, signal: AbortSignal | undefined): ByteWindow {
  return new ByteWindow(source.read(offset, source.size, signal), offset)
}

/** A window at another place: the same one where that is in reach. */
async function moveTo(
  source: Source,
  window: ByteWindow,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<ByteWindow> {
  const ahead = offset - window.offset
  if (ahead >= 0 && ahead <= window.bytes.length) {
    window.advance(ahead)
    return window
  }
  await window.close()
  return openWindow(source, offset, signal)
}

/** Passes over zeros between members, as tapes and padded files have. */
async function passZeros(stored: ByteWindow): Promise<void> {
  for (;;) {
    if (!stored.has(1)) await stored.ensure(1)
    let zeros = 0
    while (zeros < stored.bytes.length && stored.bytes[zeros] === 0) zeros++
    if (zeros === 0) return
    stored.advance(zeros)
  }
}

function positionOf(item: ReadItem): number {
  if ('record' in item) return item.record.position
  return 'failure' in item ? item.failure.position : item.skipped.position
}

function failure(position: number, reason: string, detail: string): ReadItem {
  return { failure: { position, reason, detail } }
}
