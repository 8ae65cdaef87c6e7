import type { Document } from '../../model/document.ts'

/** Rows that have a text, in their order. What it holds may be views that the next block overwrites. */
export interface TextBlock {
  /** Number of each row in the file, from 0, rising. */
  readonly positions: Uint32Array
  /** Texts as UTF-8: text `i` ends before byte `ends[i]`, and starts where the one before ends. */
  readonly texts: Uint8Array
  readonly ends: Uint32Array
  /** The id of row `i` of the block. */
  id(index: number): string
  /** Row `i` of the block with its text and all of its fields. */
  document(index: number): Document
}

/** A row that could not be read, or has no text. */
export interface OtherRow {
  readonly position: number
  /** A stable name, such as `bad-json` or `no-text`. */
  readonly error: string
  /** Whether the row itself could be read. */
  readonly isRow: boolean
}

/** A file of rows that is read for their texts, first all of it, and then what is asked for. */
export interface RowTexts {
  /** All rows, in their order. Read to its end before anything else is asked for. */
  all(): AsyncIterable<TextBlock | OtherRow>
  /** Rows at these positions, rising. */
  at(positions: Uint32Array): AsyncIterable<TextBlock | OtherRow>
}

export const NOWHERE = { uri: '', input: '', record: 0 }
