import type { Json } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import type { FitFields } from './fit-source.ts'

/** Rows that could not be read, or have no text: what is said of them. Plain data: crosses threads. */
export interface Refused {
  /** Rows by reason, such as `bad-json` or `no-text`. */
  readonly reasons: Readonly<Record<string, number>>
  /** Fields of the first row without a text. */
  readonly fields: readonly string[]
}

/** Counts rows that give no text. */
export class Refusals {
  readonly #reasons = new Map<string, number>()
  #fields: readonly string[] = []

  /** @param body the row as JSON, where it is whole. */
  add(reason: string, body?: Uint8Array): void {
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    if (body !== undefined && this.#fields.length === 0) this.#fields = fieldsOf(body)
  }

  get found(): Refused {
    return { reasons: Object.fromEntries(this.#reasons), fields: this.#fields }
  }
}

function fieldsOf(body: Uint8Array): readonly string[] {
  const row = JSON.parse(new TextDecoder().decode(body)) as Json
  return typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.keys(row) : []
}

/** What was refused of several files together. */
export function refusedOf(each: readonly Refused[]): Refused {
  const reasons: Record<string, number> = {}
  for (const { reasons: own } of each)
    for (const [reason, rows] of Object.entries(own)) reasons[reason] = (reasons[reason] ?? 0) + rows
  return { reasons, fields: each.find(({ fields }) => fields.length > 0)?.fields ?? [] }
}

/** Rows that were refused, for whatever reason. */
export function refusedRows({ reasons }: Pick<Refused, 'reasons'>): number {
  return Object.values(reasons).reduce((sum, rows) => sum + rows, 0)
}

/**
 * A source that has rows and no text in any is given by mistake.
 *
 * @throws TilthError `data`, with the field that was looked for and those that there are.
 */
export function refuseWithoutText(
  name: string,
  texts: number,
  refused: Refused,
  { text = 'text' }: FitFields,
): void {
  const rows = refusedRows(refused)
  if (texts > 0 || rows === 0) return
  const each = Object.entries(refused.reasons).map(([reason, count]) => `${reason} ${count}`)
  const { fields } = refused
  throw new TilthError(
    'data',
    `${name}: none of ${rows} rows has a text in the field ${text}: ${each.join(', ')}`,
    {
      hint:
        fields.length === 0
          ? 'no row of it could be read'
          : `its rows have ${fields.slice(0, 20).join(', ')}; name the one of the text: --text FIELD`,
    },
  )
}
