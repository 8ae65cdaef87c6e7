import type { Rule } from '../model/stage.ts'
import type { RuleSetScore, Scorer } from './rule-scores.ts'

/** A text that two rule sets do not agree on. */
export interface Disagreement {
  readonly id: string
  readonly value: number
  readonly limit: number
}

/** Texts that one rule set drops for a reason and another keeps. */
export interface DisagreementGroup {
  readonly reason: string
  readonly signal: string
  readonly keep: Rule['keep']
  readonly limit: number
  readonly texts: number
  /** The first few of them, in the order of the input. */
  readonly examples: readonly Disagreement[]
}

export interface PairComparison {
  readonly left: string
  readonly right: string
  readonly bothKeep: number
  readonly bothDrop: number
  /** Texts that only the left one drops, by its reason, most first; and only the right one. */
  readonly leftOnly: readonly DisagreementGroup[]
  readonly rightOnly: readonly DisagreementGroup[]
}

export interface RuleComparison {
  readonly texts: number
  readonly sets: readonly {
    readonly name: string
    readonly dropped: number
    /** Texts by reason, most first. */
    readonly reasons: Readonly<Record<string, number>>
  }[]
  /** Texts that not all rule sets agree on. */
  readonly disagreed: number
  readonly pairs: readonly PairComparison[]
}

interface Group {
  readonly rule: Rule
  texts: number
  readonly examples: Disagreement[]
}

interface Pair {
  bothKeep: number
  bothDrop: number
  readonly leftOnly: Map<string, Group>
  readonly rightOnly: Map<string, Group>
}

/** Collects where rule sets disagree, and why. Memory: a few examples for each pair and reason. */
export class RuleComparer {
  readonly #scorers: readonly Scorer[]
  readonly #examples: number
  readonly #reasons: readonly Map<string, number>[]
  readonly #pairs: readonly { readonly left: number; readonly right: number; readonly pair: Pair }[]
  #texts = 0
  #disagreed = 0

  /** @param examples how many texts to name for each reason of each pair. */
  constructor(scorers: readonly Scorer[], examples: number) {
    this.#scorers = scorers
    this.#examples = examples
    this.#reasons = scorers.map(() => new Map())
    this.#pairs = scorers.flatMap((_, left) =>
      scorers.slice(left + 1).map((__, offset) => ({
        left,
        right: left + 1 + offset,
        pair: { bothKeep: 0, bothDrop: 0, leftOnly: new Map(), rightOnly: new Map() },
      })),
    )
  }

  /** @param scores one for each scorer, in order. */
  add(id: string, scores: readonly RuleSetScore[]): void {
    this.#texts++
    const kept = scores.filter((score) => score.broken === undefined).length
    if (kept > 0 && kept < scores.length) this.#disagreed++
    for (const [index, { verdict }] of scores.entries()) {
      const reasons = this.#reasons[index]
      if (verdict !== null) reasons?.set(verdict, (reasons.get(verdict) ?? 0) + 1)
    }
    for (const { left, right, pair } of this.#pairs) {
      const a = scores[left]?.broken
      const b = scores[right]?.broken
      if (a === undefined && b === undefined) pair.bothKeep++
      else if (a !== undefined && b !== undefined) pair.bothDrop++
      else if (a !== undefined) this.#count(pair.leftOnly, id, a)
      else if (b !== undefined) this.#count(pair.rightOnly, id, b)
    }
  }

  get result(): RuleComparison {
    return {
      texts: this.#texts,
      disagreed: this.#disagreed,
      sets: this.#scorers.map(({ name }, index) => {
        const reasons = [...(this.#reasons[index] ?? [])].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        return {
          name,
          dropped: reasons.reduce((sum, [, texts]) => sum + texts, 0),
          reasons: Object.fromEntries(reasons),
        }
      }),
      pairs: this.#pairs.map(({ left, right, pair }) => ({
        left: this.#scorers[left]?.name ?? '',
        right: this.#scorers[right]?.name ?? '',
        bothKeep: pair.bothKeep,
        bothDrop: pair.bothDrop,
        leftOnly: groups(pair.leftOnly),
        rightOnly: groups(pair.rightOnly),
      })),
    }
  }

  #count(groups: Map<string, Group>, id: string, { rule, value }: NonNullable<RuleSetScore['broken']>): void {
    const group = groups.get(rule.reason) ?? { rule, texts: 0, examples: [] }
    groups.set(rule.reason, group)
    group.texts++
    if (group.examples.length < this.#examples) group.examples.push({ id, value, limit: rule.limit })
  }
}

function groups(found: ReadonlyMap<string, Group>): readonly DisagreementGroup[] {
  return [...found]
    .map(([reason, { rule, texts, examples }]) => ({
      reason,
      signal: rule.signal,
      keep: rule.keep,
      limit: rule.limit,
      texts,
      examples,
    }))
    .sort((a, b) => b.texts - a.texts || (a.reason < b.reason ? -1 : 1))
}
