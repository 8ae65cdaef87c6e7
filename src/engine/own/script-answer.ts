import type { Signals } from '../../model/stage.ts'

/** What a script gave for a batch, checked: signals for each document, or what is wrong and at which document. */
export type Checked =
  | { readonly signals: readonly Signals[] }
  /** `at` is the document in the batch; `undefined` where it is not known. */
  | { readonly wrong: string; readonly at: number | undefined }

/**
 * Checks an answer: a row for each document, in it a number or null for each signal that the recipe names, and no other.
 */
export function checkAnswer(value: unknown, documents: number, names: readonly string[]): Checked {
  if (!isObject(value)) return { wrong: 'its answer is no object', at: undefined }
  const { error, signals } = value
  if (typeof error === 'string') return { wrong: `score() raised ${error.slice(0, 80)}`, at: undefined }
  if (typeof signals === 'string')
    return { wrong: `score() gave ${signals.slice(0, 80)}, not a list`, at: undefined }
  if (!Array.isArray(signals)) return { wrong: 'its answer has no signals', at: undefined }
  if (signals.length !== documents) {
    return {
      wrong: `score() gave ${signals.length} ${signals.length === 1 ? 'row' : 'rows'} for ${documents} documents`,
      at: undefined,
    }
  }
  const rows: Signals[] = []
  for (const [at, row] of signals.entries()) {
    const wrong = wrongRow(row, names)
    if (wrong !== undefined) return { wrong, at }
    rows.push(Object.fromEntries(names.map((name) => [name, (row as Signals)[name] ?? null])))
  }
  return { signals: rows }
}

function wrongRow(row: unknown, names: readonly string[]): string | undefined {
  if (!isObject(row)) return 'score() gave something else than a dict'
  for (const name of names) {
    const value = row[name]
    if (value === undefined) return `score() gave no signal "${name}"`
    if (value !== null && !(typeof value === 'number' && Number.isFinite(value))) {
      return `score() gave ${typeof value === 'string' ? value.slice(0, 40) : typeof value} as "${name}", not a finite number or None`
    }
  }
  const other = Object.keys(row).find((name) => !names.includes(name))
  if (other === undefined) return undefined
  // Another name may be a word of the text: then nobody should read it here.
  return NAME.test(other)
    ? `score() gave a signal "${other}" that the recipe does not name`
    : 'score() gave a signal that the recipe does not name, and whose name could not be one'
}

const NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
