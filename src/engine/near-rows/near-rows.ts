import { join } from 'node:path'
import type { SketchSpec } from '../../dedup/sketch-spec.ts'
import { keysFor } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import type { Document } from '../../model/document.ts'
import { BitSet } from './bit-set.ts'
import { KeySpill } from './key-spill.ts'
import type { MemberSpill } from './member-spill.ts'
import { type NearKeys, nearKeys } from './near-keys.ts'
import type { RowTexts } from './row-texts.ts'

export interface NearRowsOptions {
  readonly rows: RowTexts
  readonly spec: SketchSpec
  /** Jaccard index, 0 to 1; `undefined` = candidates are not compared. */
  readonly threshold: number | undefined
  /** What makes one row better than another; the highest survives, then the smallest id. Left out: all are alike. */
  readonly rank?: (document: Document) => number
  /** An empty folder for what the memory does not hold. */
  readonly dir: string
  /** Bytes that keys, and later shingles, may take at a time. */
  readonly partBytes: number
  /** Told of every pair at the threshold or above, the smaller id first. */
  readonly pair?: (idA: string, idB: string, similarity: number) => void
  readonly progress?: (phase: 'read' | 'compare', done: number, total: number) => void
}

export interface NearRows extends NearKeys {
  /** Whether a row stays, by its position in the input. */
  readonly stays: (position: number) => boolean
  readonly rows: number
  /** Rows that could be read, whether they have a text or not. */
  readonly readable: number
  /** How many rows could not be read, or had no text, by error. */
  readonly errors: ReadonlyMap<string, number>
  /** Rows with too few words for a shingle, which meet nobody. */
  readonly short: number
}

/** Keys that are held before they are written out, 24 bytes each: so many that the buffers are no larger than a cache. */
const HELD_KEYS = 1 << 17

/** Finds rows of a file that are near copies of others. The file is read twice; the second time for its candidates only. */
export async function nearRows(options: NearRowsOptions): Promise<NearRows> {
  const { dir, partBytes, threshold, pair } = options
  const sketcher = new Sketcher(options.spec)
  const { keys, rows, readable, end, bytes, errors, short, stays } = await sketch(options, sketcher)
  const found = await nearKeys({
    keys,
    end,
    bytes,
    dir,
    partBytes,
    threshold,
    readMembers: (candidates, partitions, spill) =>
      readMembers(options, sketcher, candidates, partitions, spill),
    copy: (row) => stays.remove(row),
    progress: (done, total) => options.progress?.('compare', done, total),
    ...(pair === undefined ? {} : { pair }),
  })
  return { stays: (position) => stays.has(position), rows, readable, errors, short, ...found }
}

interface Sketches {
  readonly keys: KeySpill
  readonly rows: number
  readonly readable: number
  /** One more than the last position. */
  readonly end: number
  /** UTF-8 bytes of the texts. */
  readonly bytes: number
  readonly errors: ReadonlyMap<string, number>
  readonly short: number
  /** Rows that could be read, whether they have a text or not. */
  readonly stays: BitSet
}

async function sketch(
  { rows: input, spec, dir, progress }: NearRowsOptions,
  sketcher: Sketcher,
): Promise<Sketches> {
  const width = 2 * keysFor(spec)
  const keys = new KeySpill(join(dir, 'keys'), HELD_KEYS)
  const errors = new Map<string, number>()
  const stays = new BitSet()
  let [rows, readable, end, bytes, short] = [0, 0, 0, 0, 0]
  for await (const item of input.all()) {
    if ('error' in item) {
      rows++
      end = item.position + 1
      if (item.isRow) {
        readable++
        stays.add(item.position)
      }
      errors.set(item.error, (errors.get(item.error) ?? 0) + 1)
      continue
    }
    const { positions, texts, ends } = item
    rows += positions.length
    readable += positions.length
    end = (positions.at(-1) ?? 0) + 1
    bytes += texts.length
    const found = sketcher.batch(texts, ends)
    for (const [index, position] of positions.entries()) {
      stays.add(position)
      if (found.hasKeys[index] === 0) short++
      else keys.add(found.keys.subarray(index * width, (index + 1) * width), position)
    }
    progress?.('read', rows, 0)
  }
  return { keys, rows, readable, end, bytes, errors, short, stays }
}

/** Reads the candidates again, for their sets of shingles. */
async function readMembers(
  { rows: input, threshold, rank }: NearRowsOptions,
  sketcher: Sketcher,
  rows: Uint32Array,
  partitions: Uint32Array,
  spill: MemberSpill,
): Promise<void> {
  if (rows.length === 0) return
  let next = 0
  for await (const item of input.at(rows)) {
    if ('error' in item) throw new Error(`row ${item.position} was not found again`)
    const { positions, texts, ends } = item
    for (const [index, row] of positions.entries()) {
      if (row !== rows[next]) throw new Error(`row ${rows[next]} was not found again`)
      const text = texts.subarray(index === 0 ? 0 : ends[index - 1], ends[index])
      const shingles = threshold === undefined ? NO_SHINGLES : sketcher.shinglesInPlace(text)
      const better = rank === undefined ? 0 : rank(item.document(index))
      const member = { row, id: item.id(index), rank: better }
      spill.add(partitions[next++] ?? 0, member, shingles)
    }
  }
  if (next < rows.length) throw new Error(`row ${rows[next]} was not found again`)
}

const NO_SHINGLES = new Float64Array(0)
