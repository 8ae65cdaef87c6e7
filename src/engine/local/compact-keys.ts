/** The parts of a table by leading byte, as they are written. */
export type Partitioned = readonly (readonly [byte: number, bytes: Uint8Array])[]

/**
 * Records of some 32-bit words each, the first two of which are the low and the high half of a key of 64 bits. Kept in one
 * growing array, and cut by the key's top byte when all are there.
 */
export class CompactKeys {
  readonly #width: number
  #words: Uint32Array
  #filled = 0

  /**
   * @param width words of a record.
   * @param records for so many there is room from the start; it is no memory before they come.
   */
  constructor(width: number, records = 256) {
    this.#width = width
    this.#words = new Uint32Array(width * records)
  }

  /** Bytes of all records. */
  get bytes(): number {
    return this.#filled * 4
  }

  /** Forgets all records; their room stays. */
  clear(): void {
    this.#filled = 0
  }

  /** Adds a record for each key: its two halves, its number where there are numbers, and what all of them share. */
  add(keys: Uint32Array, numbers: Uint32Array | undefined, shared: readonly number[]): void {
    const width = this.#width
    const first = width - shared.length
    const end = this.#filled + (keys.length / 2) * width
    if (end > this.#words.length) {
      const larger = new Uint32Array(Math.max(end, this.#words.length * 2))
      larger.set(this.#words)
      this.#words = larger
    }
    const words = this.#words
    for (let key = 0, at = this.#filled; at < end; key++, at += width) {
      words[at] = keys[2 * key] ?? 0
      words[at + 1] = keys[2 * key + 1] ?? 0
      if (numbers !== undefined) words[at + 2] = numbers[key] ?? 0
      for (let word = first; word < width; word++) words[at + word] = shared[word - first] ?? 0
    }
    this.#filled = end
  }

  /** The records of each top byte that has any, in the order of the bytes; within one, in the order in which they came. */
  get parts(): Partitioned {
    const width = this.#width
    const words = this.#words
    const counts = new Uint32Array(257)
    for (let at = 1; at < this.#filled; at += width) {
      const byte = (words[at] ?? 0) >>> 24
      counts[byte + 1] = (counts[byte + 1] ?? 0) + 1
    }
    for (let byte = 0; byte < 256; byte++) counts[byte + 1] = (counts[byte + 1] ?? 0) + (counts[byte] ?? 0)
    const next = counts.slice()
    const sorted = new Uint32Array(this.#filled)
    for (let at = 0; at < this.#filled; at += width) {
      const byte = (words[at + 1] ?? 0) >>> 24
      const to = next[byte] ?? 0
      next[byte] = to + 1
      for (let word = 0; word < width; word++) sorted[to * width + word] = words[at + word] ?? 0
    }
    const bytes = new Uint8Array(sorted.buffer)
    return Array.from({ length: 256 }, (_, byte) => {
      const from = (counts[byte] ?? 0) * width * 4
      const to = (counts[byte + 1] ?? 0) * width * 4
      return [byte, bytes.subarray(from, to)] as const
    }).filter(([, part]) => part.length > 0)
  }
}

/** Words of a record of a document's key: low, high, ordinal of the row. */
export const SKETCH_WORDS = 3
/** Words of a record of a part's key: low, high, number of the part, ordinal of the row, low and high half of the row's order. */
export const PART_WORDS = 6

/** Ranges of leading bytes, from (included) to (not included), with at most so many records each, as far as one byte has no more. */
export function byteRanges(
  records: Float64Array,
  from: number,
  to: number,
  most: number,
): readonly (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = []
  let first = from
  let count = 0
  for (let byte = from; byte < to; byte++) {
    const more = records[byte] ?? 0
    if (byte > first && count + more > most) {
      ranges.push([first, byte])
      first = byte
      count = 0
    }
    count += more
  }
  ranges.push([first, to])
  return ranges
}
