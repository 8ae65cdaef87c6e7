import type { PlanStep } from './plan.ts'

/** Where a map segment takes its records or rows from. */
export type SegmentSource =
  /** Splits of the named inputs, through their formats. */
  | { readonly kind: 'inputs'; readonly inputs: readonly string[] }
  /** Rows of an earlier segment, less what a group step dropped. */
  | { readonly kind: 'rows'; readonly segment: number; readonly exchange: number }
  /** Records of a join's right input that found a document on the left, read again by position. */
  | { readonly kind: 'matches'; readonly segment: number; readonly left: number; readonly exchange: number }

/** Steps that need no movement, done in one pass over a unit of work. */
export interface MapSegment {
  readonly kind: 'map'
  readonly source: SegmentSource
  /** Indexes into the plan's steps. */
  readonly steps: readonly number[]
  /** Index of the exchange it brings keys to; `undefined` for the last. */
  readonly into: number | undefined
}

/** Reads a join's right input for its keys alone; the payload stays where it is until it is wanted. */
export interface IndexSegment {
  readonly kind: 'index'
  readonly input: string
  /** Index of the join among the plan's steps. */
  readonly step: number
  readonly into: number
}

/** Documents meet by key: a group, or a join of two segments. */
export interface ExchangeSegment {
  readonly kind: 'exchange'
  readonly step: number
  readonly left: number
  /** Joins: the index segment of the right side. */
  readonly right: number | undefined
}

export type Segment = MapSegment | IndexSegment | ExchangeSegment

/**
 * Cuts steps into segments, in an order in which they can run: neighbouring steps that need no
 * movement are one map segment, and each group or join is an exchange. The last is a map segment.
 */
export function cut(steps: readonly PlanStep[], from: readonly string[]): readonly Segment[] {
  const segments: Segment[] = []
  let source: SegmentSource = { kind: 'inputs', inputs: from }
  let fused: number[] = []
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'group' && step.kind !== 'join') {
      fused.push(index)
      continue
    }
    const left = segments.length
    const right: number | undefined = step.with === undefined ? undefined : left + 1
    const exchange = left + (right === undefined ? 1 : 2)
    segments.push({ kind: 'map', source, steps: fused, into: exchange })
    if (step.with !== undefined)
      segments.push({ kind: 'index', input: step.with, step: index, into: exchange })
    segments.push({ kind: 'exchange', step: index, left, right })
    source =
      right === undefined
        ? { kind: 'rows', segment: left, exchange }
        : { kind: 'matches', segment: right, left, exchange }
    fused = []
  }
  segments.push({ kind: 'map', source, steps: fused, into: undefined })
  return segments
}
