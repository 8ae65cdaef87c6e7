import type { Rule } from '../../model/stage.ts'
import type { Change, Decisions, SignalColumns } from './decide-again.ts'
import type { DrawnDocument, Place } from './examples.ts'
import { Lowest, type Ranked } from './lowest.ts'
import type { RetunePreview, RuleChange } from './preview.ts'

const EXAMPLES = 3
const DRAWN = 50

interface RuleTally {
  readonly step: number
  readonly rule: Rule
  documents: number
  readonly nearest: Lowest<Place>
}

/** Changes of some shards, as they cross threads. */
export interface PlainTally {
  readonly measured: number
  readonly kept: number
  readonly lost: readonly PlainRule[]
  readonly gained: readonly PlainRule[]
  readonly drawn: { readonly lost: readonly Ranked<Place>[]; readonly gained: readonly Ranked<Place>[] }
  readonly caught: readonly (readonly [number, number])[]
  readonly pending: readonly (readonly [number, number])[]
  readonly freed: readonly (readonly [number, number])[]
}

interface PlainRule {
  readonly key: string
  readonly step: number
  readonly rule: Rule
  readonly documents: number
  readonly nearest: readonly Ranked<Place>[]
}

/** Counts changes, and holds the places of a few of them. */
export class ChangeTally {
  readonly #decisions: Decisions
  readonly #copies: readonly (readonly [number, number])[]
  readonly #rules = { lost: new Map<string, RuleTally>(), gained: new Map<string, RuleTally>() }
  readonly #drawn = { lost: new Lowest<Place>(DRAWN), gained: new Lowest<Place>(DRAWN) }
  readonly #caught = new Map<number, number>()
  readonly #pending = new Map<number, number>()
  readonly #freed = new Map<number, number>()
  #measured = 0
  #kept = 0

  constructor(decisions: Decisions) {
    this.#decisions = decisions
    this.#copies = [...decisions.copies]
  }

  enter(rows: number, kept: number): void {
    this.#measured += rows
    this.#kept += kept
  }

  add(change: Change, columns: SignalColumns, row: number, at: Omit<Place, 'value'>): void {
    if (change.kind === 'caught') {
      count(this.#caught, change.by, 1)
      return
    }
    const { kind, step, rule, value } = change
    const place = (): Place => ({ ...at, value })
    const tally = this.#ruleTally(kind, `${step} ${rule.signal} ${rule.reason}`, step, rule)
    tally.documents++
    tally.nearest.offer(Math.abs(value - rule.limit), place)
    this.#drawn[kind].offer(chanceOf(at.number, at.row), place)
    if (kind === 'gained') {
      if (change.pending !== undefined) count(this.#pending, change.pending, 1)
      return
    }
    for (const [group, column] of this.#copies) {
      const copies = columns[column]?.[row]
      if (group > step && typeof copies === 'number' && copies > 1) count(this.#freed, group, copies - 1)
    }
  }

  /** Adds the changes of other shards: those of earlier ones first, because ties go to the earlier place. */
  merge(other: PlainTally): void {
    this.#measured += other.measured
    this.#kept += other.kept
    for (const kind of ['lost', 'gained'] as const) {
      for (const { key, step, rule, documents, nearest } of other[kind]) {
        const tally = this.#ruleTally(kind, key, step, rule)
        tally.documents += documents
        for (const { rank, value } of nearest) tally.nearest.offer(rank, () => value)
      }
      for (const { rank, value } of other.drawn[kind]) this.#drawn[kind].offer(rank, () => value)
    }
    for (const [key, documents] of other.caught) count(this.#caught, key, documents)
    for (const [key, documents] of other.pending) count(this.#pending, key, documents)
    for (const [key, documents] of other.freed) count(this.#freed, key, documents)
  }

  get plain(): PlainTally {
    const rules = (side: ReadonlyMap<string, RuleTally>): readonly PlainRule[] =>
      [...side].map(([key, { nearest, ...tally }]) => ({ key, ...tally, nearest: nearest.held }))
    return {
      measured: this.#measured,
      kept: this.#kept,
      lost: rules(this.#rules.lost),
      gained: rules(this.#rules.gained),
      drawn: { lost: this.#drawn.lost.held, gained: this.#drawn.gained.held },
      caught: [...this.#caught],
      pending: [...this.#pending],
      freed: [...this.#freed],
    }
  }

  #ruleTally(kind: 'lost' | 'gained', key: string, step: number, rule: Rule): RuleTally {
    const known = this.#rules[kind].get(key)
    if (known !== undefined) return known
    const made = { step, rule, documents: 0, nearest: new Lowest<Place>(EXAMPLES) }
    this.#rules[kind].set(key, made)
    return made
  }

  /** Places whose texts are wanted. */
  get places(): readonly Place[] {
    const { lost, gained } = this.#rules
    return [
      ...[...lost.values(), ...gained.values()].flatMap(({ nearest }) => nearest.values),
      ...this.#drawn.lost.values,
      ...this.#drawn.gained.values,
    ]
  }

  result(texts: ReadonlyMap<Place, DrawnDocument>): Omit<RetunePreview, 'version' | 'limits'> {
    const documentsOf = (places: readonly Place[]): readonly DrawnDocument[] =>
      places.flatMap((place) => texts.get(place) ?? [])
    const rules = (side: ReadonlyMap<string, RuleTally>): readonly RuleChange[] =>
      [...side.values()]
        .sort((a, b) => a.step - b.step || b.documents - a.documents)
        .map(({ step, rule, documents, nearest }) => ({
          step: this.#decisions.stepName(step),
          reason: rule.reason,
          signal: rule.signal,
          option: rule.option ?? null,
          keep: rule.keep,
          documents,
          examples: documentsOf(nearest.values),
        }))
    const total = (side: ReadonlyMap<string, RuleTally>): number =>
      [...side.values()].reduce((sum, { documents }) => sum + documents, 0)
    const bySteps = (counts: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
      [...counts].sort(([a], [b]) => a - b)
    const named = ([step, documents]: readonly [number, number]): { step: string; documents: number } => ({
      step: this.#decisions.stepName(step),
      documents,
    })
    return {
      measured: this.#measured,
      kept: this.#kept,
      lost: { documents: total(this.#rules.lost), rules: rules(this.#rules.lost) },
      gained: {
        documents: total(this.#rules.gained),
        rules: rules(this.#rules.gained),
        caught: bySteps(this.#caught).map(named),
        pending: bySteps(this.#pending).map(([step, documents]) => ({
          steps: this.#decisions.stepsFrom(step),
          documents,
        })),
      },
      freed: bySteps(this.#freed).map(named),
      drawn: {
        lost: documentsOf(this.#drawn.lost.values),
        gained: documentsOf(this.#drawn.gained.values),
      },
    }
  }
}

function count(counts: Map<number, number>, key: number, documents: number): void {
  counts.set(key, (counts.get(key) ?? 0) + documents)
}

/** Chance from the place of a row: its id would cost the reading of ten million of them. */
function chanceOf(shard: number, row: number): number {
  let bits = Math.imul(shard + 1, 0x9e37_79b1) ^ Math.imul(row + 1, 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b_3c6d)
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a_2d39)
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32
}
