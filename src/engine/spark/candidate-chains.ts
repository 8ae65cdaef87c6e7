import { Bits } from '../../dedup/bits.ts'
import { firstFrom } from '../../dedup/place-buckets.ts'
import { UnionFind } from '../../dedup/union-find.ts'
import { fmix } from '../../text/murmur3.ts'

/** Candidates and the rows of keys of a query, batch by batch: rows of one key stand together. */
export type SharedKeys = () => AsyncIterable<{ readonly keys: BigInt64Array; readonly rows: BigInt64Array }>

/** Rows that share a key with another, and the partition of each: the same for all that a chain of keys connects. */
export interface Chains {
  readonly rows: Uint32Array
  readonly partitions: Int32Array
}

/**
 * Deals candidates out so that those whom no chain of keys connects may be compared apart from each other: union-find over the
 * candidates alone, in two passes over their keys. Memory: about 8 bytes a candidate, and a bit a row.
 *
 * @param total rows, candidates or not: at most 2^32 - 1.
 * @param partitionsFor how many partitions so many candidates want.
 */
export async function dealChains(
  shared: SharedKeys,
  total: number,
  partitionsFor: (candidates: number) => number,
): Promise<Chains> {
  const isCandidate = new Bits(total)
  for await (const { rows } of shared()) for (const row of rows) isCandidate.add(Number(row))
  const rows = isCandidate.between(0, total)
  const candidates = rows.length
  const sets = new UnionFind(candidates)
  let [key, first] = [0n, -1]
  for await (const batch of shared()) {
    for (const [at, big] of batch.rows.entries()) {
      const number = firstFrom(rows, Number(big))
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
