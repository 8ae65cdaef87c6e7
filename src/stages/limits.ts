import { z } from 'zod'
import type { Rule } from '../model/stage.ts'

/** Limits that a recipe sets on signals by their names. */
export interface SignalLimits {
  readonly min?: Readonly<Record<string, number>>
  readonly max?: Readonly<Record<string, number>>
  readonly above?: Readonly<Record<string, number>>
  readonly below?: Readonly<Record<string, number>>
}

/** Each option of {@link SignalLimits}, with the side of the limit that it keeps and how its reasons begin. */
export const LIMIT_OPTIONS = {
  min: { keep: 'at-least', reason: 'low' },
  above: { keep: 'above', reason: 'low' },
  max: { keep: 'at-most', reason: 'high' },
  below: { keep: 'below', reason: 'high' },
} as const satisfies Record<keyof SignalLimits, { readonly keep: Rule['keep']; readonly reason: string }>

/** The schema of the four options, over names of one kind. */
export function limitOptions(name: z.ZodString) {
  const limits = z.record(name, z.number()).default({})
  return {
    min: limits.describe('Least value that is kept, by signal'),
    max: limits.describe('Greatest value that is kept, by signal'),
    above: limits.describe('Value below the least that is kept, by signal'),
    below: limits.describe('Value above the greatest that is kept, by signal'),
  }
}

/** Names of the signals that have a limit, in the order they are named. */
export function limitedSignals(limits: SignalLimits): readonly string[] {
  const options = Object.keys(LIMIT_OPTIONS) as (keyof SignalLimits)[]
  return [...new Set(options.flatMap((option) => Object.keys(limits[option] ?? {})))]
}

/** The rules of limits over signals, in the order of the signals. Each is set by `OPTION.SIGNAL`. */
export function limitRules(signals: readonly string[], limits: SignalLimits): readonly Rule[] {
  const options = Object.entries(LIMIT_OPTIONS) as [keyof SignalLimits, (typeof LIMIT_OPTIONS)['min']][]
  return signals.flatMap((signal) =>
    options.flatMap(([option, { keep, reason }]): Rule[] => {
      const limit = limits[option]?.[signal]
      if (limit === undefined) return []
      const source = 'set by the recipe'
      return [
        { signal, keep, limit, option: `${option}.${signal}`, reason: `${reason}-${kebab(signal)}`, source },
      ]
    }),
  )
}

function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase()
}
