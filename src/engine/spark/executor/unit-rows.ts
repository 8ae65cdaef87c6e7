import { type RecordBatch, tableFromIPC } from 'apache-arrow'
import type { Meta } from '../../../model/document.ts'
import type { Joined } from '../../flow.ts'
import type { EachRow } from '../../units/fill.ts'
import type { RowVerdict } from '../../units/row-verdict.ts'
import type { FlowRow } from '../../units/unit-output.ts'
import type { RowLine } from './unit-columns.ts'

/**
 * What a row of a unit's input is. They come sorted by unit, ordinal, and this: so that the work stands before everything, and
 * what was decided of a row before the row.
 */
export const WHAT = {
  /** `line`: what the unit is made of, as JSON. Its ordinal is -1. */
  work: 0,
  /** `id`: of the document that survived; `value`: how near it is, where that was measured. */
  winner: 1,
  /** `number`: documents under its key. */
  copies: 2,
  /** `number`: a part that is a repeat. */
  part: 3,
  unmatched: 4,
  /** `line`: what the left side of a join gives, as JSON. */
  match: 5,
  /** `id`, `text`, `meta`; `number`: its record; `line`: what else it has, as JSON. */
  row: 6,
  /** A candidate: `number`: of its row among all; `id`; `value`: its rank; `line`: {@link MemberLine}; `bytes`. */
  member: 7,
  /** `number`: of a row that has a key. Rows of one key stand together, with the same `ordinal`. */
  keyed: 8,
} as const

/** A row of a unit's input. */
export interface InputRow {
  readonly ordinal: number
  /** The same where it is a key, of 64 bits. */
  readonly key: bigint
  readonly what: number
  readonly number: number
  readonly value: number | undefined
  readonly id: string
  readonly text: string
  readonly meta: string
  readonly line: string
  readonly bytes: Uint8Array | undefined
}

/** The input of one unit: its work, and then its rows with their verdicts. */
export class UnitRows {
  readonly #rows: Iterator<InputRow>
  readonly work: unknown

  /** @param batches Arrow streams. */
  constructor(batches: Iterable<Uint8Array>) {
    this.#rows = rowsOf(batches)
    const first = this.#rows.next()
    if (first.done === true || first.value.what !== WHAT.work) throw new Error('a unit came without its work')
    this.work = JSON.parse(first.value.line)
  }

  /** The rows behind the work, as they are. */
  *rest(): Generator<InputRow> {
    for (let next = this.#rows.next(); next.done !== true; next = this.#rows.next()) yield next.value
  }

  /** Reads what is left of the input, which must be read to its end. */
  finish(): void {
    while (this.#rows.next().done !== true) {
      // Whoever wanted rows has had them.
    }
  }

  readonly eachRow: EachRow = async (take) => {
    let verdict: RowVerdict | undefined
    let parts: number[] = []
    for (let next = this.#rows.next(); next.done !== true; next = this.#rows.next()) {
      const { ordinal, what, number } = next.value
      if (what === WHAT.part) parts.push(number)
      else if (what !== WHAT.row) {
        if (verdict !== undefined) throw new Error('two verdicts on one row')
        verdict = verdictOf(next.value)
      } else {
        if (parts.length > 0) verdict = { ordinal, parts: Uint32Array.from(parts) }
        const waiting = take(flowRow(next.value), verdict)
        if (waiting !== undefined) await waiting
        verdict = undefined
        parts = []
      }
    }
    if (verdict !== undefined || parts.length > 0) throw new Error('a verdict on a row that is not there')
  }
}

/** The document of a row. */
export function flowRow({ number: record, id, text: wellFormed, meta, line }: InputRow): FlowRow {
  const { signals, unsampled, text = wellFormed } = JSON.parse(line) as RowLine
  const row = { id, text, meta: JSON.parse(meta) as Meta, record, signals }
  return unsampled === true ? { ...row, unsampled } : row
}

function verdictOf({ ordinal, what, number, value, id, line }: InputRow): RowVerdict {
  switch (what) {
    case WHAT.winner:
      return { ordinal, winner: id, ...(value === undefined ? {} : { similarity: value }) }
    case WHAT.copies:
      return { ordinal, copies: number }
    case WHAT.unmatched:
      return { ordinal, unmatched: true }
    case WHAT.match:
      return { ordinal, match: JSON.parse(line) as Joined }
    default:
      throw new Error(`row of unknown kind ${what}`)
  }
}

function* rowsOf(batches: Iterable<Uint8Array>): Generator<InputRow> {
  for (const bytes of batches) {
    for (const batch of tableFromIPC(bytes).batches) {
      const of = (name: string) => column(batch, name)
      const [ordinals, whats, numbers, values] = [of('ordinal'), of('what'), of('number'), of('value')]
      const [ids, texts, metas, lines, bytes] = [of('id'), of('text'), of('meta'), of('line'), of('bytes')]
      for (let at = 0; at < batch.numRows; at++) {
        const value = values(at)
        yield {
          ordinal: Number(ordinals(at)),
          key: ordinals(at) as bigint,
          what: Number(whats(at)),
          number: Number(numbers(at) ?? 0),
          value: value === null ? undefined : Number(value),
          id: String(ids(at) ?? ''),
          text: String(texts(at) ?? ''),
          meta: String(metas(at) ?? ''),
          line: String(lines(at) ?? ''),
          bytes: (bytes(at) ?? undefined) as Uint8Array | undefined,
        }
      }
    }
  }
}

function column(batch: RecordBatch, name: string): (at: number) => unknown {
  const vector = batch.getChild(name)
  if (vector === null) throw new Error(`the input of a unit has no column ${name}`)
  return (at) => vector.get(at) as unknown
}
