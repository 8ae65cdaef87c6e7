import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import type { RowKeys } from '../../dedup/buckets.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { CompactKeys, SKETCH_WORDS } from '../local/compact-keys.ts'

interface Piece {
  readonly byte: number
  /** Where it lies in the file, or the bytes themselves where nothing had to be spilled. */
  readonly at: number | Uint8Array
  readonly length: number
}

/** Keys that the last row may bring beyond the bound without a new room. */
const MOST_OF_ROW = 1024

/** Keys of rows, cut by their top byte; what the memory does not hold lies in a file. Close it. */
export class KeySpill {
  readonly #path: string
  readonly #most: number
  readonly #keys: CompactKeys
  #held = 0
  readonly #pieces: Piece[] = []
  #file = -1
  #written = 0

  /** @param most keys that are held in memory: 12 bytes each, and 12 more while they are sorted. */
  constructor(path: string, most: number) {
    this.#path = path
    this.#most = Math.floor(most)
    this.#keys = new CompactKeys(SKETCH_WORDS, this.#most + MOST_OF_ROW)
  }

  /** Bytes that lie in the file so far. */
  get bytes(): number {
    return this.#written
  }

  /** Keys of a row: pairs of a low and a high half. */
  add(keys: Uint32Array, row: number): void {
    this.#keys.add(keys, undefined, [row])
    this.#held += keys.length / 2
    if (this.#held >= this.#most) this.#spill()
  }

  /** Ends the adding; gives ranges of top bytes with at most so many keys each, as far as one byte has no more. */
  ranges(most: number): readonly (readonly [from: number, to: number])[] {
    if (this.#file === -1) {
      for (const [byte, at] of this.#keys.parts) this.#pieces.push({ byte, at, length: at.length })
    } else if (this.#held > 0) this.#spill()
    const counts = new Float64Array(256)
    for (const { byte, length } of this.#pieces)
      counts[byte] = (counts[byte] ?? 0) + length / 4 / SKETCH_WORDS
    const ranges: (readonly [number, number])[] = []
    let from = 0
    let count = 0
    for (const [byte, more] of counts.entries()) {
      if (byte > from && count + more > most) {
        ranges.push([from, byte])
        from = byte
        count = 0
      }
      count += more
    }
    ranges.push([from, 256])
    return ranges
  }

  /** Keys whose top byte is in [from, to). */
  read(from: number, to: number): RowKeys {
    const pieces = this.#pieces.filter(({ byte }) => byte >= from && byte < to)
    const count = pieces.reduce((sum, { length }) => sum + length, 0) / 4 / SKETCH_WORDS
    const [low, high, rows] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)]
    let filled = 0
    for (const piece of pieces) {
      const words = this.#words(piece)
      for (let at = 0; at < words.length; at += SKETCH_WORDS, filled++) {
        low[filled] = words[at] ?? 0
        high[filled] = words[at + 1] ?? 0
        rows[filled] = words[at + 2] ?? 0
      }
    }
    return { low, high, rows }
  }

  close(): void {
    if (this.#file === -1) return
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
    this.#file = -1
  }

  #words({ at, length }: Piece): Uint32Array {
    const words = new Uint32Array(length / 4)
    const bytes = new Uint8Array(words.buffer)
    if (typeof at !== 'number') bytes.set(at)
    else {
      let done = 0
      while (done < length) {
        const read = readSync(this.#file, bytes, done, length - done, at + done)
        if (read === 0) throw new Error(`${this.#path}: ends early`)
        done += read
      }
    }
    return words
  }

  #spill(): void {
    if (this.#file === -1) this.#file = openSync(this.#path, 'w+')
    for (const [byte, bytes] of this.#keys.parts) {
      writeWhole(this.#file, bytes)
      this.#pieces.push({ byte, at: this.#written, length: bytes.length })
      this.#written += bytes.length
    }
    this.#keys.clear()
    this.#held = 0
  }
}
