import type { ReadItem } from '../../model/record.ts'

/** What a record says of itself before its block. */
export interface RecordHead {
  /** Bytes of the header, its end included. */
  readonly bytes: number
  /** Bytes of the block behind it. */
  readonly contentLength: number
  /** Set when the block need not be read: the reason of the skip. */
  readonly skip?: string
  readonly skipDetail?: string
  readonly url?: string
  /** Header values by lower-case name. */
  readonly values: ReadonlyMap<string, string>
}

/** Why a header cannot be read. `cut`: it is good as far as it goes. */
export interface HeadProblem {
  readonly problem: string
  readonly reason: string
  readonly cut: boolean
}

/** What differs between WARC and ARC; the rest of the reader serves both. */
export interface Dialect {
  /** Bytes that suffice to tell whether a record starts at a place. */
  readonly startBytes: number
  /** Whether a record starts at `at`. */
  startsAt(bytes: Buffer, at: number): boolean
  /** Whether the bytes, which all are there, end too early to tell that none does. */
  mayStartAt(bytes: Buffer, at: number): boolean
  /** Where the next record may start, at `from` or behind it, after a line's end; -1 for nowhere. */
  findStart(bytes: Buffer, from: number): number
  /** Reads the header at the start of `bytes`, which holds {@link MAX_HEAD_BYTES} or all there is. */
  head(bytes: Buffer): RecordHead | HeadProblem
  /** Makes an item of a header and its whole block. */
  item(head: RecordHead, block: Buffer, position: number): ReadItem
}

/** Longest header of a record or an HTTP message. Real ones stay below 16 KiB; we chose four times that. */
export const MAX_HEAD_BYTES = 64 << 10

export function isProblem(head: RecordHead | HeadProblem): head is HeadProblem {
  return 'problem' in head
}
