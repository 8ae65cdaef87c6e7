import { isUtf8 } from 'node:buffer'
import type { MappedRow } from '../../formats/jsonl/field-map.ts'
import { parseLine } from '../../formats/jsonl/json-lines.ts'
import { type JsonTextsKernel, jsonTextsKernel, LINE_KINDS, LINE_WORDS } from '../../kernels/json-texts.ts'
import type { Document, Json } from '../../model/document.ts'
import { rowId } from '../row-id.ts'
import { NOWHERE, type OtherRow, type TextBlock } from './row-texts.ts'

export interface LineFields {
  /** Names of the fields that hold text and id: no dots in them, and up to 256 bytes. */
  readonly text: string
  readonly id: string
  /** Makes the fields of a row canonical. */
  readonly mapped: (row: Record<string, Json>) => MappedRow
}

/**
 * Takes texts out of lines of JSON in a kernel; what that leaves is parsed. Bytes are put in with `fill`, and their lines taken with `take`.
 */
export class LineScan {
  readonly #kernel: JsonTextsKernel = jsonTextsKernel()
  readonly #fields: LineFields
  readonly #input: Uint8Array
  readonly #texts: Uint8Array
  readonly #lines: Uint32Array
  #held = 0
  /** Lines whose positions are known already. */
  #first = 0

  constructor(fields: LineFields) {
    const kernel = this.#kernel
    this.#fields = fields
    const [text, id] = [Buffer.from(fields.text), Buffer.from(fields.id)]
    kernel.begin(text.length, id.length)
    const { buffer } = kernel.memory
    new Uint8Array(buffer, kernel.textNamePlace()).set(text)
    new Uint8Array(buffer, kernel.idNamePlace()).set(id)
    this.#input = new Uint8Array(buffer, kernel.inputPlace(), kernel.inputBytes())
    this.#texts = new Uint8Array(buffer, kernel.textsPlace(), kernel.inputBytes())
    this.#lines = new Uint32Array(buffer, kernel.linesPlace(), kernel.mostLines() * LINE_WORDS)
  }

  /** Puts in what fits of some bytes; gives how much that is. */
  fill(bytes: Uint8Array, from: number): number {
    const count = Math.min(this.#input.length - this.#held, bytes.length - from)
    this.#input.set(
      from === 0 && count === bytes.length ? bytes : bytes.subarray(from, from + count),
      this.#held,
    )
    this.#held += count
    return count
  }

  get isFull(): boolean {
    return this.#held === this.#input.length
  }

  /**
   * Takes the whole lines that are held.
   *
   * @param isLast whether what is behind the last line's end is a line, too.
   * @param positionOf the position of a line, by its number among all that were taken.
   * @param measured told of the length of each line, its end included.
   * @returns nothing where no line is whole.
   */
  *take(
    isLast: boolean,
    positionOf: (line: number) => number,
    measured: (length: number) => void,
  ): Generator<TextBlock | OtherRow, boolean> {
    const count = this.#kernel.scan(this.#held, isLast ? 1 : 0)
    const taken = this.#kernel.taken()
    const isWell = isUtf8(this.#input.subarray(0, taken))
    const first = this.#first
    this.#first += count
    const lines = this.#lines
    let start = 0
    for (let line = 0, at = 0; line < count; line++, at += LINE_WORDS) {
      const from = lines[at] as number
      const next = line + 1 < count ? (lines[at + LINE_WORDS] as number) : taken
      measured(next - from)
      const kind = lines[at + 2]
      const isTaken =
        kind === LINE_KINDS.taken && (isWell || isUtf8(this.#input.subarray(from, lines[at + 1])))
      if (isTaken) continue
      if (line > start) yield new ScannedBlock(this, start, line, positionOf, first)
      start = line + 1
      if (kind === LINE_KINDS.blank) continue
      const item = this.parsed(this.#bytes(line), positionOf(first + line))
      if (item !== undefined) yield item
    }
    if (count > start) yield new ScannedBlock(this, start, count, positionOf, first)
    this.#input.copyWithin(0, taken, this.#held)
    this.#held -= taken
    return count > 0
  }

  /** Gives up what is held: the beginning of a line that is too long for the kernel. */
  takeStart(): Buffer {
    const start = Buffer.from(this.#input.subarray(0, this.#held))
    this.#held = 0
    return start
  }

  /** Position of a line that did not go through the kernel. */
  skip(positionOf: (line: number) => number): number {
    return positionOf(this.#first++)
  }

  /** A line that is parsed; `undefined` for a blank one. */
  parsed(line: Buffer, position: number): TextBlock | OtherRow | undefined {
    const row = parseLine(line, position)
    if (row === undefined) return undefined
    if ('reason' in row) return { position, error: row.reason, isRow: false }
    const { fields } = this.#fields.mapped(row.row)
    const text = fields['text']
    if (typeof text !== 'string')
      return {
        position,
        error: text === undefined || text === null ? 'no-text' : 'not-a-string',
        isRow: true,
      }
    return blockOf(
      { id: rowId(fields['id'], String(position)), text, meta: fields, origin: NOWHERE },
      position,
    )
  }

  /** Where the texts of lines lie, from the line `from` (included) to the line `to` (not included). */
  textsOf(from: number, to: number): Pick<TextBlock, 'texts' | 'ends'> {
    const lines = this.#lines
    const base = from === 0 ? 0 : (lines[(from - 1) * LINE_WORDS + 3] as number)
    const ends = new Uint32Array(to - from)
    for (let index = 0; index < ends.length; index++)
      ends[index] = (lines[(from + index) * LINE_WORDS + 3] as number) - base
    return { ends, texts: this.#texts.subarray(base, base + (ends[ends.length - 1] ?? 0)) }
  }

  /** The id of a line that was taken. */
  idOf(line: number, position: number): string {
    const [start = 0, end = 0] = this.#lines.subarray(line * LINE_WORDS + 4, line * LINE_WORDS + 6)
    if (end <= start || end > this.#input.length) return String(position)
    const bytes = this.#input.subarray(start, end)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    // The usual case without a parser: a string in which nothing is escaped.
    if (bytes[0] === QUOTE && !text.includes('\\')) return text.slice(1, -1)
    return rowId(JSON.parse(text) as Json, String(position))
  }

  documentOf(line: number, position: number): Document {
    const item = this.parsed(this.#bytes(line), position)
    if (item === undefined || 'error' in item) throw new Error(`row ${position}: is not what it was`)
    return item.document(0)
  }

  #bytes(line: number): Buffer {
    const [start = 0, end = 0] = this.#lines.subarray(line * LINE_WORDS, line * LINE_WORDS + 2)
    const bytes = this.#input.subarray(start, end)
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  }
}

const QUOTE = 0x22

/** Lines that the kernel has taken. */
class ScannedBlock implements TextBlock {
  readonly #scan: LineScan
  readonly #from: number
  readonly positions: Uint32Array
  readonly texts: Uint8Array
  readonly ends: Uint32Array

  constructor(scan: LineScan, from: number, to: number, positionOf: (line: number) => number, first: number) {
    this.#scan = scan
    this.#from = from
    this.positions = new Uint32Array(to - from)
    for (let line = from; line < to; line++) this.positions[line - from] = positionOf(first + line)
    const { texts, ends } = scan.textsOf(from, to)
    this.texts = texts
    this.ends = ends
  }

  id(index: number): string {
    return this.#scan.idOf(this.#from + index, this.positions[index] ?? 0)
  }

  document(index: number): Document {
    return this.#scan.documentOf(this.#from + index, this.positions[index] ?? 0)
  }
}

/** A block of one row. */
export function blockOf(document: Document, position: number): TextBlock {
  const texts = Buffer.from(document.text)
  return {
    positions: Uint32Array.of(position),
    texts,
    ends: Uint32Array.of(texts.length),
    id: () => document.id,
    document: () => document,
  }
}
