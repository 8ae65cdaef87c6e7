import { hash } from 'node:crypto'
import type { Parts } from '../../../model/stage.ts'
import { urlOf } from '../../../store/version.ts'
import type { FlowRejection, FlowRow, KeyRecord, UnitCounts, UnitOutput } from '../../units/unit-output.ts'
import { VersionSums } from '../../units/version-sums.ts'
import type { ResultColumns, ResultRow } from './result-columns.ts'

/** What `line` holds of a row. */
export interface RowLine {
  readonly signals: FlowRow['signals']
  readonly unsampled?: true | undefined
  /** The text, where half a surrogate pair stands in it, which no column of UTF-8 can hold. */
  readonly text?: string | undefined
}

/** What `line` holds of a rejection. */
export type RejectionLine = Omit<FlowRejection, 'id' | 'text' | 'meta' | 'record' | 'hasText'>

/** What a run knows of a unit besides its rows. */
export interface UnitTold extends UnitCounts {
  readonly rows: number
  readonly rejections: number
  /** Sums of the rows that end in the version. */
  readonly sums: VersionSums['hex']
  /** Where it was done, for whoever looks at a cluster: host and folder of the executor. */
  readonly where: string
}

export interface UnitColumnsOptions {
  readonly unit: number
  /** Whether its rows are the version's. */
  readonly isLast: boolean
  /** Whether the plan has any signal. */
  readonly measures: boolean
  readonly where: string
}

/** Part of a document that was split has more: `.1`. */
const WHOLE_ID = /^[0-9a-f]{32}$/

/** Puts the result of a unit into columns: a row each for what the local engine writes into its packs. */
export class UnitColumns implements UnitOutput {
  readonly #columns: ResultColumns
  readonly #options: UnitColumnsOptions
  readonly #sums: VersionSums
  #rows = 0
  #rejections = 0
  #ids = 0

  constructor(columns: ResultColumns, options: UnitColumnsOptions) {
    this.#columns = columns
    this.#options = options
    this.#sums = new VersionSums(options.measures)
  }

  row(row: FlowRow): number {
    if (this.#options.isLast) this.#sums.kept(row)
    const { signals, unsampled, text } = row
    const line = { signals, unsampled, text: text.isWellFormed() ? undefined : text } satisfies RowLine
    this.#add({ section: 'row', ordinal: this.#rows, ...documentOf(row), text, line: JSON.stringify(line) })
    return this.#rows++
  }

  rejection(rejection: FlowRejection): void {
    this.#sums.rejected(rejection)
    const { id: _, text, meta: __, record: ___, hasText, ...line } = rejection
    this.#add({
      section: 'rejected',
      ordinal: this.#rejections++,
      ...documentOf(rejection),
      ...(hasText ? { text } : {}),
      line: JSON.stringify(line satisfies RejectionLine),
    })
  }

  key({ hash: key, check, rank, ordinal, id, payload }: KeyRecord): void {
    const mark = Buffer.from(check).toString('hex')
    const line = payload === undefined ? {} : { line: JSON.stringify(payload) }
    this.#add({ section: 'key', ordinal, key: BigInt.asIntN(64, key), rank, id, mark, ...line })
  }

  sketch(ordinal: number, keys: Uint32Array): void {
    for (let at = 0; at < keys.length; at += 2)
      this.#add({ section: 'sketch', ordinal, key: keyAt(keys, at) })
  }

  parts(ordinal: number, id: string, { keys, numbers }: Parts): void {
    for (let at = 0; at < keys.length; at += 2) {
      const number = numbers[at / 2] ?? 0
      this.#add({ section: 'part', ordinal, key: keyAt(keys, at), number, id })
    }
  }

  id(id: string, position: number): void {
    const whole = WHOLE_ID.test(id) ? id : hash('sha256', id, 'hex').slice(0, 32)
    this.#add({ section: 'id', ordinal: this.#ids++, id: whole, number: position })
  }

  finish(counted: UnitCounts): void {
    const told: UnitTold = {
      ...counted,
      rows: this.#rows,
      rejections: this.#rejections,
      sums: this.#sums.hex,
      where: this.#options.where,
    }
    this.#add({ section: 'count', ordinal: 0, line: JSON.stringify(told) })
  }

  /** The answer to a call, in the place of counts. */
  answer(answer: unknown): void {
    this.#add({ section: 'count', ordinal: 0, line: JSON.stringify(answer) })
  }

  #add(row: ResultRow): void {
    this.#columns.add(this.#options.unit, row)
  }
}

function documentOf({ id, meta, record }: FlowRow): Pick<ResultRow, 'id' | 'meta' | 'number' | 'mark'> {
  const url = urlOf(meta)
  return { id, meta: JSON.stringify(meta), number: record, ...(url === null ? {} : { mark: url }) }
}

/** A key of which the low half stands at a place, and the high half behind it, as a signed number of 64 bits. */
function keyAt(keys: Uint32Array, at: number): bigint {
  return BigInt.asIntN(64, (BigInt(keys[at + 1] ?? 0) << 32n) | BigInt(keys[at] ?? 0))
}
