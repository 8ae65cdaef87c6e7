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

/**
 * Brings rows with equal keys together. One table with chains in typed arrays: 16 bytes a key beside the keys themselves. Keys are
 * hashes, so their low bits choose the slot; give the keys of one partition, cut by their *high* bits, and the table stays
 * about as large as a cache.
 */
export function buckets({ low, high, rows }: RowKeys): Buckets {
  const count = rows.length
  const mask = slotsFor(count) - 1
  /** Slot → first key of its chain; of each key met: the next different one of the slot. */
  const slots = new Uint32Array(mask + 1).fill(NONE)
  const next = new Uint32Array(count)
  /** For the first of equal keys: how many there are. For each key: which is the first of its kind. */
  const sizes = new Uint32Array(count)
  const firsts = new Uint32Array(count)
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
