import { hash } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Parts } from '../../model/stage.ts'
import { readWhole } from '../../store/read-whole.ts'
import { writeWhole } from '../../store/write-whole.ts'
import type { FlowRejection, FlowRow, KeyRecord, UnitCounts, UnitOutput } from '../units/unit-output.ts'
import { checked, damagedCache, openCached, unchecked } from './cache-file.ts'
import { CompactKeys, PART_WORDS, type Partitioned, SKETCH_WORDS } from './compact-keys.ts'

type Section = 'rows' | 'rejected'

interface Frame {
  readonly section: Section
  readonly offset: number
  readonly length: number
  readonly count: number
}

/** One of the 256 parts of a table of binary records: those whose hash has this leading byte. */
interface Part {
  readonly byte: number
  readonly offset: number
  readonly length: number
  readonly crc: number
}

/** What a run knows of a unit without opening it. */
export interface UnitSummary extends UnitCounts {
  readonly rows: number
  readonly rejections: number
  /** Bytes of all key records, of whichever kind, and of all record ids. */
  readonly keyBytes: number
  readonly idBytes: number
}

interface Footer {
  readonly frames: readonly Frame[]
  /** Parts that hold something, by leading byte. */
  readonly keys: readonly Part[]
  /** Keys of documents that bring many, or of parts of documents: piece by piece, so that a leading byte may have several. */
  readonly compact: readonly Part[]
  readonly ids: readonly Part[]
}

/** Raised when the layout changes, so that older caches are never misread. */
export const UNIT_FORMAT = 8
const MAGIC = 0x544c5448
const FRAME_BYTES = 1 << 20
/** Compact keys that a writer holds before it writes them, cut by their leading bytes: their copy in order takes as much again. */
const COMPACT_BYTES = 8 << 20
/** Length of the footer, format, CRC-32 of the footer, magic: u32 each. */
const TRAILER_BYTES = 16
/** What is read of a file's end at once: holds the footer of all but the largest units. */
const TAIL_BYTES = 1 << 16

/** Where a unit's result lies. Plain data: crosses threads. */
export interface UnitAddress {
  /** The pack's file. */
  readonly path: string
  readonly start: number
  readonly length: number
}

/** A file of units, one behind the other, that appears under its name only when whole. */
export class PackWriter {
  readonly #path: string
  readonly #partial: string
  #file: number
  #offset = 0

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
  }

  /** Bytes written so far. */
  get offset(): number {
    return this.#offset
  }

  write(bytes: Uint8Array): void {
    writeWhole(this.#file, bytes)
    this.#offset += bytes.length
  }

  finish(): void {
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
}

/**
 * Writes the result of one unit of work into a pack: rows, rejections, keys, record ids and counts. Rows
 * are JSON lines in zstd frames of about 1 MiB; all offsets count from the unit's start.
 */
export class UnitWriter implements UnitOutput {
  readonly #pack: PackWriter
  readonly #start: number
  readonly #frames: Frame[] = []
  readonly #pending: Record<Section, { lines: string[]; chars: number }> = {
    rows: { lines: [], chars: 0 },
    rejected: { lines: [], chars: 0 },
  }
  readonly #keys = new PartitionedBuffer()
  #compact: CompactKeys | undefined
  readonly #pieces: Part[] = []
  readonly #ids = new PartitionedBuffer()
  #rows = 0
  #rejections = 0

  constructor(pack: PackWriter) {
    this.#pack = pack
    this.#start = pack.offset
  }

  /** Adds a row and gives its ordinal. */
  row(row: FlowRow): number {
    this.#add('rows', row)
    return this.#rows++
  }

  rejection(rejection: FlowRejection): void {
    this.#rejections++
    this.#add('rejected', rejection)
  }

  key(key: KeyRecord): void {
    const bytes = encodeKey(key)
    this.#keys.add(partitionOf(bytes), bytes)
  }

  /** Keys of a row that brings many: pairs of a low and a high half. */
  sketch(ordinal: number, keys: Uint32Array): void {
    this.#compact ??= new CompactKeys(SKETCH_WORDS)
    this.#compact.add(keys, undefined, [ordinal])
    if (this.#compact.bytes >= COMPACT_BYTES) this.#flushCompact()
  }

  /** Keys of parts of a row. Rows stand in the order of their ids, as far as the first 16 digits tell them apart. */
  parts(ordinal: number, id: string, { keys, numbers }: Parts): void {
    this.#compact ??= new CompactKeys(PART_WORDS)
    const high = Number.parseInt(id.slice(0, 8), 16)
    const low = Number.parseInt(id.slice(8, 16), 16)
    this.#compact.add(keys, numbers, [ordinal, low, high])
    if (this.#compact.bytes >= COMPACT_BYTES) this.#flushCompact()
  }

  /** Notes that the unit holds a record, for the search for equal ids. */
  id(id: string, position: number): void {
    const bytes = Buffer.allocUnsafe(24)
    bytes.write(WHOLE_ID.test(id) ? id : hash('sha256', id, 'hex'), 0, 16, 'hex')
    bytes.writeDoubleLE(position, 16)
    this.#ids.add(bytes[0] ?? 0, bytes)
  }

  /** Takes over the record ids of another unit, as {@link UnitReader.ids} gives them. */
  ids(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 24) this.#ids.add(bytes[at] ?? 0, bytes.subarray(at, at + 24))
  }

  /** Ends the unit; gives where it lies in its pack and what a run wants to know of it. */
  finish(counted: UnitCounts): {
    readonly start: number
    readonly length: number
    readonly summary: UnitSummary
  } {
    this.#flush('rows')
    this.#flush('rejected')
    const keys = this.#parts(this.#keys)
    this.#flushCompact()
    const compact = this.#pieces
    const ids = this.#parts(this.#ids)
    const footer = Buffer.from(JSON.stringify({ frames: this.#frames, keys, compact, ids } satisfies Footer))
    const trailer = Buffer.alloc(TRAILER_BYTES)
    trailer.writeUInt32LE(footer.length, 0)
    trailer.writeUInt32LE(UNIT_FORMAT, 4)
    trailer.writeUInt32LE(crc32(footer), 8)
    trailer.writeUInt32LE(MAGIC, 12)
    this.#pack.write(Buffer.concat([footer, trailer]))
    const bytes = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + part.length, 0)
    const summary = {
      ...counted,
      rows: this.#rows,
      rejections: this.#rejections,
      keyBytes: bytes(keys) + bytes(compact),
      idBytes: bytes(ids),
    }
    return { start: this.#start, length: this.#pack.offset - this.#start, summary }
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
    this.#pack.write(bytes)
  }

  #flushCompact(): void {
    if (this.#compact === undefined) return
    this.#pieces.push(...this.#parts(this.#compact))
    this.#compact.clear()
  }

  #parts(buffer: { readonly parts: Partitioned }): readonly Part[] {
    return buffer.parts.map(([byte, bytes]) => {
      const part = { byte, offset: this.#offset, length: bytes.length, crc: crc32(bytes) }
      this.#pack.write(bytes)
      return part
    })
  }

  get #offset(): number {
    return this.#pack.offset - this.#start
  }
}

/** Growing byte buffers by leading byte. */
class PartitionedBuffer {
  readonly #chunks = new Map<number, Uint8Array[]>()

  add(byte: number, bytes: Uint8Array): void {
    const chunks = this.#chunks.get(byte)
    if (chunks === undefined) this.#chunks.set(byte, [bytes])
    else chunks.push(bytes)
  }

  /** What each leading byte has, in the order of the bytes. */
  get parts(): Partitioned {
    const sorted = [...this.#chunks].sort(([a], [b]) => a - b)
    return sorted.map(([byte, chunks]) => [byte, Buffer.concat(chunks)])
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

/** Part of a document that was split has more: `.1`. */
const WHOLE_ID = /^[0-9a-f]{32}$/

/** Bytes of an encoded key before its id. */
export const KEY_HEAD = 42

/** Opens packs for reading, one at a time: neighbouring units lie in one. Close it. */
export class PackFiles {
  #path: string | undefined
  #file = -1

  /** @throws TilthError `damaged` when the pack was removed meanwhile. */
  file(path: string): number {
    if (path !== this.#path) {
      this.close()
      this.#file = openCached(path)
      this.#path = path
    }
    return this.#file
  }

  close(): void {
    if (this.#path === undefined) return
    closeSync(this.#file)
    this.#path = undefined
  }
}

/** A finished unit. Reads through the packs it was opened with, which must stay open as long. */
export class UnitReader {
  readonly #address: UnitAddress
  readonly #packs: PackFiles
  readonly #footer: Footer

  /** @throws TilthError `damaged` when the unit is not whole. */
  constructor(address: UnitAddress, packs: PackFiles) {
    this.#address = address
    this.#packs = packs
    const { length: size } = address
    const tail = this.#bytes(Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES))
    try {
      const trailer = tail.subarray(-TRAILER_BYTES)
      if (trailer.readUInt32LE(12) !== MAGIC || trailer.readUInt32LE(4) !== UNIT_FORMAT)
        throw new Error('trailer')
      const length = Math.min(trailer.readUInt32LE(0), size - TRAILER_BYTES)
      const inTail = tail.length - TRAILER_BYTES - length
      const footer =
        inTail >= 0
          ? tail.subarray(inTail, -TRAILER_BYTES)
          : this.#bytes(size - TRAILER_BYTES - length, length)
      if (crc32(footer) !== trailer.readUInt32LE(8)) throw new Error('footer')
      this.#footer = JSON.parse(footer.toString()) as Footer
    } catch (cause) {
      throw this.#damaged(cause)
    }
  }

  *readRows(): Generator<FlowRow> {
    yield* this.#lines<FlowRow>('rows')
  }

  *readRejections(): Generator<FlowRejection> {
    yield* this.#lines<FlowRejection>('rejected')
  }

  /** Key records whose leading byte is in [from, to). */
  keys(from: number, to: number): Buffer {
    return this.#partsOf(this.#footer.keys, from, to)
  }

  /** Compact records whose leading byte is in [from, to). What comes back holds no more of the unit than where they lie. */
  compact(from: number, to: number): CompactRange {
    const within = this.#footer.compact.filter(({ byte }) => byte >= from && byte < to)
    const [address, packs] = [this.#address, this.#packs]
    return new CompactRange(within, (part, bytes) => readPart(address, packs, part, bytes))
  }

  /** Record ids whose leading byte is in [from, to): 16 bytes of id and the position as f64, each. */
  ids(from: number, to: number): Buffer {
    return this.#partsOf(this.#footer.ids, from, to)
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

  #partsOf(parts: readonly Part[], from: number, to: number): Buffer {
    const wanted = parts.filter(({ byte }) => byte >= from && byte < to)
    return Buffer.concat(
      wanted.map((part) => {
        const bytes = Buffer.allocUnsafe(part.length)
        readPart(this.#address, this.#packs, part, bytes)
        return bytes
      }),
    )
  }

  #bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(Math.max(0, length))
    readUnit(this.#address, this.#packs, offset, buffer)
    return buffer
  }

  #damaged(cause: unknown): Error {
    return damagedCache(this.#address.path, cause)
  }
}

/** The compact records of a unit with some leading bytes. Reads through the packs that its unit was opened with. */
export class CompactRange {
  readonly #parts: readonly Part[]
  readonly #read: (part: Part, bytes: Uint8Array) => void

  constructor(parts: readonly Part[], read: (part: Part, bytes: Uint8Array) => void) {
    this.#parts = parts
    this.#read = read
  }

  /** Words of the records with each leading byte. */
  *counts(): Generator<readonly [byte: number, words: number]> {
    for (const { byte, length } of this.#parts) yield [byte, length / 4]
  }

  /** The records whose leading byte is in [from, to), in the order in which they came, as far as they have the same one. */
  words(from: number, to: number): Uint32Array {
    const wanted = this.#parts.filter(({ byte }) => byte >= from && byte < to)
    const words = new Uint32Array(wanted.reduce((sum, { length }) => sum + length, 0) / 4)
    const bytes = new Uint8Array(words.buffer)
    let filled = 0
    for (const part of wanted) {
      this.#read(part, bytes.subarray(filled, filled + part.length))
      filled += part.length
    }
    return words
  }
}

/** @throws TilthError `damaged`. */
function readPart(address: UnitAddress, packs: PackFiles, part: Part, bytes: Uint8Array): void {
  readUnit(address, packs, part.offset, bytes)
  if (crc32(bytes) !== part.crc) throw damagedCache(address.path, new Error(`part ${part.byte}`))
}

/** Fills bytes from a place of a unit on. @throws TilthError `damaged`. */
function readUnit({ path, start }: UnitAddress, packs: PackFiles, offset: number, bytes: Uint8Array): void {
  const file = packs.file(path)
  if (!readWhole(file, bytes, start + offset)) throw damagedCache(path, new Error('unexpected end of file'))
}
