import {
  Binary,
  Field,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow'

/** The tables that a unit's result is made of, as `section` names them: a folder each, where Spark writes them. */
export type Section =
  | 'row'
  | 'rejected'
  | 'key'
  | 'sketch'
  | 'part'
  | 'id'
  | 'count'
  | 'member'
  | 'winner'
  | 'copies'

/** One row of a result. What a section does not use is left out. */
export interface ResultRow {
  readonly section: Section
  readonly ordinal: number
  /** 64 bits, signed: a key. */
  readonly key?: bigint
  /** Number of a part; number of a record in its input. */
  readonly number?: number
  readonly rank?: number
  /** Id of a document or record. */
  readonly id?: string
  /** More of a key, so that different ones of one hash stay apart: 32 hex digits. Of a document: its URL. */
  readonly mark?: string
  readonly text?: string
  /** Meta of a document, as JSON. */
  readonly meta?: string
  /** What else there is, as JSON: signals of a row, verdict and signals of a rejection, counts of a unit, what a join gives. */
  readonly line?: string
  /** Numbers that a candidate is compared by, 8 bytes each. */
  readonly bytes?: Uint8Array
}

type ResultType = 'integer' | 'long' | 'double' | 'string' | 'binary'

/** Columns of every result, with their types as Spark calls them. */
export const RESULT_COLUMNS: readonly { readonly name: string; readonly type: ResultType }[] = [
  { name: 'unit', type: 'integer' },
  { name: 'section', type: 'string' },
  { name: 'ordinal', type: 'long' },
  { name: 'key', type: 'long' },
  { name: 'number', type: 'long' },
  { name: 'rank', type: 'double' },
  { name: 'id', type: 'string' },
  { name: 'mark', type: 'string' },
  { name: 'text', type: 'string' },
  { name: 'meta', type: 'string' },
  { name: 'line', type: 'string' },
  { name: 'bytes', type: 'binary' },
]

const ARROW = { integer: Int32, long: Int64, double: Float64, string: Utf8, binary: Binary } as const

const SCHEMA = new Schema(RESULT_COLUMNS.map(({ name, type }) => new Field(name, new ARROW[type](), true)))

/** Rows and bytes of text of a batch, at most: the JVM and Python hold a few at a time. */
const BATCH_ROWS = 16_384
const BATCH_BYTES = 4 << 20

const TEXTS = ['section', 'id', 'mark', 'text', 'meta', 'line'] as const

/** Gathers the rows of results as columns, and hands them on as Arrow streams of one batch. */
export class ResultColumns {
  readonly #send: (stream: Uint8Array) => void
  readonly #units = new Int32Array(BATCH_ROWS)
  readonly #ordinals = new BigInt64Array(BATCH_ROWS)
  readonly #keys = new Nullable(new BigInt64Array(BATCH_ROWS))
  readonly #numbers = new Nullable(new BigInt64Array(BATCH_ROWS))
  readonly #ranks = new Nullable(new Float64Array(BATCH_ROWS))
  readonly #texts = {
    section: new Texts(),
    id: new Texts(),
    mark: new Texts(),
    text: new Texts(),
    meta: new Texts(),
    line: new Texts(),
  }
  readonly #bytes = new Texts()
  #rows = 0

  constructor(send: (stream: Uint8Array) => void) {
    this.#send = send
  }

  add(unit: number, row: ResultRow): void {
    const { ordinal, key, number, rank } = row
    const at = this.#rows++
    this.#units[at] = unit
    this.#ordinals[at] = BigInt(ordinal)
    if (key !== undefined) this.#keys.set(at, key)
    if (number !== undefined) this.#numbers.set(at, BigInt(number))
    if (rank !== undefined) this.#ranks.set(at, rank)
    for (const name of TEXTS) this.#texts[name].add(at, row[name])
    this.#bytes.add(at, row.bytes)
    const { text, meta, line } = this.#texts
    const held = text.bytes + meta.bytes + line.bytes + this.#bytes.bytes
    if (this.#rows === BATCH_ROWS || held >= BATCH_BYTES) this.flush()
  }

  flush(): void {
    const length = this.#rows
    if (length === 0) return
    const whole = { length, nullCount: 0 }
    const text = (name: (typeof TEXTS)[number]) =>
      makeData({ type: new Utf8(), length, ...this.#texts[name].data(length) })
    const children = [
      makeData({ type: new Int32(), ...whole, data: this.#units.subarray(0, length) }),
      text('section'),
      makeData({ type: new Int64(), ...whole, data: this.#ordinals.subarray(0, length) }),
      makeData({ type: new Int64(), ...this.#keys.data(length) }),
      makeData({ type: new Int64(), ...this.#numbers.data(length) }),
      makeData({ type: new Float64(), ...this.#ranks.data(length) }),
      text('id'),
      text('mark'),
      text('text'),
      text('meta'),
      text('line'),
      makeData({ type: new Binary(), length, ...this.#bytes.data(length) }),
    ]
    const batch = new RecordBatch(SCHEMA, makeData({ type: new Struct(SCHEMA.fields), ...whole, children }))
    this.#send(RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true))
    this.#rows = 0
    for (const column of [this.#keys, this.#numbers, this.#ranks, ...Object.values(this.#texts), this.#bytes])
      column.clear()
  }
}

/** A column of numbers of which some are not there. */
class Nullable<A extends BigInt64Array | Float64Array> {
  readonly #values: A
  readonly #bitmap: Uint8Array
  #filled = 0

  constructor(values: A) {
    this.#values = values
    this.#bitmap = new Uint8Array(Math.ceil(values.length / 8))
  }

  set(at: number, value: A[number]): void {
    this.#values.fill(value as never, at, at + 1)
    mark(this.#bitmap, at)
    this.#filled++
  }

  data(length: number): {
    readonly length: number
    readonly nullCount: number
    readonly nullBitmap: Uint8Array
    readonly data: A
  } {
    const data = this.#values.subarray(0, length) as A
    return { length, nullCount: length - this.#filled, nullBitmap: this.#bitmap, data }
  }

  clear(): void {
    this.#bitmap.fill(0)
    this.#filled = 0
  }
}

/** A column of texts, or of bytes, of which some are not there. */
class Texts {
  readonly #bitmap = new Uint8Array(Math.ceil(BATCH_ROWS / 8))
  readonly #offsets = new Int32Array(BATCH_ROWS + 1)
  #bytes = Buffer.alloc(1 << 16)
  #filled = 0
  bytes = 0

  add(at: number, text: string | Uint8Array | undefined): void {
    if (text !== undefined) {
      // A unit of UTF-16 takes three bytes at most.
      const most = this.bytes + (typeof text === 'string' ? 3 : 1) * text.length
      if (most > this.#bytes.length) {
        const larger = Buffer.alloc(Math.max(most, 2 * this.#bytes.length))
        larger.set(this.#bytes.subarray(0, this.bytes))
        this.#bytes = larger
      }
      if (typeof text === 'string') this.bytes += this.#bytes.write(text, this.bytes)
      else {
        this.#bytes.set(text, this.bytes)
        this.bytes += text.length
      }
      mark(this.#bitmap, at)
      this.#filled++
    }
    this.#offsets[at + 1] = this.bytes
  }

  data(length: number): {
    readonly nullCount: number
    readonly nullBitmap: Uint8Array
    readonly valueOffsets: Int32Array
    readonly data: Uint8Array
  } {
    return {
      nullCount: length - this.#filled,
      nullBitmap: this.#bitmap,
      valueOffsets: this.#offsets.subarray(0, length + 1),
      data: this.#bytes.subarray(0, this.bytes),
    }
  }

  clear(): void {
    this.#bitmap.fill(0)
    this.#filled = 0
    this.bytes = 0
    // What one long text took is not held for ever.
    if (this.#bytes.length > 4 * BATCH_BYTES) this.#bytes = Buffer.alloc(1 << 16)
  }
}

function mark(bitmap: Uint8Array, at: number): void {
  bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7))
}
