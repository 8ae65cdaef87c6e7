import { nearest, TilthError } from '../../model/error.ts'
import type { Rule } from '../../model/stage.ts'
import { type ImportedSignals, importedSignals } from '../../store/imported-signals.ts'
import type { Version } from '../../store/version.ts'

/** Limits over signals that were imported under one name: they decide behind the last step. */
export interface ImportedLimits {
  readonly signals: ImportedSignals
  readonly rules: readonly Rule[]
}

const KEEPS = { '>=': 'at-least', '<=': 'at-most', '>': 'above', '<': 'below' } as const

/** Whether an assignment is a limit over imported signals. */
export function isImportedLimit(assignment: string): boolean {
  return assignment.startsWith('signals.')
}

/**
 * Reads limits such as `signals.toxicity.score<=0.2`.
 *
 * @throws TilthError `usage` or `not-found`, saying which signals there are.
 */
export function importedLimits(version: Version, assignments: readonly string[]): readonly ImportedLimits[] {
  const imports = importedSignals(version)
  const limits = new Map<string, { signals: ImportedSignals; rules: Rule[] }>()
  for (const assignment of assignments) {
    const match = /^signals\.([^.<>=]+)\.([^<>=]+)(>=|<=|>|<)(.+)$/.exec(assignment)
    const [, name = '', signal = '', sign = '', text = ''] = match ?? []
    const limit = text.trim() === '' ? Number.NaN : Number(text)
    if (match === null || !Number.isFinite(limit)) {
      throw new TilthError('usage', `--set ${assignment}: expected a limit such as signals.NAME.COLUMN>=0.5`)
    }
    const signals = imports.find((each) => each.name === name)
    if (signals === undefined || !signals.columns.includes(signal)) {
      throw unknown(version, assignment, `${name}.${signal}`, imports)
    }
    const entry = limits.get(name) ?? { signals, rules: [] }
    limits.set(name, entry)
    entry.rules.push({
      signal,
      keep: KEEPS[sign as keyof typeof KEEPS],
      limit,
      reason: `imported-${signal}`,
      source: 'given to retune',
    })
  }
  return [...limits.values()]
}

function unknown(
  version: Version,
  assignment: string,
  wanted: string,
  imports: readonly ImportedSignals[],
): TilthError {
  const names = imports.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`))
  const guess = nearest(wanted, names)
  const has =
    names.length === 0
      ? 'nothing was imported; see tilth signals import'
      : `there are ${names.join(', ')}${guess === undefined ? '' : `; did you mean ${guess}?`}`
  return new TilthError('not-found', `--set ${assignment}: ${version.ref} has no imported signal ${wanted}`, {
    hint: has,
  })
}
