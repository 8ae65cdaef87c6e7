import { join } from 'node:path'
import { KeyJoin } from '../../dedup/buckets.ts'
import { RepeatedPairs } from '../../dedup/repeated-pairs.ts'
import { checkRoom } from '../../store/room.ts'
import { deal, dealtFiles, writeJoined } from '../local/exchanges/candidate-buckets.ts'
import { comparePartition } from '../local/exchanges/compare-partition.ts'
import { exchangeBytes } from '../local/exchanges/exchange-bytes.ts'
import { readNumbers } from '../local/exchanges/number-file.ts'
import type { KeySpill } from './key-spill.ts'
import { MemberSpill } from './member-spill.ts'

export interface NearKeysOptions {
  /** Keys of all rows; closed when they are not needed any more. */
  readonly keys: KeySpill
  /** One more than the last row. */
  readonly end: number
  /** UTF-8 bytes of the rows' texts. */
  readonly bytes: number
  /** Jaccard index, 0 to 1; `undefined` = candidates are not compared. */
  readonly threshold: number | undefined
  /** An empty folder for what the memory does not hold. */
  readonly dir: string
  /** Bytes that keys, and later shingles, may take at a time. */
  readonly partBytes: number
  /** Gives the candidates, which are rising rows, to the spill, each with its partition. */
  readonly readMembers: (rows: Uint32Array, partitions: Uint32Array, members: MemberSpill) => Promise<void>
  /** Told of every row that does not stay. */
  readonly copy: (row: number) => void
  /** Told of every pair at the threshold or above, the smaller id first. */
  readonly pair?: (idA: string, idB: string, similarity: number) => void
  readonly progress?: (done: number, total: number) => void
}

export interface NearKeys {
  readonly candidates: number
  readonly compared: number
  readonly dropped: number
  /** Clusters of two rows and more. */
  readonly clusters: number
  /** The largest clusters, by the row that stays. */
  readonly largest: readonly { readonly id: string; readonly rows: number }[]
}

const MOST_LARGEST = 10
/** What a key takes while it is brought together with its like: itself, and the table with its chains. */
const BYTES_OF_KEY = 48
/** Keys that are joined at a time, at most: so many that their table is about as large as a cache. */
const RANGE_KEYS = 1 << 16

/** Bytes of sets of shingles that are held, where they do not have to be read again for what meets next. */
const HELD_BYTES = 4 << 20

/** Finds near copies among rows by the keys that they brought; reads again only what has become a candidate. */
export async function nearKeys(options: NearKeysOptions): Promise<NearKeys> {
  const { keys, end, bytes, dir, partBytes, threshold, pair } = options
  checkRoom(dir, 'candidates', exchangeBytes.buckets(keys.bytes))
  const joined = new KeyJoin()
  const pairs = new RepeatedPairs()
  const paths = keys.ranges(Math.min(RANGE_KEYS, partBytes / BYTES_OF_KEY)).map(([from, to]) => {
    const path = `${dir}/${from}.buckets`
    writeJoined(path, pairs.without(joined.buckets(keys.read(from, to))))
    return path
  })
  keys.close()
  const { partitions, candidates } = deal({
    buckets: paths,
    rows: [end],
    textBytes: [bytes],
    ranges: [{ from: 0, to: 1 }],
    partitionBytes: partBytes / 2,
    leastPartitions: 1,
    dir,
  })
  if (threshold !== undefined)
    checkRoom(dir, 'texts of candidates', exchangeBytes.members(candidates, bytes / Math.max(1, end)))
  const spill = new MemberSpill(join(dir, 'members'))
  const [rows = NO_ROWS, partitionOf = NO_ROWS] = [...readNumbers(dealtFiles.candidates(dir, 0))][0] ?? []
  await options.readMembers(rows, partitionOf, spill)
  spill.finish()
  let dropped = 0
  let largest: readonly { readonly id: string; readonly rows: number }[] = []
  let compared = 0
  let clusters = 0
  for (let partition = 0; partition < partitions; partition++) {
    const { members, found } = comparePartition({
      sources: [spill],
      buckets: dealtFiles.buckets(dir),
      partition,
      threshold,
      tellsSimilarity: false,
      cacheBytes: Math.min(HELD_BYTES, partBytes / 2),
      ...(pair === undefined ? {} : { pair: (a, b, similarity) => pair(a.id, b.id, similarity) }),
    })
    dropped += found.copies.length
    for (const { member } of found.copies) options.copy(members[member]?.row ?? 0)
    const survivors = [...found.survivors].map(([member, size]) => ({
      id: members[member]?.id ?? '',
      rows: size,
    }))
    largest = [...largest, ...survivors]
      .sort((a, b) => b.rows - a.rows || (a.id < b.id ? -1 : 1))
      .slice(0, MOST_LARGEST)
    clusters += found.survivors.size
    compared += found.compared
    options.progress?.(partition + 1, partitions)
  }
  spill.close()
  return { candidates, compared, dropped, clusters, largest }
}

const NO_ROWS = new Uint32Array(0)
