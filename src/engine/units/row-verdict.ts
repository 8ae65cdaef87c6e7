import type { Joined } from '../flow.ts'

/**
 * What an exchange decided of one row of a unit. A row without a verdict is the common case: kept by
 * a group, matched on a join's left side, not matched on its right side.
 */
export type RowVerdict =
  /** Another document survived, so similar where they were compared; `superseded` on a join's right side. */
  | { readonly ordinal: number; readonly winner: string; readonly similarity?: number }
  /** Survived, with so many documents under its key (2 or more). */
  | { readonly ordinal: number; readonly copies: number }
  /** Parts of the document that are repeats, by number, rising. */
  | { readonly ordinal: number; readonly parts: Uint32Array }
  /** A join's left side: nothing on the right has its key. */
  | { readonly ordinal: number; readonly unmatched: true }
  /** A join's right side: matched, with what the left document gives. */
  | { readonly ordinal: number; readonly match: Joined }
