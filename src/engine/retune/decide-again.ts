import { keepsValue, type Rule } from '../../model/stage.ts'
import type { PlanRecord } from '../../model/version.ts'
import { signalNames } from '../../store/version.ts'
import type { ChangedPlan } from './changed-plan.ts'

/** Values of a signal column; `null`, `undefined` and NaN were not measured. */
export type SignalColumn = ArrayLike<number | null | undefined>

/** What other limits do to one document. */
export type Change =
  | { readonly kind: 'lost'; readonly step: number; readonly rule: Rule; readonly value: number }
  | {
      readonly kind: 'gained'
      readonly step: number
      /** The rule that had dropped it. */
      readonly rule: Rule
      readonly value: number
      /** The first step that has not seen it and may drop it; `undefined` where all have. */
      readonly pending: number | undefined
    }
  /** Let back in by a changed limit, and dropped by a later step whose signals are stored. */
  | { readonly kind: 'caught'; readonly step: number; readonly by: number }

interface BoundRule {
  readonly rule: Rule
  /** Place of its signal in {@link Decisions.names}. */
  readonly column: number
}

interface BoundStep {
  readonly name: string
  readonly kind: string
  /** Steps with equal numbers are one map segment: a dropped document is measured to its end. */
  readonly segment: number
  readonly before: readonly BoundRule[]
  readonly after: readonly BoundRule[]
  readonly isChanged: boolean
  readonly signals: readonly number[]
}

/** Columns of some rows, by their place in {@link Decisions.names}; those that were not read are missing. */
export type SignalColumns = readonly (SignalColumn | undefined)[]

/**
 * Takes the decisions of a plan again, over stored signals alone.
 *
 * A dropped document has the signals of its segment to the end. So the first filter whose rules it breaks is the one
 * that dropped it, and a document that breaks none was ended by something else, which no limit changes. What a step
 * behind the segment, or behind a rewrite that ended it, would say of it is not known.
 */
export class Decisions {
  /** Every signal column of the version. */
  readonly names: readonly string[]
  readonly #steps: readonly BoundStep[]
  readonly #changed: readonly number[]
  readonly #last: number
  /** Of each changed step, the rules that were loosened and what became of them; a rule that is gone has none. */
  readonly #loose: readonly { readonly before: readonly BoundRule[]; readonly after: readonly BoundRule[] }[]

  constructor(record: PlanRecord, { plan, changed, imported }: ChangedPlan) {
    const importedNames = imported.map(({ name, columns }) => columns.map((column) => `${name}.${column}`))
    this.names = [...signalNames(record), ...importedNames.flat()]
    const place = (name: string): number => this.names.indexOf(name)
    const segmentOf = new Map<number, number>()
    for (const [number, segment] of plan.segments.entries()) {
      if (segment.kind === 'map') for (const step of segment.steps) segmentOf.set(step, number)
    }
    this.#steps = plan.steps.map((step, index): BoundStep => {
      const stored = record.steps.find((each) => each.name === step.name)
      const isAdded = imported.some(({ name }) => name === step.name)
      const change = changed.find((each) => each.name === step.name)
      const bind = (rules: readonly Rule[] = []): readonly BoundRule[] =>
        rules.map((rule) => ({ rule, column: place(`${step.name}.${rule.signal}`) }))
      const before = bind(stored?.rules)
      return {
        name: step.name,
        kind: isAdded ? 'imported' : step.kind,
        segment: isAdded ? -1 - index : (segmentOf.get(index) ?? -1 - index),
        before,
        after: change === undefined ? before : bind(change.after),
        isChanged: change !== undefined,
        signals: Object.keys(stored?.signals ?? {}).map((signal) => place(`${step.name}.${signal}`)),
      }
    })
    this.#changed = this.#steps.flatMap((step, index) => (step.isChanged ? [index] : []))
    this.#last = this.#changed.at(-1) ?? 0
    this.#loose = this.#changed.flatMap((index) => {
      const { before = [], after = [] } = this.#steps[index] ?? {}
      const isSame = (a: BoundRule, b: BoundRule): boolean =>
        a.column === b.column && a.rule.keep === b.rule.keep && a.rule.limit === b.rule.limit
      const other = before.filter((rule) => !after.some((each) => isSame(rule, each)))
      const columns = new Set(other.map(({ column }) => column))
      return other.length === 0
        ? []
        : [{ before: other, after: after.filter(({ column }) => columns.has(column)) }]
    })
  }

  /** Signal columns that decide a kept document. */
  get keptColumns(): readonly number[] {
    const rules = this.#changed.flatMap((index) => this.#steps[index]?.after ?? [])
    return [...new Set([...rules.map(({ column }) => column), ...this.copies.values()])]
  }

  /** Signal columns that decide a dropped document. */
  get droppedColumns(): readonly number[] {
    const segments = new Set(this.#changed.map((index) => this.#steps[index]?.segment))
    return [
      ...new Set(
        this.#steps.flatMap((step, index) => [
          ...(index <= this.#last ? [...step.before, ...step.after].map(({ column }) => column) : []),
          // Imported signals are there for every document, whatever steps have seen it.
          ...(step.kind === 'imported' ? step.after.map(({ column }) => column) : []),
          ...(segments.has(step.segment) && index > (this.#changed[0] ?? 0) ? step.signals : []),
        ]),
      ),
    ]
  }

  /** Signal columns of limits that were loosened: no other can let a document back in. */
  get looseColumns(): readonly number[] {
    return [...new Set(this.#loose.flatMap(({ before }) => before.map(({ column }) => column)))]
  }

  /** Whether a dropped document may come back: it breaks a limit that was loosened, and keeps the new ones. */
  mayReturn(columns: SignalColumns, row: number): boolean {
    return this.#loose.some(
      ({ before, after }) =>
        firstBroken(before, columns, row) !== undefined && firstBroken(after, columns, row) === undefined,
    )
  }

  /** Columns that count the documents of one key, by group steps behind the first changed step. */
  get copies(): ReadonlyMap<number, number> {
    const groups = this.#steps.flatMap((step, index) =>
      step.kind === 'group' && index > (this.#changed[0] ?? 0)
        ? [[index, this.names.indexOf(`${step.name}.copies`)] as const]
        : [],
    )
    return new Map(groups)
  }

  stepName(index: number): string {
    return this.#steps[index]?.name ?? ''
  }

  /** Steps from one on that can drop a document. */
  stepsFrom(index: number): readonly string[] {
    return this.#steps
      .slice(index)
      .filter(({ kind }) => kind !== 'annotate' && kind !== 'imported')
      .map((step) => step.name)
  }

  /** What becomes of a kept document; `undefined` = it stays. */
  ofKept(columns: SignalColumns, row: number): Change | undefined {
    for (const index of this.#changed) {
      const broken = firstBroken(this.#steps[index]?.after ?? [], columns, row)
      if (broken !== undefined) return { kind: 'lost', step: index, ...broken }
    }
    return undefined
  }

  /** What becomes of a document that is not in the version; `undefined` = it stays out. */
  ofDropped(columns: SignalColumns, row: number): Change | undefined {
    for (let index = 0; index <= this.#last; index++) {
      const step = this.#steps[index]
      if (step === undefined) break
      const dropped = firstBroken(step.before, columns, row)
      if (dropped === undefined) {
        // An earlier changed step may drop it now, and it stays out.
        if (step.isChanged && firstBroken(step.after, columns, row) !== undefined) return undefined
        continue
      }
      if (!step.isChanged || firstBroken(step.after, columns, row) !== undefined) return undefined
      return this.#letIn(index, step, dropped, columns, row)
    }
    return undefined
  }

  #letIn(
    at: number,
    from: BoundStep,
    dropped: { readonly rule: Rule; readonly value: number },
    columns: SignalColumns,
    row: number,
  ): Change {
    let seen = at
    for (let index = at + 1; index < this.#steps.length; index++) {
      const step = this.#steps[index]
      if (step === undefined || step.segment !== from.segment) break
      if (step.signals.some((column) => isMeasured(columns[column]?.[row]))) seen = index
    }
    for (let index = at + 1; index < this.#steps.length; index++) {
      if (index > seen && this.#steps[index]?.kind !== 'imported') continue
      if (firstBroken(this.#steps[index]?.after ?? [], columns, row) !== undefined) {
        return { kind: 'caught', step: at, by: index }
      }
    }
    const pending = this.#steps.findIndex(
      ({ kind }, index) => index > seen && kind !== 'annotate' && kind !== 'imported',
    )
    return { kind: 'gained', step: at, ...dropped, pending: pending === -1 ? undefined : pending }
  }
}

function firstBroken(
  rules: readonly BoundRule[],
  columns: SignalColumns,
  row: number,
): { readonly rule: Rule; readonly value: number } | undefined {
  for (const { rule, column } of rules) {
    const value = columns[column]?.[row]
    if (isMeasured(value) && !keepsValue(rule, value)) return { rule, value }
  }
  return undefined
}

export function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}
