import { createHash } from 'node:crypto'

/** A plain JSON value: what crosses threads, processes, disk and HTTP. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * What is known of a document besides its text. Names with a fixed meaning:
 * `url` (the form that identifies the page), `rawUrl` (as found), `title`, `author`, `date`
 * (ISO 8601), `language` (BCP 47), `licence` (URL or short name), `licenceId`
 * (such as `CC-BY-4.0`), `licenceSource`, `siteName`.
 */
export type Meta = Readonly<Record<string, Json>>

/** The file that a document was found in. */
export interface FoundIn {
  /** URI of the input as it was opened in this run; not part of any hash. */
  readonly uri: string
  /** SHA-256 of the input's bytes, lower-case hex. */
  readonly input: string
  /** Name of the recipe's input: only for groups that prefer by it, as results of all others are those of any input with these bytes. */
  readonly name?: string
}

/** Where a document was found. */
export interface Origin extends FoundIn {
  /** Record number in the input: see {@link PayloadRecord.position}. */
  readonly record: number
}

/** The unit that flows. `id` is stable over renames, splits and engines. */
export interface Document {
  readonly id: string
  readonly text: string
  readonly origin: Origin
  readonly meta: Meta
}

/**
 * A document's id: 32 lower-case hex digits of SHA-256 over the format, the natural key (or input
 * hash and record number where the format has none) and the SHA-256 of the payload.
 *
 * The parts are joined by NUL, which none of them can hold.
 */
export function documentId(format: string, key: string, payloadDigest: string): string {
  return createHash('sha256').update(`${format}\0${key}\0${payloadDigest}`).digest('hex').slice(0, 32)
}

/** The stand-in for a natural key: input hash and record number. */
export function positionKey(input: string, record: number): string {
  return `${input}#${record}`
}
