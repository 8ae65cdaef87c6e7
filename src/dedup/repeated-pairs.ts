import type { Buckets } from './buckets.ts'

/** Pairs that are remembered, 8 bytes each. A power of two. */
const SLOTS = 1 << 16

/**
 * Leaves out most buckets of two that came before with the same two, in this call or an earlier one: copies have many keys in common, and
 * one bucket says as much as all of them. Bounded: a pair is forgotten when another takes its place, and then comes again.
 */
export class RepeatedPairs {
  readonly #first = new Uint32Array(SLOTS)
  /** One more than the second row, so that 0 is none. */
  readonly #second = new Uint32Array(SLOTS)

  without({ starts, rows }: Buckets): Buckets {
    const keptStarts = new Uint32Array(starts.length)
    const kept = new Uint32Array(rows.length)
    let [count, filled] = [0, 0]
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const start = starts[bucket] ?? 0
      const end = starts[bucket + 1] ?? 0
      if (end - start === 2 && this.#isRepeated(rows[start] ?? 0, rows[start + 1] ?? 0)) continue
      for (let at = start; at < end; at++) kept[filled++] = rows[at] ?? 0
      keptStarts[++count] = filled
    }
    return { starts: keptStarts.slice(0, count + 1), rows: kept.slice(0, filled) }
  }

  #isRepeated(first: number, second: number): boolean {
    const slot = (Math.imul(first, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca6b)) >>> 16
    if (this.#first[slot] === first && this.#second[slot] === second + 1) return true
    this.#first[slot] = first
    this.#second[slot] = second + 1
    return false
  }
}
