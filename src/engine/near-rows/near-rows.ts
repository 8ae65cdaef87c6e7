import { join } from 'node:path'
import type { SketchSpec } from '../../dedup/sketch-spec.ts'
import { Sketcher } from '../../dedup/sketcher.ts'
import type { Document } from '../../model/document.ts'
import type { MemberWriter } from '../local/exchanges/member-file.ts'
import { type TextRow, type TextRowOptions, textRows } from '../text-rows.ts'
import { BitSet } from './bit-set.ts'
import { KeySpill } from './key-spill.ts'
import { type NearKeys, nearKeys } from './near-keys.ts'

export interface NearRowsOptions {
  readonly input: string
  readonly fields: TextRowOptions
  readonly spec: SketchSpec
  /** Jaccard index, 0 to 1; `undefined` = candidates are not compared. */
  readonly threshold: number | undefined
  /** What makes one row better than another; the highest survives, then the smallest id. */
  readonly rank: (document: Document) => number
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
  /** How many rows could not be read, or had no text, by error. */
  readonly errors: ReadonlyMap<string, number>
  /** Rows with too few words for a shingle, which meet nobody. */
  readonly short: number
}

/** Keys that are held before they are written out, 12 bytes each. */
const HELD_KEYS = 1 << 20

/** Finds rows of a file that are near copies of others. The file is read twice; the second time for its candidates only. */
export async function nearRows(options: NearRowsOptions): Promise<NearRows> {
  const { dir, partBytes, threshold, pair } = options
  const { keys, rows, end, bytes, errors, short, stays } = await sketch(options)
  const found = await nearKeys({
    keys,
    end,
    bytes,
    dir,
    partBytes,
    threshold,
    readMembers: (candidates, partitions, writer) => readMembers(options, candidates, partitions, writer),
    copy: (row) => stays.remove(row),
    progress: (done, total) => options.progress?.('compare', done, total),
    ...(pair === undefined ? {} : { pair }),
  })
  return { stays: (position) => stays.has(position), rows, errors, short, ...found }
}

interface Sketches {
  readonly keys: KeySpill
  readonly rows: number
  /** One more than the last position. */
  readonly end: number
  /** UTF-8 bytes of the rows. */
  readonly bytes: number
  readonly errors: ReadonlyMap<string, number>
  readonly short: number
  /** Rows that could be read, whether they have a text or not. */
  readonly stays: BitSet
}

async function sketch({ input, fields, spec, dir, progress }: NearRowsOptions): Promise<Sketches> {
  const sketcher = new Sketcher(spec)
  const keys = new KeySpill(join(dir, 'keys'), HELD_KEYS)
  const errors = new Map<string, number>()
  const stays = new BitSet()
  let [rows, end, bytes, short] = [0, 0, 0, 0]
  for await (const batch of textRows(input, fields)) {
    for (const row of batch) {
      rows++
      end = row.position + 1
      if (row.body !== undefined) stays.add(row.position)
      if ('error' in row) {
        errors.set(row.error, (errors.get(row.error) ?? 0) + 1)
        continue
      }
      bytes += row.body.length
      const found = sketcher.bandKeys(row.text)
      if (found.length === 0) short++
      else keys.add(found, row.position)
    }
    progress?.('read', rows, 0)
  }
  return { keys, rows, end, bytes, errors, short, stays }
}

/** Reads the candidates again, for their sets of shingles. */
async function readMembers(
  { input, fields, spec, threshold, rank }: NearRowsOptions,
  rows: Uint32Array,
  partitions: Uint32Array,
  writer: MemberWriter,
): Promise<void> {
  if (rows.length === 0) return
  const sketcher = new Sketcher(spec)
  let next = 0
  for await (const batch of textRows(input, { ...fields, only: rows })) {
    for (const row of batch) {
      if (!isAt(row, rows[next])) throw new Error(`${input}: row ${rows[next]} was not found again`)
      const shingles = threshold === undefined ? NO_SHINGLES : sketcher.shingles(row.text)
      const document = { id: row.id, text: row.text, meta: row.fields, origin: NOWHERE }
      const member = { row: row.position, id: row.id, rank: rank(document), level: 0, scope: '' }
      writer.add(partitions[next++] ?? 0, member, shingles)
    }
  }
}

function isAt(
  row: TextRow,
  position: number | undefined,
): row is Exclude<TextRow, { readonly error: string }> {
  return row.position === position && !('error' in row)
}

const NO_SHINGLES = new Float64Array(0)
const NOWHERE = { uri: '', input: '', record: 0 }
