import { closeSync, openSync, rmSync } from 'node:fs'
import type { RowKeys } from '../../dedup/buckets.ts'
import { readWhole } from '../../store/read-whole.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { byteRanges } from '../local/compact-keys.ts'

/** Words of a key: its low and its high half, and its row. */
const WORDS = 3
const BYTES = 4 * WORDS
/** Top bytes that a key may have. */
const PARTS = 256

/** Keys that were written together, in the order of their top bytes. */
interface Spilled {
  /** Where they lie in the file, in bytes. */
  readonly at: number
  /** How many have a lower top byte than each, and behind the last how many there are. */
  readonly starts: Uint32Array
}

/** Keys of rows, cut by their top byte; what the memory does not hold lies in a file. Close it. */
export class KeySpill {
  readonly #path: string
  readonly #most: number
  #keys: Uint32Array
  #sorted: Uint32Array
  #held = 0
  readonly #spilled: Spilled[] = []
  #file = -1
  #written = 0
  #joined = { low: NONE, high: NONE, rows: NONE }

  /** @param most keys that are held in memory: 24 bytes each. */
  constructor(path: string, most: number) {
    this.#path = path
    this.#most = Math.max(1, Math.floor(most))
    this.#keys = new Uint32Array(WORDS * this.#most)
    this.#sorted = new Uint32Array(WORDS * this.#most)
  }

  /** Bytes that lie in the file so far. */
  get bytes(): number {
    return this.#written
  }

  /** Keys of a row: pairs of a low and a high half. */
  add(keys: Uint32Array, row: number): void {
    for (let at = 0; at < keys.length; at += 2) {
      if (this.#held === this.#most) this.#spill()
      const to = WORDS * this.#held++
      this.#keys[to] = keys[at] as number
      this.#keys[to + 1] = keys[at + 1] as number
      this.#keys[to + 2] = row
    }
  }

  /** Ends the adding; gives ranges of top bytes with at most so many keys each, as far as one byte has no more. */
  ranges(most: number): readonly (readonly [from: number, to: number])[] {
    if (this.#file === -1) this.#spilled.push({ at: 0, starts: this.#sort() })
    else if (this.#held > 0) this.#spill()
    const counts = Float64Array.from({ length: PARTS }, (_, byte) => this.#count(byte, byte + 1))
    return byteRanges(counts, 0, PARTS, most)
  }

  /** Keys whose top byte is in [from, to), in the order in which they came, byte by byte. Views that the next call overwrites. */
  read(from: number, to: number): RowKeys {
    const count = this.#count(from, to)
    if (this.#joined.low.length < count)
      this.#joined = {
        low: new Uint32Array(count),
        high: new Uint32Array(count),
        rows: new Uint32Array(count),
      }
    const { low, high, rows } = this.#joined
    let filled = 0
    for (const spilled of this.#spilled) {
      const words = this.#words(spilled, from, to)
      for (let at = 0; at < words.length; at += WORDS, filled++) {
        low[filled] = words[at] as number
        high[filled] = words[at + 1] as number
        rows[filled] = words[at + 2] as number
      }
    }
    return { low: low.subarray(0, count), high: high.subarray(0, count), rows: rows.subarray(0, count) }
  }

  /** Gives back its memory, too. */
  close(): void {
    this.#keys = NONE
    this.#sorted = NONE
    this.#joined = { low: NONE, high: NONE, rows: NONE }
    this.#spilled.length = 0
    if (this.#file === -1) return
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
    this.#file = -1
  }

  #count(from: number, to: number): number {
    return this.#spilled.reduce((sum, { starts }) => sum + (starts[to] ?? 0) - (starts[from] ?? 0), 0)
  }

  /** The keys of one spill with these top bytes. They lie together; what is in the file is read to where the keys had been held. */
  #words({ at, starts }: Spilled, from: number, to: number): Uint32Array {
    const [start, end] = [starts[from] ?? 0, starts[to] ?? 0]
    if (this.#file === -1) return this.#sorted.subarray(WORDS * start, WORDS * end)
    const words = this.#keys.subarray(0, WORDS * (end - start))
    const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
    if (!readWhole(this.#file, bytes, at + BYTES * start)) throw new Error(`${this.#path}: ends early`)
    return words
  }

  #spill(): void {
    if (this.#file === -1) this.#file = openSync(this.#path, 'w+')
    const starts = this.#sort()
    const bytes = new Uint8Array(this.#sorted.buffer, 0, BYTES * this.#held)
    writeWhole(this.#file, bytes)
    this.#spilled.push({ at: this.#written, starts })
    this.#written += bytes.length
    this.#held = 0
  }

  /** Puts the keys that are held in the order of their top bytes; says where each begins. */
  #sort(): Uint32Array {
    const keys = this.#keys
    const sorted = this.#sorted
    const end = WORDS * this.#held
    const next = new Uint32Array(PARTS + 1)
    for (let at = 1; at < end; at += WORDS) (next[((keys[at] as number) >>> 24) + 1] as number)++
    for (let byte = 0; byte < PARTS; byte++) (next[byte + 1] as number) += next[byte] as number
    const starts = next.slice()
    for (let at = 0; at < end; at += WORDS) {
      const high = keys[at + 1] as number
      const to = WORDS * (next[high >>> 24] as number)
      ;(next[high >>> 24] as number)++
      sorted[to] = keys[at] as number
      sorted[to + 1] = high
      sorted[to + 2] = keys[at + 2] as number
    }
    return starts
  }
}

const NONE = new Uint32Array(0)
