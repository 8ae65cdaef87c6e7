/** Rows that have a key in common: bucket `n` holds `rows` from `starts[n]` to `starts[n + 1]`, in the order given; two or more. */
export interface Buckets {
  readonly starts: Uint32Array
  readonly rows: Uint32Array
}

/** Keys as two halves of 64 bits, and the row that has each. */
export interface RowKeys {
  readonly low: Uint32Array
  readonly high: Uint32Array
  readonly rows: Uint32Array
}

const NONE = 0xffff_ffff

/** {@link KeyJoin} once. */
export function buckets(keys: RowKeys): Buckets {
  return new KeyJoin().buckets(keys)
}

/**
 * Brings rows with equal keys together, as often as it is asked, in the same memory. One table with chains in typed arrays: 16 bytes a key beside the keys themselves. Keys are
 * hashes, so their low bits choose the slot; give the keys of one partition, cut by their *high* bits, and the table stays
 * about as large as a cache.
 */
export class KeyJoin {
  /** Slot → first key of its chain; of each key met: the next different one of the slot. */
  #slots = new Uint32Array(0)
  #next = new Uint32Array(0)
  /** For the first of equal keys: how many there are. For each key: which is the first of its kind. */
  #sizes = new Uint32Array(0)
  #firsts = new Uint32Array(0)

  buckets(keys: RowKeys): Buckets {
    const count = keys.rows.length
    const slots = slotsFor(count)
    if (this.#slots.length < slots) this.#slots = new Uint32Array(slots)
    if (this.#next.length < count) {
      this.#next = new Uint32Array(count)
      this.#sizes = new Uint32Array(count)
      this.#firsts = new Uint32Array(count)
    }
    return join(keys, {
      slots: this.#slots.subarray(0, slots).fill(NONE),
      next: this.#next,
      sizes: this.#sizes.fill(0, 0, count),
      firsts: this.#firsts,
    })
  }
}

interface Tables {
  readonly slots: Uint32Array
  readonly next: Uint32Array
  readonly sizes: Uint32Array
  readonly firsts: Uint32Array
}

function join({ low, high, rows }: RowKeys, { slots, next, sizes, firsts }: Tables): Buckets {
  const count = rows.length
  const mask = slots.length - 1
  let inBuckets = 0
  let found = 0
  for (let at = 0; at < count; at++) {
    const slot = (low[at] ?? 0) & mask
    let first = slots[slot] ?? NONE
    while (first !== NONE && (low[first] !== low[at] || high[first] !== high[at])) first = next[first] ?? NONE
    if (first === NONE) {
      next[at] = slots[slot] ?? NONE
      slots[slot] = at
      first = at
    }
    firsts[at] = first
    const size = (sizes[first] ?? 0) + 1
    sizes[first] = size
    if (size === 2) {
      found++
      inBuckets += 2
    } else if (size > 2) inBuckets++
  }
  const starts = new Uint32Array(found + 1)
  const grouped = new Uint32Array(inBuckets)
  // From here on `next` is where the next row of a bucket goes.
  let bucket = 0
  let start = 0
  for (let at = 0; at < count; at++) {
    const first = firsts[at] ?? 0
    const size = sizes[first] ?? 0
    if (size < 2) continue
    if (first === at) {
      starts[bucket++] = start
      next[at] = start
      start += size
    }
    const to = next[first] ?? 0
    grouped[to] = rows[at] ?? 0
    next[first] = to + 1
  }
  starts[bucket] = start
  return { starts, rows: grouped }
}

/** A power of two with room for the keys at a load of at most a half. */
function slotsFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(16, 2 * count)))
}
