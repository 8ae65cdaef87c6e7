import type { Source, Split } from '../../model/record.ts'
import { ByteWindow } from '../source/byte-window.ts'
import { readRange } from '../source/source.ts'
import type { Dialect } from './dialect.ts'
import { GZIP_MAGIC, inflatedHead } from './gzip-member.ts'

/** Stored bytes that suffice to tell whether a member with a record starts at a place. */
export const PROBE_BYTES = 4096

/** Whether an input is gzip: by its first bytes, and where they are damaged by its name. */
export async function isGzip(source: Source, dialect: Dialect): Promise<boolean> {
  const bytes = await readRange(source, 0, dialect.startBytes)
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (head[0] === 0x1f && head[1] === 0x8b) return true
  return !dialect.startsAt(head, 0) && /\.gz([?#].*)?$/i.test(source.uri)
}

/** Whether a gzip member starts at `at` whose content starts with a record. */
export function startsMember(bytes: Buffer, at: number, dialect: Dialect): boolean {
  return dialect.startsAt(inflatedHead(bytes, at), 0)
}

/** Offset of the first member at `from` or behind it that starts with a record. */
export async function findMember(
  source: Source,
  from: number,
  dialect: Dialect,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const find = (bytes: Buffer, least: number): number => {
    let at = bytes.indexOf(GZIP_MAGIC, least)
    while (at >= 0 && !startsMember(bytes, at, dialect)) at = bytes.indexOf(GZIP_MAGIC, at + 1)
    return at
  }
  return search(source, from, PROBE_BYTES, find, signal)
}

/**
 * Cuts an archive where records start, each part at least `targetBytes` long but the last.
 *
 * The starts are guesses (an archive may hold an archive): whoever reads a split checks them.
 */
export async function splitArchive(
  source: Source,
  dialect: Dialect,
  targetBytes: number,
): Promise<readonly Split[]> {
  const gzip = await isGzip(source, dialect)
  const findPlain = (bytes: Buffer, least: number): number => dialect.findStart(bytes, least)
  const starts = [0]
  for (let at = Math.max(1, targetBytes); at < source.size; ) {
    const start = gzip
      ? await findMember(source, at, dialect)
      : // The line end before a record belongs to the search.
        await search(source, at - 1, dialect.startBytes, (bytes, least) =>
          findPlain(bytes, Math.max(1, least)),
        )
    if (start === undefined) break
    starts.push(start)
    at = start + Math.max(1, targetBytes)
  }
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? source.size, first: 0 }))
}

/** Runs `find` over an input from an offset; a find counts when `needed` bytes from it on are held. */
async function search(
  source: Source,
  from: number,
  needed: number,
  find: (bytes: Buffer, least: number) => number,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const window = new ByteWindow(source.read(from, source.size, signal), from)
  try {
    for (let least = 0; ; ) {
      await window.ensure(2 * needed + 2)
      const at = find(window.bytes, least)
      if (at >= 0 && (window.ended || at + needed <= window.bytes.length)) return window.offset + at
      if (window.ended) return undefined
      // What starts near the end of what is held is looked at again with more behind it.
      const passed = Math.max(0, (at >= 0 ? at : window.bytes.length - needed) - 1)
      window.advance(passed)
      least = passed === 0 ? least : 1
      await window.ensure(window.bytes.length + 1)
    }
  } finally {
    await window.close()
  }
}
