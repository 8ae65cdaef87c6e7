import { existsSync } from 'node:fs'
import { type Buckets, buckets } from '../../../dedup/buckets.ts'
import { UnionFind } from '../../../dedup/union-find.ts'
import { SKETCH_WORDS } from '../compact-keys.ts'
import type { TaskContext } from '../context.ts'
import { PackFiles, type UnitAddress, UnitReader } from '../unit-file.ts'
import { NumberWriter, readNumbers } from './number-file.ts'
import { RowNumbers } from './row-numbers.ts'

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
  const found = withFresh(buckets(rowKeys(task)), new RowNumbers(task.rows).base(task.fresh))
  const file = new NumberWriter(task.out)
  file.frame(found.starts, found.rows)
  file.finish()
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

/** The keys of a partition with the number of the row that has each, in the order of rows within a unit and a byte. */
function rowKeys({ units, rows: counts, from, to }: JoinBucketsTask): {
  readonly low: Uint32Array
  readonly high: Uint32Array
  readonly rows: Uint32Array
} {
  const numbers = new RowNumbers(counts)
  const packs = new PackFiles()
  try {
    const parts = units.map((address) => new UnitReader(address, packs).compactKeys(from, to))
    const count = parts.reduce((sum, part) => sum + part.length, 0) / SKETCH_WORDS
    const [low, high, rows] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)]
    let filled = 0
    for (const [unit, part] of parts.entries()) {
      const base = numbers.base(unit)
      for (let at = 0; at < part.length; at += SKETCH_WORDS, filled++) {
        low[filled] = part[at] ?? 0
        high[filled] = part[at + 1] ?? 0
        rows[filled] = base + (part[at + 2] ?? 0)
      }
    }
    return { low, high, rows }
  } finally {
    packs.close()
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
  readonly ranges: readonly UnitRange[]
  /** Bytes of shingles that one partition may hold. */
  readonly partitionBytes: number
  readonly leastPartitions: number
  readonly dir: string
}

export interface Dealt {
  readonly partitions: number
  readonly candidates: number
}

/** Shingles of a text in bytes, over its own: a word of 5 to 6 letters with its space, and 8 bytes a shingle. */
const SHINGLE_RATIO = 1.5
/** Candidates that one partition may have: each costs some hundred bytes beside its shingles. */
const MOST_CANDIDATES = 100_000
const MOST_PARTITIONS = 1024

export const dealtFiles = {
  /** Buckets of one partition: frames of starts and rows. */
  buckets: (dir: string, partition: number): string => `${dir}/${partition}.dealt`,
  /** Candidates among the rows of one range of units: rows, and the partition of each. */
  candidates: (dir: string, range: number): string => `${dir}/${range}.candidates`,
}

/**
 * Deals candidates out so that those whom no chain of buckets connects may be compared apart from each other: by union-find over
 * all rows, 4 bytes each.
 */
export function deal(task: DealTask): Dealt {
  const numbers = new RowNumbers(task.rows)
  const sets = new UnionFind(numbers.total)
  const isCandidate = new Uint8Array(Math.ceil(numbers.total / 8))
  let candidates = 0
  const note = (row: number): void => {
    const bit = 1 << (row & 7)
    if (((isCandidate[row >>> 3] ?? 0) & bit) !== 0) return
    isCandidate[row >>> 3] = (isCandidate[row >>> 3] ?? 0) | bit
    candidates++
  }
  for (const path of task.buckets) {
    for (const { rows, start, end } of eachBucket(path)) {
      const first = rows[start] ?? 0
      for (let at = start; at < end; at++) {
        note(rows[at] ?? 0)
        sets.union(first, rows[at] ?? 0)
      }
    }
  }
  const partitions = partitionsFor(task, candidates, numbers.total)
  const partitionOf = (row: number): number => spread(sets.find(row)) % partitions
  writeBuckets(task, partitions, partitionOf)
  for (const [at, { from, to }] of task.ranges.entries()) {
    const rows: number[] = []
    for (let row = numbers.base(from); row < numbers.base(to); row++)
      if (((isCandidate[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0) rows.push(row)
    const file = new NumberWriter(dealtFiles.candidates(task.dir, at))
    file.frame(Uint32Array.from(rows), Uint32Array.from(rows, partitionOf))
    file.finish()
  }
  return { partitions, candidates }
}

function partitionsFor(task: DealTask, candidates: number, rows: number): number {
  const textBytes = task.textBytes.reduce((sum, bytes) => sum + bytes, 0)
  const bytes = rows === 0 ? 0 : (candidates / rows) * textBytes * SHINGLE_RATIO
  const wanted = Math.max(bytes / task.partitionBytes, candidates / MOST_CANDIDATES, task.leastPartitions)
  return Math.min(MOST_PARTITIONS, Math.ceil(wanted))
}

function writeBuckets(task: DealTask, partitions: number, partitionOf: (row: number) => number): void {
  const files = Array.from(
    { length: partitions },
    (_, partition) => new NumberWriter(dealtFiles.buckets(task.dir, partition)),
  )
  for (const path of task.buckets) {
    const dealt = files.map(() => ({ starts: [0], rows: [] as number[] }))
    for (const { rows, start, end } of eachBucket(path)) {
      const mine = dealt[partitionOf(rows[start] ?? 0)]
      for (let at = start; at < end; at++) mine?.rows.push(rows[at] ?? 0)
      mine?.starts.push(mine.rows.length)
    }
    for (const [partition, { starts, rows }] of dealt.entries())
      if (rows.length > 0) files[partition]?.frame(Uint32Array.from(starts), Uint32Array.from(rows))
  }
  for (const file of files) file.finish()
}

function* eachBucket(path: string): Generator<{
  readonly rows: Uint32Array
  readonly start: number
  readonly end: number
}> {
  for (const [starts, rows] of readNumbers(path)) {
    if (starts === undefined || rows === undefined) continue
    for (let at = 0; at + 1 < starts.length; at++)
      yield { rows, start: starts[at] ?? 0, end: starts[at + 1] ?? 0 }
  }
}

/** The buckets that were dealt to a partition, with rows renamed; one frame. */
export function dealtBuckets(path: string, rename: (row: number) => number): Buckets {
  const frames = [...readNumbers(path)]
  const total = frames.reduce((sum, [, rows]) => sum + (rows?.length ?? 0), 0)
  const rows = new Uint32Array(total)
  const starts: number[] = [0]
  let filled = 0
  for (const [frameStarts, frameRows] of frames) {
    const base = filled
    for (const row of frameRows ?? []) rows[filled++] = rename(row)
    for (const start of frameStarts?.subarray(1) ?? []) starts.push(base + start)
  }
  return { starts: Uint32Array.from(starts), rows }
}

/** Neighbouring roots are not neighbours in the partitions. */
function spread(root: number): number {
  let hash = Math.imul(root ^ (root >>> 16), 0x85eb_ca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
