import type { Parts } from '../../model/stage.ts'
import type { StepTotal } from '../../model/version.ts'
import type { Ending, Joined, Moving } from '../flow.ts'

/** A document between two segments. Its input is known by the unit that holds it. */
export interface FlowRow extends Moving {
  /** Set when `--sample` left the document's whole group out. */
  readonly unsampled?: true
}

/** A document or record that ended at a step. */
export interface FlowRejection extends FlowRow, Ending {
  readonly duplicateOf?: string
  /** False where `keepDropped` or the record's nature leaves no text. */
  readonly hasText: boolean
}

/** What a unit brings to an exchange. */
export interface KeyRecord {
  /** xxh64 of the key: decides the partition. */
  readonly hash: bigint
  /** 16 bytes that tell different keys of one hash apart. */
  readonly check: Uint8Array
  readonly rank: number
  /** Number of the row in the unit's rows. */
  readonly ordinal: number
  readonly id: string
  /** Left side of a join: what the matching record is given. */
  readonly payload?: Joined
}

/** What a task counted while it filled a unit. */
export interface UnitCounts {
  readonly counts: readonly StepTotal[]
  /** UTF-8 bytes of the texts in `rows`. */
  readonly textBytes: number
  /** Where the first record behind this unit's split starts; units of an input must meet. */
  readonly next?: number
  /** Bytes read from the source. */
  readonly bytesRead: number
}

/** What is handed the result of a unit, piece by piece. */
export interface UnitOutput {
  /** Adds a row and gives its ordinal. */
  row(row: FlowRow): number
  rejection(rejection: FlowRejection): void
  /** The key of a row that brings one. */
  key(key: KeyRecord): void
  /** Keys of a row that brings many: pairs of a low and a high half. */
  sketch(ordinal: number, keys: Uint32Array): void
  /** Keys of parts of a row. */
  parts(ordinal: number, id: string, parts: Parts): void
  /** Notes that the unit holds a record, for the search for equal ids. */
  id(id: string, position: number): void
}
