import type { z } from 'zod'
import type { Json } from './document.ts'

/** Bytes at a URI, read by range: a local file or an `http(s)` resource; more schemes later. */
export interface Source {
  readonly uri: string
  /** Bytes. */
  readonly size: number
  /** Changes when the content does: an HTTP ETag, or size and modification time of a file. */
  readonly etag: string
  /**
   * The bytes from `start` to `end` (exclusive), in order, in chunks of any size. With `into` a chunk may be a view of that, which the next
   * one overwrites: a large file is then read without new memory for each chunk.
   */
  read(start: number, end: number, signal?: AbortSignal, into?: Uint8Array): AsyncIterable<Uint8Array>
}

/** What a container holds before any text is made of it. */
export interface PayloadRecord {
  /** Name of the format: part of the document's id. */
  readonly format: string
  /**
   * Number of the record in its input: unique, rising, and the same however the input is split. The
   * line or row number (from 0) where a format counts rows; the byte offset of the record's start
   * (in the file as stored) for WARC and ARC, where a split cannot know how many records precede it.
   */
  readonly position: number
  /** Id of the document that the record is already, where it is one: a row of a version. What is made of it keeps the id. */
  readonly id?: string
  /** Natural key, where the format has one (WARC-Record-ID, submission id, page and revision id). */
  readonly key?: string
  readonly url?: string
  /** Media type in lower case without parameters, as declared. */
  readonly contentType?: string
  /** Character set as declared outside the payload (HTTP header). */
  readonly charset?: string
  /** The payload with transfer and content encodings removed. For rows: the row as JSON in UTF-8. */
  readonly body: Uint8Array
  /** Fields of a row, or headers of a record. */
  readonly fields: Readonly<Record<string, Json>>
}

/** A place in an input that could not be read; becomes a row of `rejected` of kind `failed`. */
export interface ReadFailure {
  readonly position: number
  /** Stable, kebab-case: `cut-gzip`, `line-too-long`, ... */
  readonly reason: string
  /** For people: what was found and expected. Never holds document text. */
  readonly detail: string
  readonly url?: string
}

/** Something that a container holds and nobody wants as a document (a `warcinfo`, a talk page). */
export interface ReadSkip {
  readonly position: number
  readonly skip: string
  readonly url?: string
  readonly detail?: string
}

export type ReadItem =
  | { readonly record: PayloadRecord }
  | { readonly failure: ReadFailure }
  | { readonly skipped: ReadSkip }

/** A part of an input that can be read on its own. Bytes of the file as stored. */
export interface Split {
  readonly start: number
  readonly end: number
  /** Number of the first record, where the format counts rows. */
  readonly first: number
}

/** Where a split's last record ended: the engine checks that the next split starts there. */
export interface ReadEnd {
  readonly next: number
}

export interface ReadOptions<Options> {
  readonly options: Options
  /** A record whose payload is larger becomes a failure `record-too-large`. Bytes. */
  readonly maxRecordBytes: number
  /** Memory that a decoder may take for its window; beyond it the input is refused. Bytes. */
  readonly maxWindowBytes: number
  /** When given, only the records at these positions are wanted, ascending; the rest may be passed over. */
  readonly only?: readonly number[] | Uint32Array
  readonly signal?: AbortSignal
}

/**
 * A container format: how an input is cut into splits, and how a split is read.
 *
 * Records are yielded in batches, because one `await` a record would cost more than parsing a short
 * line. Damage is a failure item, and reading goes on behind it where that is possible.
 */
export interface Format<Options extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly revision: number
  /** One line for `tilth recipes` and the reference. */
  readonly description: string
  /** File name endings that select this format under `format: auto`, longest match first. */
  readonly extensions: readonly string[]
  /** Strict schema; every option has a default. */
  readonly options: Options
  /**
   * Cuts an input into splits of about `targetBytes`. Depends on content and options only, never on
   * the number of workers. Consecutive, from 0 to the source's size.
   */
  split(source: Source, options: z.output<Options>, targetBytes: number): Promise<readonly Split[]>
  /** Reads one split: every record that starts in it, to its end. */
  read(
    source: Source,
    split: Split,
    options: ReadOptions<z.output<Options>>,
  ): AsyncGenerator<readonly ReadItem[], ReadEnd>
}

export function defineFormat<Options extends z.ZodType>(format: Format<Options>): Format<Options> {
  return format
}
