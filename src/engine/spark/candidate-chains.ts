import { UnionFind } from '../../dedup/union-find.ts'
import { fmix } from '../../text/murmur3.ts'

/** Candidates and the rows of keys of a query, batch by batch: rows of one key stand together. */
export type SharedKeys = () => AsyncIterable<{ readonly keys: BigInt64Array; readonly rows: BigInt64Array }>

/** Rows that share a key with another, and the partition of each: the same for all that a chain of keys connects. */
export interface Chains {
  readonly rows: Float64Array
  readonly partitions: Int32Array
}

/**
 * Deals candidates out so that those whom no chain of keys connects may be compared apart from each other: union-find over the
 * candidates alone, in two passes over their keys. Memory: about 12 bytes a candidate, and a bit a row.
 *
 * @param total rows, candidates or not.
 * @param partitionsFor how many partitions so many candidates want.
 */
export async function dealChains(
  shared: SharedKeys,
  total: number,
  partitionsFor: (candidates: number) => number,
): Promise<Chains> {
  const isCandidate = new Uint8Array(Math.ceil(total / 8))
  let candidates = 0
  for await (const { rows } of shared()) {
    for (const big of rows) {
      const row = Number(big)
      const [byte, bit] = [Math.floor(row / 8), 1 << (row % 8)]
      const held = isCandidate[byte] ?? 0
      if ((held & bit) === 0) candidates++
      isCandidate[byte] = held | bit
    }
  }
  const rows = new Float64Array(candidates)
  for (let byte = 0, filled = 0; byte < isCandidate.length; byte++)
    for (let bit = 0, held = isCandidate[byte] ?? 0; held !== 0; bit++, held >>= 1)
      if ((held & 1) === 1) rows[filled++] = 8 * byte + bit
  const sets = new UnionFind(candidates)
  let [key, first] = [0n, -1]
  for await (const batch of shared()) {
    for (const [at, big] of batch.rows.entries()) {
      const number = numberOf(rows, Number(big))
      const own = batch.keys[at] ?? 0n
      if (first === -1 || own !== key) [key, first] = [own, number]
      else sets.union(first, number)
    }
  }
  const count = partitionsFor(candidates)
  // Neighbouring roots are not neighbours in the partitions.
  const partitions = Int32Array.from(rows, (_, at) => (fmix(sets.find(at)) >>> 0) % count)
  return { rows, partitions }
}

/** Place of a row among candidates, which rise. */
function numberOf(rows: Float64Array, row: number): number {
  let [low, high] = [0, rows.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rows[middle] ?? 0) < row) low = middle + 1
    else high = middle
  }
  return low
}
