import type { RejectedRow } from '../model/version.ts'
import { rejectedRows, type Version } from '../store/version.ts'
import { about, bounded, boundedOrNull, EXAMPLES, type Excerpt, opening } from './excerpt.ts'
import { Nearest } from './nearest.ts'
import { TokenSample } from './token-estimate.ts'

interface DroppedExample {
  readonly id: string
  readonly url: string | null
  readonly value: number | null
  readonly margin: null
  readonly about: string | null
  readonly excerpt: Excerpt | null
  readonly detail: string | null
}

interface DuplicateExample {
  readonly loser: DroppedExample
  /** Its id. */
  readonly winner: string
}

interface FailureExample {
  readonly id: string
  readonly source: string
  readonly record: number
  readonly url: string | null
  readonly detail: string | null
}

/** Documents of one step and reason, with examples. */
interface ReasonExamples<T> {
  readonly step: string
  readonly reason: string
  readonly documents: number
  readonly examples: readonly T[]
}

export interface RejectedPass {
  /** By {@link ruleKey}; examples nearest to the limit first. */
  readonly rules: ReadonlyMap<string, ReasonExamples<DroppedExample>>
  /** Dropped by no rule and as no duplicate; examples drawn by chance. */
  readonly reasons: readonly ReasonExamples<DroppedExample>[]
  /** Pairs drawn by chance. */
  readonly duplicates: {
    readonly documents: number
    readonly reasons: readonly ReasonExamples<DuplicateExample>[]
  }
  readonly failures: {
    readonly documents: number
    readonly reasons: readonly ReasonExamples<FailureExample>[]
  }
  readonly tokens: TokenSample
}

/** Names a rule among those of a plan. */
export function ruleKey(step: string, signal: string, reason: string, limit: number): string {
  return JSON.stringify([step, signal, reason, limit])
}

/** Distinct (step, reason) pairs that get a list; a stage has a handful. */
const MOST_REASONS = 1000

/** Reads the rejected documents once. `each` sees every row with its chance. */
export async function rejectedPass(
  version: Version,
  draw: (id: string) => number,
  each: (row: RejectedRow, chance: number) => void,
): Promise<RejectedPass> {
  const rules = new Reasons<DroppedExample>()
  const reasons = new Reasons<DroppedExample>()
  const failures = new Reasons<FailureExample>()
  const duplicates = new Reasons<DuplicateExample>()
  const tokens = new TokenSample()
  let duplicateCount = 0
  let failed = 0
  for await (const row of rejectedRows(version)) {
    const { id, step, reason, signal, value, limit, duplicateOf, text } = row
    const chance = draw(id)
    each(row, chance)
    if (typeof text === 'string') tokens.offer(chance, id, text, Buffer.byteLength(text))
    if (row.kind === 'failed') {
      failed++
      failures.add(JSON.stringify([step, reason]), row, chance, () => failureExample(row))
    } else if (typeof duplicateOf === 'string') {
      duplicateCount++
      const pair = (): DuplicateExample => ({ loser: droppedExample(row), winner: duplicateOf })
      duplicates.add(JSON.stringify([step, reason]), row, chance, pair)
    } else if (typeof signal === 'string' && typeof value === 'number' && typeof limit === 'number') {
      const distance = Math.abs(value - limit)
      rules.add(ruleKey(step, signal, reason, limit), row, distance, () => droppedExample(row))
    } else {
      reasons.add(JSON.stringify([step, reason]), row, chance, () => droppedExample(row))
    }
  }
  return {
    rules: rules.byKey(),
    reasons: [...reasons.byKey().values()],
    duplicates: { documents: duplicateCount, reasons: [...duplicates.byKey().values()] },
    failures: { documents: failed, reasons: [...failures.byKey().values()] },
    tokens,
  }
}

/** Counts and nearest examples by key, in the order the keys were met. */
class Reasons<T> {
  readonly #reasons = new Map<
    string,
    { step: string; reason: string; documents: number; nearest: Nearest<T> }
  >()

  add(key: string, row: RejectedRow, distance: number, make: () => T): void {
    let entry = this.#reasons.get(key)
    if (entry === undefined) {
      if (this.#reasons.size >= MOST_REASONS) return
      entry = { step: row.step, reason: bounded(row.reason), documents: 0, nearest: new Nearest(EXAMPLES) }
      this.#reasons.set(key, entry)
    }
    entry.documents++
    entry.nearest.offer(distance, row.id, make)
  }

  byKey(): ReadonlyMap<string, ReasonExamples<T>> {
    return new Map(
      [...this.#reasons].map(([key, { nearest, ...entry }]) => [
        key,
        { ...entry, examples: nearest.values() },
      ]),
    )
  }
}

function droppedExample(row: RejectedRow): DroppedExample {
  return {
    id: row.id,
    url: boundedOrNull(row.url),
    value: row.value ?? null,
    margin: null,
    about: about(row.meta),
    excerpt: typeof row.text === 'string' ? opening(row.text) : null,
    detail: boundedOrNull(row.detail),
  }
}

function failureExample(row: RejectedRow): FailureExample {
  return {
    id: row.id,
    source: bounded(row.source),
    record: row.record,
    url: boundedOrNull(row.url),
    detail: boundedOrNull(row.detail),
  }
}
