import { compressionOf, decompressed } from '../../formats/compression/compression.ts'
import { fieldMapper } from '../../formats/jsonl/field-map.ts'
import { endlessBytes } from '../../formats/jsonl/json-lines.ts'
import { Damage } from '../../formats/source/byte-window.ts'
import { openSource } from '../../formats/source/source.ts'
import { MAX_RECORD_BYTES, MAX_WINDOW_BYTES } from '../row-limits.ts'
import { LineLengths } from './line-lengths.ts'
import { LineScan } from './line-scan.ts'
import type { OtherRow, RowTexts, TextBlock } from './row-texts.ts'
import { wantedLines } from './wanted-lines.ts'

const LINE_FEED = 10
/** Bytes of a plain file that are read at a time. */
const CHUNK_BYTES = 1 << 19

/** Rows of a file of JSON lines, plain or compressed. Their texts are found without parsing the rows, and never are strings. */
export class LineRows implements RowTexts {
  readonly #path: string
  readonly #names: { readonly text: string; readonly id: string }
  readonly #lengths = new LineLengths()
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)

  /** @param names of fields, without dots. */
  constructor(path: string, names: { readonly text: string; readonly id: string }) {
    this.#path = path
    this.#names = names
  }

  async *all(): AsyncGenerator<TextBlock | OtherRow> {
    const { chunks, plain } = await this.#open()
    yield* this.#items(chunks, {
      positionOf: (line) => line,
      measured: (length) => this.#lengths.add(length),
      maxRunBytes: endlessBytes(plain, MAX_RECORD_BYTES),
    })
  }

  async *at(positions: Uint32Array): AsyncGenerator<TextBlock | OtherRow> {
    let next = 0
    const isWanted = (line: number): boolean => {
      if (positions[next] !== line) return false
      next++
      return true
    }
    const { chunks } = await this.#open()
    yield* this.#items(wantedLines(chunks, this.#lengths, isWanted), {
      positionOf: (line) => positions[line] ?? 0,
      measured: () => undefined,
      maxRunBytes: Number.POSITIVE_INFINITY,
    })
  }

  /**
   * The lines that stay, with their ends, as they are in the file; a last line without an end is given one. Views that the next piece
   * overwrites.
   */
  async *staying(stays: (position: number) => boolean): AsyncGenerator<Uint8Array> {
    const { chunks } = await this.#open()
    let last: number | undefined = LINE_FEED
    for await (const piece of wantedLines(chunks, this.#lengths, stays)) {
      yield piece
      last = piece.at(-1)
    }
    if (last !== LINE_FEED) yield Uint8Array.of(LINE_FEED)
  }

  async #open(): Promise<{ readonly chunks: AsyncIterable<Uint8Array>; readonly plain: boolean }> {
    const source = await openSource(this.#path)
    const plain = (await compressionOf(source)) === 'plain'
    const chunks = plain
      ? source.read(0, source.size, undefined, this.#chunk)
      : decompressed(source, { maxWindowBytes: MAX_WINDOW_BYTES })
    return { chunks, plain }
  }

  async *#items(
    chunks: AsyncIterable<Uint8Array>,
    { positionOf, measured, maxRunBytes }: ScanOptions,
  ): AsyncGenerator<TextBlock | OtherRow> {
    const scan = new LineScan({ ...this.#names, mapped: fieldMapper(this.#names) })
    const long = new LongLine()
    try {
      for await (const chunk of chunks) {
        for (let from = 0; from < chunk.length; ) {
          if (long.length > 0) {
            const end = chunk.indexOf(LINE_FEED, from) + 1
            from += long.add(chunk.subarray(from, end === 0 ? chunk.length : end))
            if (long.length > maxRunBytes) {
              yield { position: scan.skip(positionOf), error: TOO_LARGE, isRow: false }
              return
            }
            if (end === 0) continue
            yield* long.item(scan, scan.skip(positionOf))
            measured(long.clear())
            continue
          }
          from += scan.fill(chunk, from)
          if (scan.isFull && !(yield* scan.take(false, positionOf, measured))) long.add(scan.takeStart())
        }
      }
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      while (yield* scan.take(false, positionOf, measured));
      yield { position: scan.skip(positionOf), error: error.reason, isRow: false }
      return
    }
    if (long.length > 0) {
      yield* long.item(scan, scan.skip(positionOf))
      measured(long.clear())
    }
    while (yield* scan.take(true, positionOf, measured));
  }
}

interface ScanOptions {
  /** The position of a line, by its number among all that come. */
  readonly positionOf: (line: number) => number
  readonly measured: (length: number) => void
  /** Bytes without a line end at which the rest is given up. */
  readonly maxRunBytes: number
}

const TOO_LARGE = 'record-too-large'

/** A line that is longer than the kernel takes; above the limit of a row it is not held. */
class LongLine {
  #parts: Buffer[] = []
  /** Bytes so far, the line's end included. */
  length = 0

  /** Gives the length of the piece. */
  add(piece: Uint8Array): number {
    this.length += piece.length
    if (this.length > MAX_RECORD_BYTES + 1) this.#parts = []
    else this.#parts.push(Buffer.from(piece))
    return piece.length
  }

  *item(scan: LineScan, position: number): Generator<TextBlock | OtherRow> {
    const whole = Buffer.concat(this.#parts)
    const line = whole.at(-1) === LINE_FEED ? whole.subarray(0, -1) : whole
    if (this.length > MAX_RECORD_BYTES + 1 || line.length > MAX_RECORD_BYTES)
      yield { position, error: TOO_LARGE, isRow: false }
    else {
      const item = scan.parsed(line, position)
      if (item !== undefined) yield item
    }
  }

  /** Gives the length that the line had. */
  clear(): number {
    const { length } = this
    this.#parts = []
    this.length = 0
    return length
  }
}
