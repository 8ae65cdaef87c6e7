import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { TilthError } from '../../model/error.ts'
import type { StepTotal } from '../../model/version.ts'
import { writeWhole } from '../../store/table.ts'
import type { Ending, Joined, Moving } from '../flow.ts'
import { checked, damagedCache, openCached, unchecked } from './cache-file.ts'

/** A document between two segments. Its input is known by the unit that holds it. */
export interface FlowRow extends Moving {
  /** Set when `--sample` left the document's whole group out. */
  readonly unsampled?: true
}

/** A document or record that ended at a step. */
export interface FlowRejection extends FlowRow, Ending {
  readonly duplicateOf?: string
  /** False where `keepDropped` or the record's nature leaves no text. */
  readonly hasText: boolean
}

/** What a unit brings to an exchange; see {@link encodeKey}. */
export interface KeyRecord {
  /** xxh64 of the key: decides the partition. */
  readonly hash: bigint
  /** 16 bytes that tell different keys of one hash apart. */
  readonly check: Uint8Array
  readonly rank: number
  /** Number of the row in the unit's rows. */
  readonly ordinal: number
  readonly id: string
  /** Left side of a join: what the matching record is given. */
  readonly payload?: Joined
}

type Section = 'rows' | 'rejected'

interface Frame {
  readonly section: Section
  readonly offset: number
  readonly length: number
  readonly count: number
}

/** A table of binary records by partition: 257 offsets, relative to the section's start, and a CRC-32 of each. */
interface Partitioned {
  readonly offset: number
  readonly index: readonly number[]
  readonly sums: readonly number[]
}

export interface UnitSummary {
  readonly counts: readonly StepTotal[]
  /** UTF-8 bytes of the texts in `rows`. */
  readonly textBytes: number
  /** Where the first record behind this unit's split starts; units of an input must meet. */
  readonly next?: number
  /** Bytes read from the source. */
  readonly bytesRead: number
}

interface Footer extends UnitSummary {
  readonly frames: readonly Frame[]
  readonly keys: Partitioned
  readonly ids: Partitioned
}

/** Raised when the layout changes, so that older caches are never misread. */
export const UNIT_FORMAT = 2
const MAGIC = 0x544c5448
const FRAME_BYTES = 1 << 20
const PARTITIONS = 256

/**
 * Writes the result of one unit of work: rows, rejections, keys, record ids and counts, in one file
 * that appears under its name only when whole. Rows are JSON lines in zstd frames of about 1 MiB.
 */
export class UnitWriter {
  readonly #path: string
  readonly #partial: string
  readonly #frames: Frame[] = []
  readonly #pending: Record<Section, { lines: string[]; chars: number }> = {
    rows: { lines: [], chars: 0 },
    rejected: { lines: [], chars: 0 },
  }
  readonly #keys = new PartitionedBuffer()
  readonly #ids = new PartitionedBuffer()
  #file: number
  #offset = 0
  #rows = 0

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
  }

  /** Adds a row and gives its ordinal. */
  row(row: FlowRow): number {
    this.#add('rows', row)
    return this.#rows++
  }

  rejection(rejection: FlowRejection): void {
    this.#add('rejected', rejection)
  }

  key(key: KeyRecord): void {
    const bytes = encodeKey(key)
    this.#keys.add(partitionOf(bytes), bytes)
  }

  /** Notes that the unit holds a record, for the search for equal ids. */
  id(id: string, position: number): void {
    const bytes = Buffer.allocUnsafe(24)
    bytes.write(id, 0, 16, 'hex')
    bytes.writeDoubleLE(position, 16)
    this.#ids.add(bytes[0] ?? 0, bytes)
  }

  finish(summary: UnitSummary): void {
    this.#flush('rows')
    this.#flush('rejected')
    const keys = this.#partitioned(this.#keys)
    const ids = this.#partitioned(this.#ids)
    const footer: Footer = { ...summary, frames: this.#frames, keys, ids }
    const bytes = checked(JSON.stringify(footer))
    const trailer = Buffer.alloc(12)
    trailer.writeUInt32LE(bytes.length, 0)
    trailer.writeUInt32LE(UNIT_FORMAT, 4)
    trailer.writeUInt32LE(MAGIC, 8)
    this.#write(bytes)
    this.#write(trailer)
    closeSync(this.#file)
    this.#file = -1
    renameSync(this.#partial, this.#path)
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    if (this.#file === -1) return
    closeSync(this.#file)
    this.#file = -1
    rmSync(this.#partial, { force: true })
  }

  #add(section: Section, value: FlowRow): void {
    const pending = this.#pending[section]
    const line = JSON.stringify(value)
    pending.lines.push(line)
    pending.chars += line.length
    if (pending.chars >= FRAME_BYTES) this.#flush(section)
  }

  #flush(section: Section): void {
    const pending = this.#pending[section]
    if (pending.lines.length === 0) return
    const bytes = checked(pending.lines.join('\n'))
    this.#frames.push({ section, offset: this.#offset, length: bytes.length, count: pending.lines.length })
    this.#pending[section] = { lines: [], chars: 0 }
    this.#write(bytes)
  }

  #partitioned(buffer: PartitionedBuffer): Partitioned {
    const offset = this.#offset
    const index = [0]
    const sums: number[] = []
    for (const part of buffer.parts) {
      this.#write(part)
      index.push(this.#offset - offset)
      sums.push(crc32(part))
    }
    return { offset, index, sums }
  }

  #write(bytes: Uint8Array): void {
    writeWhole(this.#file, bytes)
    this.#offset += bytes.length
  }
}

/** Growing byte buffers, one for each value of a leading byte; those never used cost nothing. */
class PartitionedBuffer {
  readonly #chunks: (Uint8Array[] | undefined)[] = Array.from({ length: PARTITIONS })

  add(partition: number, bytes: Uint8Array): void {
    const chunks = this.#chunks[partition]
    if (chunks === undefined) this.#chunks[partition] = [bytes]
    else chunks.push(bytes)
  }

  get parts(): readonly Uint8Array[] {
    return this.#chunks.map((chunks) => (chunks === undefined ? new Uint8Array() : Buffer.concat(chunks)))
  }
}

/** Top byte of the hash: where a key record belongs. */
function partitionOf(key: Uint8Array): number {
  return key[4 + 7] ?? 0
}

/**
 * Layout, little-endian: length of the whole u32, hash i64, check 16 bytes, rank f64, ordinal u32,
 * length of the id u16, id in ASCII, payload as JSON to the end.
 */
function encodeKey(key: KeyRecord): Uint8Array {
  const payload = key.payload === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(key.payload))
  const bytes = Buffer.allocUnsafe(KEY_HEAD + key.id.length + payload.length)
  bytes.writeUInt32LE(bytes.length, 0)
  bytes.writeBigInt64LE(key.hash, 4)
  bytes.set(key.check, 12)
  bytes.writeDoubleLE(key.rank, 28)
  bytes.writeUInt32LE(key.ordinal, 36)
  bytes.writeUInt16LE(key.id.length, 40)
  bytes.write(key.id, KEY_HEAD, 'latin1')
  payload.copy(bytes, KEY_HEAD + key.id.length)
  return bytes
}

/** Bytes of an encoded key before its id. */
export const KEY_HEAD = 42

/** A finished unit, opened for reading. Close it. */
export class UnitReader {
  readonly #path: string
  readonly #file: number
  readonly #footer: Footer

  /** @throws TilthError `damaged` when the file is not whole. */
  constructor(path: string) {
    this.#path = path
    this.#file = openCached(path)
    try {
      const { size } = fstatSync(this.#file)
      const trailer = this.#bytes(size - 12, 12)
      if (trailer.readUInt32LE(8) !== MAGIC || trailer.readUInt32LE(4) !== UNIT_FORMAT)
        throw new Error('trailer')
      const length = Math.min(trailer.readUInt32LE(0), size - 12)
      this.#footer = JSON.parse(unchecked(this.#bytes(size - 12 - length, length))) as Footer
    } catch (cause) {
      closeSync(this.#file)
      throw this.#damaged(cause)
    }
  }

  get summary(): UnitSummary {
    return this.#footer
  }

  /** Number of rows. */
  get rows(): number {
    return this.#count('rows')
  }

  /** Number of rejections. */
  get rejections(): number {
    return this.#count('rejected')
  }

  *readRows(): Generator<FlowRow> {
    yield* this.#lines<FlowRow>('rows')
  }

  *readRejections(): Generator<FlowRejection> {
    yield* this.#lines<FlowRejection>('rejected')
  }

  /** Key records whose leading byte is in [from, to). */
  keys(from: number, to: number): Buffer {
    return this.#partitions(this.#footer.keys, from, to)
  }

  /** Record ids whose leading byte is in [from, to): 16 bytes of id and the position as f64, each. */
  ids(from: number, to: number): Buffer {
    return this.#partitions(this.#footer.ids, from, to)
  }

  /** Bytes of all key records and of all record ids. */
  get exchangeBytes(): { readonly keys: number; readonly ids: number } {
    return { keys: this.#footer.keys.index.at(-1) ?? 0, ids: this.#footer.ids.index.at(-1) ?? 0 }
  }

  close(): void {
    closeSync(this.#file)
  }

  #count(section: Section): number {
    return this.#footer.frames.reduce((sum, frame) => sum + (frame.section === section ? frame.count : 0), 0)
  }

  *#lines<T>(section: Section): Generator<T> {
    for (const frame of this.#footer.frames) {
      if (frame.section !== section) continue
      let text: string
      try {
        text = unchecked(this.#bytes(frame.offset, frame.length))
      } catch (cause) {
        throw this.#damaged(cause)
      }
      for (const line of text.split('\n')) yield JSON.parse(line) as T
    }
  }

  #partitions(table: Partitioned, from: number, to: number): Buffer {
    const start = table.index[from] ?? 0
    const bytes = this.#bytes(table.offset + start, (table.index[to] ?? 0) - start)
    for (let part = from; part < to; part++) {
      const partBytes = bytes.subarray((table.index[part] ?? 0) - start, (table.index[part + 1] ?? 0) - start)
      if (crc32(partBytes) !== table.sums[part]) throw this.#damaged(new Error(`partition ${part}`))
    }
    return bytes
  }

  #bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.max(0, length))
    let done = 0
    while (done < length) {
      const read = readSync(this.#file, buffer, done, length - done, offset + done)
      if (read === 0) throw this.#damaged(new Error('unexpected end of file'))
      done += read
    }
    return buffer
  }

  #damaged(cause: unknown): TilthError {
    return damagedCache(this.#path, cause)
  }
}
