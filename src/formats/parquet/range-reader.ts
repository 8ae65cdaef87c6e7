import type { Source } from '../../model/record.ts'
import { readRange } from '../source/source.ts'

/** Bytes that are read at a time where fewer are asked for. */
const AHEAD_BYTES = 1 << 18

/** Reads a part of a source forward, in pieces of the asked length, with a little read ahead. */
export class RangeReader {
  readonly #source: Source
  readonly #end: number
  readonly #signal: AbortSignal | undefined
  #held: Uint8Array = new Uint8Array(0)
  /** Byte of the source where reading stands. */
  offset: number

  constructor(source: Source, start: number, end: number, signal?: AbortSignal) {
    this.#source = source
    this.#end = end
    this.#signal = signal
    this.offset = start
  }

  get left(): number {
    return this.#end - this.offset
  }

  /** The next `length` bytes, or as many as there are; they stay. */
  async peek(length: number): Promise<Uint8Array> {
    const wanted = Math.min(length, this.left)
    const missing = wanted - this.#held.length
    if (missing > 0) {
      const from = this.offset + this.#held.length
      const to = Math.min(this.#end, from + Math.max(missing, AHEAD_BYTES))
      const more = await readRange(this.#source, from, to, this.#signal)
      this.#held = this.#held.length === 0 ? more : Buffer.concat([this.#held, more])
    }
    return this.#held.subarray(0, wanted)
  }

  advance(length: number): void {
    this.#held = this.#held.subarray(length)
    this.offset += length
  }
}
