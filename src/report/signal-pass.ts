import { keepsUpper, keepsValue, type Rule } from '../model/stage.ts'
import type { SignalRow } from '../model/version.ts'
import { signalRows, type Version } from '../store/version.ts'
import { EXAMPLES } from './excerpt.ts'
import { binEdges, type Histogram, HistogramCount, Thinned } from './histogram.ts'
import { Nearest } from './nearest.ts'

/** Documents that keep a rule, and documents that break it. */
export interface Sides {
  readonly passed: number
  readonly broken: number
}

export interface SignalPass {
  readonly signals: readonly {
    readonly step: string
    readonly signal: string
    readonly meaning: string
    readonly measured: number
    readonly keptMeasured: number
    readonly histogram: Histogram
    readonly rules: readonly {
      readonly rule: Rule
      readonly sides: Sides
      readonly keptSides: Sides
      /** Kept documents nearest to the limit, nearest first. */
      readonly nearest: readonly { readonly id: string; readonly value: number }[]
    }[]
  }[]
  /** Ids of all documents in `nearest`. */
  readonly wanted: ReadonlySet<string>
}

/** Distance inside the limit (0 and above) or outside (below 0), in the signal's unit. */
export function margin(rule: Pick<Rule, 'keep' | 'limit'>, value: number): number {
  // Not `-(value - limit)`, which would make the limit itself -0.
  return keepsUpper(rule) ? value - rule.limit : rule.limit - value
}

/** Reads the signals twice: for the range of each histogram, then for its counts and examples. `each` sees every row once. */
export async function signalPass(version: Version, each: (row: SignalRow) => void): Promise<SignalPass> {
  const counts = version.plan.steps.flatMap((step) =>
    Object.entries(step.signals).map(([signal, meaning]) => ({
      column: `${step.name}.${signal}`,
      step: step.name,
      signal,
      meaning,
      thinned: new Thinned(),
      rules: step.rules.filter((rule) => rule.signal === signal).map(ruleCount),
      measured: 0,
      keptMeasured: 0,
    })),
  )
  for await (const { signals } of signalRows(version)) {
    for (const { column, thinned } of counts) {
      const value = signals[column]
      if (isMeasured(value) && Number.isFinite(value)) thinned.add(value)
    }
  }
  const histograms = counts.map(({ thinned, rules }) => {
    return new HistogramCount(
      binEdges(
        thinned.values(),
        rules.map(({ rule }) => rule.limit),
      ),
    )
  })
  for await (const row of signalRows(version)) {
    const { id, kept, signals } = row
    each(row)
    for (const [index, count] of counts.entries()) {
      const value = signals[count.column]
      if (!isMeasured(value)) continue
      count.measured++
      if (kept) count.keptMeasured++
      histograms[index]?.add(value, kept)
      for (const rule of count.rules) countRule(rule, id, value, kept)
    }
  }
  const signals = counts.map(({ step, signal, meaning, measured, keptMeasured, rules }, index) => ({
    step,
    signal,
    meaning,
    measured,
    keptMeasured,
    histogram: (histograms[index] ?? new HistogramCount(binEdges([], []))).finish(),
    rules: rules.map(({ rule, sides, keptSides, nearest }) => ({
      rule,
      sides,
      keptSides,
      nearest: nearest.values(),
    })),
  }))
  const wanted = signals.flatMap(({ rules }) => rules.flatMap(({ nearest }) => nearest.map(({ id }) => id)))
  return { signals, wanted: new Set(wanted) }
}

/** Parquet readers give a missing number as `null` or `undefined`. */
function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && !Number.isNaN(value)
}

interface RuleCount {
  readonly rule: Rule
  readonly sides: { passed: number; broken: number }
  readonly keptSides: { passed: number; broken: number }
  readonly nearest: Nearest<{ id: string; value: number }>
}

function ruleCount(rule: Rule): RuleCount {
  return {
    rule,
    sides: { passed: 0, broken: 0 },
    keptSides: { passed: 0, broken: 0 },
    nearest: new Nearest(EXAMPLES),
  }
}

function countRule(count: RuleCount, id: string, value: number, kept: boolean): void {
  const distance = margin(count.rule, value)
  const side = keepsValue(count.rule, value) ? 'passed' : 'broken'
  count.sides[side]++
  if (!kept) return
  count.keptSides[side]++
  count.nearest.offer(Math.abs(distance), id, () => ({ id, value }))
}
