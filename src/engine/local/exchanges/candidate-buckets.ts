import { existsSync } from 'node:fs'
import { Bits } from '../../../dedup/bits.ts'
import { type Buckets, buckets, type RowKeys } from '../../../dedup/buckets.ts'
import { UnionFind } from '../../../dedup/union-find.ts'
import { fmix } from '../../../text/murmur3.ts'
import type { TaskContext } from '../../units/context.ts'
import { RowNumbers } from '../../units/row-numbers.ts'
import { byteRanges, SKETCH_WORDS } from '../compact-keys.ts'
import { type CompactRange, PackFiles, type UnitAddress, UnitReader } from '../unit-file.ts'
import { SHINGLE_RATIO } from './exchange-bytes.ts'
import { NumberFile, type NumberWriter, readNumbers, writeNumbers } from './number-file.ts'

export interface JoinBucketsTask {
  readonly units: readonly UnitAddress[]
  /** Rows of each unit. */
  readonly rows: readonly number[]
  /** Leading bytes of the keys: from (included) to (not included). */
  readonly from: number
  readonly to: number
  /** How many of the units are new. Behind them are indexes, whose rows are known: they meet no other of their own. */
  readonly fresh: number
  readonly out: string
}

/** Brings the rows of one partition together that have a key in common. */
export function joinBuckets(_context: TaskContext, task: JoinBucketsTask): void {
  if (existsSync(task.out)) return
  const known = new RowNumbers(task.rows).base(task.fresh)
  const packs = new PackFiles()
  try {
    const keys = new PartitionKeys(task, packs)
    writeNumbers(task.out, (file) => {
      // A few bytes at a time, so that a table of keys is about as large as a cache.
      for (const [from, to] of keys.ranges(TABLE_KEYS)) {
        const { starts, rows } = withFresh(buckets(keys.read(from, to)), known)
        file.frame(starts, rows)
      }
    })
  } finally {
    packs.close()
  }
}

/** Keys that are brought together at a time. */
const TABLE_KEYS = 1 << 18

/** Writes the buckets of one partition of keys, for {@link deal}. */
export function writeJoined(path: string, { starts, rows }: Buckets): void {
  writeNumbers(path, (file) => file.frame(starts, rows))
}

/** Only buckets with a row below `known`. Rows of a bucket rise. */
function withFresh(all: Buckets, known: number): Buckets {
  const starts = [0]
  const rows: Uint32Array[] = []
  let filled = 0
  for (let at = 0; at + 1 < all.starts.length; at++) {
    const bucket = all.rows.subarray(all.starts[at], all.starts[at + 1])
    if ((bucket[0] ?? known) >= known) continue
    rows.push(bucket)
    filled += bucket.length
    starts.push(filled)
  }
  if (rows.length + 1 === all.starts.length) return all
  const kept = new Uint32Array(filled)
  for (const [at, bucket] of rows.entries()) kept.set(bucket, starts[at])
  return { starts: Uint32Array.from(starts), rows: kept }
}

/** The keys of a partition with the number of the row that has each. */
class PartitionKeys {
  readonly #task: JoinBucketsTask
  readonly #numbers: RowNumbers
  readonly #units: readonly CompactRange[]
  readonly #counts = new Float64Array(256)

  constructor(task: JoinBucketsTask, packs: PackFiles) {
    const { units, rows, from, to } = task
    this.#task = task
    this.#numbers = new RowNumbers(rows)
    this.#units = units.map((address) => new UnitReader(address, packs).compact(from, to))
    for (const unit of this.#units)
      for (const [byte, words] of unit.counts())
        this.#counts[byte] = (this.#counts[byte] ?? 0) + words / SKETCH_WORDS
  }

  /** Ranges of leading bytes with at most so many keys each. */
  ranges(most: number): readonly (readonly [from: number, to: number])[] {
    return byteRanges(this.#counts, this.#task.from, this.#task.to, most)
  }

  /** Keys of some leading bytes, in the order of rows within a unit and a byte. */
  read(from: number, to: number): RowKeys {
    const count = this.#counts.subarray(from, to).reduce((sum, keys) => sum + keys, 0)
    const [low, high, rows] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)]
    let filled = 0
    for (const [unit, range] of this.#units.entries()) {
      const base = this.#numbers.base(unit)
      const words = range.words(from, to)
      for (let at = 0; at < words.length; at += SKETCH_WORDS, filled++) {
        low[filled] = words[at] ?? 0
        high[filled] = words[at + 1] ?? 0
        rows[filled] = base + (words[at + 2] ?? 0)
      }
    }
    return { low, high, rows }
  }
}

/** Consecutive units whose candidates are read in one task: units `from` (included) to `to` (not included). */
export interface UnitRange {
  readonly from: number
  readonly to: number
}

export interface DealTask {
  /** Files of all partitions of keys. */
  readonly buckets: readonly string[]
  readonly rows: readonly number[]
  /** UTF-8 bytes of the texts of each unit. */
  readonly textBytes: readonly number[]
  /** Bytes that a row is compared by; taken from its text where that is not known. */
  readonly comparedBytes?: number
  readonly ranges: readonly UnitRange[]
  /** Bytes of shingles and entries that one partition may hold. */
  readonly partitionBytes: number
  readonly leastPartitions: number
  /** How many partitions there were, where candidates are dealt again. */
  readonly partitions?: number
  readonly dir: string
}

export interface Dealt {
  readonly partitions: number
  readonly candidates: number
}

/** What a candidate takes beside its shingles: its entry, its places in buckets, what is decided on it. Measured. */
const CANDIDATE_BYTES = 512
const MOST_PARTITIONS = 1024

export const dealtFiles = {
  /**
   * Buckets of all partitions: frames of starts and rows, each of one partition. The last frame says where those of each lie:
   * the first of each partition among all, and the low and high halves of their places.
   */
  buckets: (dir: string): string => `${dir}/candidates.dealt`,
  /** Candidates among the rows of one range of units: rows, and the partition of each. */
  candidates: (dir: string, range: number): string => `${dir}/${range}.candidates`,
}

/**
 * Deals candidates out so that those whom no chain of buckets connects may be compared apart from each other: by union-find over
 * all rows, 4 bytes each.
 */
export function deal(task: DealTask): Dealt {
  const numbers = new RowNumbers(task.rows)
  const isCandidate = new Bits(numbers.total)
  let candidates = 0
  for (const path of task.buckets) {
    for (const [, rows = NONE] of readNumbers(path))
      for (let at = 0; at < rows.length; at++) if (isCandidate.add(rows[at] as number)) candidates++
  }
  const partitions = task.partitions ?? partitionsFor(task, candidates, numbers.total)
  const partitionOf = partitions === 1 ? (): number => 0 : dealer(task.buckets, numbers.total, partitions)
  writeBuckets(task, partitions, partitionOf)
  for (const [at, { from, to }] of task.ranges.entries()) {
    const rows = isCandidate.between(numbers.base(from), numbers.base(to))
    writeNumbers(dealtFiles.candidates(task.dir, at), (file) => file.frame(rows, rows.map(partitionOf)))
  }
  return { partitions, candidates }
}

/** Says the partition of each row: the same for all that a chain of buckets connects. */
function dealer(paths: readonly string[], total: number, partitions: number): (row: number) => number {
  const sets = new UnionFind(total)
  for (const path of paths) {
    for (const frame of readNumbers(path)) {
      for (const { rows, start, end } of bucketsIn(frame))
        for (let at = start + 1; at < end; at++) sets.union(rows[start] ?? 0, rows[at] ?? 0)
    }
  }
  return (row) => spread(sets.find(row)) % partitions
}

function partitionsFor(task: DealTask, candidates: number, rows: number): number {
  const textBytes = task.textBytes.reduce((sum, bytes) => sum + bytes, 0)
  const average = task.comparedBytes ?? (rows === 0 ? 0 : (textBytes / rows) * SHINGLE_RATIO)
  const bytes = candidates * (average + CANDIDATE_BYTES)
  const wanted = Math.max(bytes / task.partitionBytes, task.leastPartitions)
  return Math.min(MOST_PARTITIONS, Math.ceil(wanted))
}

function writeBuckets(task: DealTask, partitions: number, partitionOf: (row: number) => number): void {
  writeNumbers(dealtFiles.buckets(task.dir), (file) => dealBuckets(file, task, partitions, partitionOf))
}

function dealBuckets(
  file: NumberWriter,
  task: DealTask,
  partitions: number,
  partitionOf: (row: number) => number,
): void {
  const places: number[][] = Array.from({ length: partitions }, () => [])
  for (const path of task.buckets) {
    for (const frame of readNumbers(path)) {
      if (partitions === 1) {
        places[0]?.push(file.frame(...frame))
        continue
      }
      // Counted first and then filled: lists that grow would take many times the memory.
      const dealt = countDealt(frame, partitions, partitionOf).map(({ buckets, rows }) => ({
        starts: new Uint32Array(buckets + 1),
        rows: new Uint32Array(rows),
        buckets: 0,
      }))
      for (const { rows, start, end } of bucketsIn(frame)) {
        const mine = dealt[partitionOf(rows[start] ?? 0)]
        if (mine === undefined) continue
        const from = mine.starts[mine.buckets++] ?? 0
        mine.rows.set(rows.subarray(start, end), from)
        mine.starts[mine.buckets] = from + end - start
      }
      for (const [partition, { starts, rows }] of dealt.entries())
        if (rows.length > 0) places[partition]?.push(file.frame(starts, rows))
    }
  }
  const firsts = new Uint32Array(partitions + 1)
  for (const [partition, { length }] of places.entries())
    firsts[partition + 1] = (firsts[partition] ?? 0) + length
  const all = places.flat()
  file.frame(
    firsts,
    Uint32Array.from(all, (place) => place % 2 ** 32),
    Uint32Array.from(all, (place) => place / 2 ** 32),
  )
}

/** How many buckets of a frame, and rows in them, go to each partition. */
function countDealt(
  frame: readonly Uint32Array[],
  partitions: number,
  partitionOf: (row: number) => number,
): readonly { readonly buckets: number; readonly rows: number }[] {
  const counts = Array.from({ length: partitions }, () => ({ buckets: 0, rows: 0 }))
  for (const { rows, start, end } of bucketsIn(frame)) {
    const mine = counts[partitionOf(rows[start] ?? 0)]
    if (mine === undefined) continue
    mine.buckets++
    mine.rows += end - start
  }
  return counts
}

interface Bucket {
  readonly rows: Uint32Array
  readonly start: number
  readonly end: number
}

function* bucketsIn([starts = NONE, rows = NONE]: readonly Uint32Array[]): Generator<Bucket> {
  for (let at = 0; at + 1 < starts.length; at++)
    yield { rows, start: starts[at] ?? 0, end: starts[at + 1] ?? 0 }
}

const NONE = new Uint32Array(0)

/** The buckets that were dealt to a partition, with rows renamed. */
export function dealtBuckets(path: string, partition: number, rename: (row: number) => number): Buckets {
  const frames = dealtFrames(path, partition)
  const count = (list: 0 | 1): number => frames.reduce((sum, frame) => sum + (frame[list]?.length ?? 0), 0)
  const rows = new Uint32Array(count(1))
  const starts = new Uint32Array(count(0) - frames.length + 1)
  let [filled, buckets] = [0, 0]
  for (const [frameStarts = NONE, frameRows = NONE] of frames) {
    const base = filled
    for (const row of frameRows) rows[filled++] = rename(row)
    for (const start of frameStarts.subarray(1)) starts[++buckets] = base + start
  }
  return { starts, rows }
}

function dealtFrames(path: string, partition: number): readonly (readonly Uint32Array[])[] {
  const file = new NumberFile(path)
  try {
    const [firsts = NONE, low = NONE, high = NONE] = file.last()
    const frames: (readonly Uint32Array[])[] = []
    for (let at = firsts[partition] ?? 0; at < (firsts[partition + 1] ?? 0); at++)
      frames.push(file.at((low[at] ?? 0) + (high[at] ?? 0) * 2 ** 32))
    return frames
  } finally {
    file.close()
  }
}

/** Neighbouring roots are not neighbours in the partitions. */
function spread(root: number): number {
  return fmix(root) >>> 0
}
