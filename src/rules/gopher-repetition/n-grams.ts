import { type GramLevel, LEVELS } from '../../kernels/words/word-columns.ts'
import type { Rule } from '../../model/stage.ts'
import { atMost } from '../rule-part.ts'

/** Rae et al. 2021 (Gopher), table A1: largest share of characters in the most frequent n-gram, for n of 2 to 4. */
const TOP: readonly (readonly [number, number])[] = [
  [2, 0.2],
  [3, 0.18],
  [4, 0.16],
]

/** Rae et al. 2021 (Gopher), table A1: largest share of characters in repeated n-grams, for n of 5 to 10. */
const REPEATED: readonly (readonly [number, number])[] = [
  [5, 0.15],
  [6, 0.14],
  [7, 0.13],
  [8, 0.12],
  [9, 0.11],
  [10, 0.1],
]

/** Table A1's limits on n-grams, under a source's own names. */
export function gramRules(
  source: string,
  topPeer: (n: number) => string,
  repeatedPeer: (n: number) => string,
): readonly Rule[] {
  return [
    ...TOP.map(([n, limit]) =>
      atMost(topSignal(n), limit, `maxTop${n}GramRatio`, `top-${n}-gram`, topPeer(n), source),
    ),
    ...REPEATED.map(([n, limit]) =>
      atMost(
        repeatedSignal(n),
        limit,
        `maxRepeated${n}GramRatio`,
        `repeated-${n}-grams`,
        repeatedPeer(n),
        source,
      ),
    ),
  ]
}

/** The signals of {@link gramRules} with their meaning. */
export function gramSignals(top: string, repeated: string): Readonly<Record<string, string>> {
  return Object.fromEntries([
    ...TOP.map(([n]) => [topSignal(n), top.replaceAll('N', String(n))]),
    ...REPEATED.map(([n]) => [repeatedSignal(n), repeated.replaceAll('N', String(n))]),
  ])
}

/** Measures each signal of {@link gramRules}. */
export function measureGrams(
  top: (n: number) => number | null,
  repeated: (n: number) => number | null,
): Record<string, number | null> {
  const signals: Record<string, number | null> = {}
  for (const [n] of TOP) signals[topSignal(n)] = top(n)
  for (const [n] of REPEATED) signals[repeatedSignal(n)] = repeated(n)
  return signals
}

/** The level of an n from 2 to 10. @throws RangeError for another n. */
export function levelOf(levels: readonly GramLevel[], n: number): GramLevel {
  const level = levels[n - LEVELS[0]]
  if (level === undefined) throw new RangeError(`n of 2 to ${LEVELS.at(-1)}, got ${n}`)
  return level
}

function topSignal(n: number): string {
  return `top${n}GramRatio`
}

function repeatedSignal(n: number): string {
  return `repeated${n}GramRatio`
}
