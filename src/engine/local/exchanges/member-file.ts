import { closeSync, fstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { setDigest } from '../../../dedup/set-digest.ts'
import { readWhole } from '../../../store/read-whole.ts'
import { writeWhole } from '../../../store/write-whole.ts'
import { checked, damagedCache, unchecked } from '../cache-file.ts'
import { OpenFiles } from '../open-files.ts'

/** A candidate of a cluster exchange, without its shingles. */
export interface CandidateMember {
  /** Number of its row in the exchange. */
  readonly row: number
  readonly id: string
  readonly rank: number
  readonly level: number
  readonly scope: string
  /** Of a document of an index: the id of the one that stands for it. */
  readonly cluster?: string
  /** Equal for equal sets of shingles, and seldom for others. */
  readonly digest: number
}

/** Where the shingles of a member lie: 8 bytes each. */
interface ShinglePlace {
  readonly offset: number
  readonly count: number
  readonly crc: number
}

/** A candidate, with what finds its shingles. */
export type MemberEntry = CandidateMember & ShinglePlace

/** Where entries of one partition lie: offset and length in bytes. */
type Section = readonly [offset: number, length: number]

/** Characters of entries that a writer holds before it writes them. */
const MOST_HELD = 8 << 20

/** Writes candidates with their shingles, in bounded memory; the file appears under its name only when whole. */
export class MemberWriter {
  readonly #path: string
  readonly #partial: string
  #file: number
  /** What was added and is not written yet. */
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #filled = 0
  readonly #mostHeld: number
  #entries = new Map<number, string[]>()
  #held = 0
  readonly #sections: Record<number, Section[]> = {}
  #offset = 0

  /** @param mostHeld characters of entries that are held before they are written. */
  constructor(path: string, mostHeld: number = MOST_HELD) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
    this.#mostHeld = mostHeld
  }

  add(partition: number, member: Omit<CandidateMember, 'digest'>, shingles: Float64Array): void {
    const bytes = Buffer.from(shingles.buffer, shingles.byteOffset, shingles.byteLength)
    const place = { offset: this.#offset, count: shingles.length, crc: crc32(bytes) }
    this.#write(bytes)
    const text = JSON.stringify({ ...member, digest: setDigest(shingles), ...place } satisfies MemberEntry)
    const entries = this.#entries.get(partition)
    if (entries === undefined) this.#entries.set(partition, [text])
    else entries.push(text)
    this.#held += text.length
    if (this.#held >= this.#mostHeld) this.#writeEntries()
  }

  finish(): void {
    this.#writeEntries()
    const footer = checked(JSON.stringify(this.#sections))
    const trailer = Buffer.alloc(4)
    trailer.writeUInt32LE(footer.length)
    this.#write(footer)
    this.#write(trailer)
    this.#flush()
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

  #writeEntries(): void {
    for (const [partition, entries] of this.#entries) {
      const bytes = checked(entries.join('\n'))
      const sections = this.#sections[partition] ?? []
      sections.push([this.#offset, bytes.length])
      this.#sections[partition] = sections
      this.#write(bytes)
    }
    this.#entries = new Map()
    this.#held = 0
  }

  #write(bytes: Uint8Array): void {
    this.#offset += bytes.length
    if (this.#filled + bytes.length > BUFFER_BYTES) this.#flush()
    if (bytes.length > BUFFER_BYTES) {
      writeWhole(this.#file, bytes)
      return
    }
    this.#buffer.set(bytes, this.#filled)
    this.#filled += bytes.length
  }

  #flush(): void {
    writeWhole(this.#file, this.#buffer.subarray(0, this.#filled))
    this.#filled = 0
  }
}

const BUFFER_BYTES = 1 << 20
/** A larger file is never held whole. */
const WHOLE_BYTES = 8 << 20

/** Files that {@link MemberWriter}s wrote, read in bounded memory and with few of them open. Close it. */
export class MemberFiles {
  readonly #open = new OpenFiles()
  #room: number

  /** @param wholeBytes bytes of files that may be held whole, the first ones first: then nothing is read piece by piece. */
  constructor(wholeBytes = 0) {
    this.#room = wholeBytes
  }

  /** @throws TilthError `damaged` where the file is not whole; so do its methods. */
  file(path: string): MemberFile {
    const file = new MemberFile(path, this.#open, Math.min(this.#room, WHOLE_BYTES))
    this.#room -= file.heldBytes
    return file
  }

  /** Bytes that may still be held. */
  get room(): number {
    return this.#room
  }

  close(): void {
    this.#open.close()
  }
}

/** One of {@link MemberFiles}. */
export class MemberFile {
  readonly #path: string
  readonly #files: OpenFiles
  readonly #size: number
  readonly #whole: Buffer | undefined

  constructor(path: string, files: OpenFiles, mostHeld: number) {
    this.#path = path
    this.#files = files
    this.#size = fstatSync(files.file(path)).size
    try {
      if (this.#size <= mostHeld) this.#whole = this.#bytes(0, this.#size)
    } catch (cause) {
      throw damagedCache(path, cause)
    }
  }

  get heldBytes(): number {
    return this.#whole?.length ?? 0
  }

  /** The members of one partition in the order in which they were added, with what finds their shingles. */
  *members(partition: number): Generator<MemberEntry> {
    for (const [offset, length] of this.#sections()[partition] ?? []) {
      let entries: readonly MemberEntry[]
      try {
        const lines = unchecked(this.#bytes(offset, length)).split('\n')
        entries = lines.map((line) => JSON.parse(line) as MemberEntry)
      } catch (cause) {
        throw damagedCache(this.#path, cause)
      }
      yield* entries
    }
  }

  /** @param shingles is filled with them, and given back; a new array where there is none. */
  shingles(
    { offset, count, crc }: ShinglePlace,
    shingles: Float64Array = new Float64Array(count),
  ): Float64Array {
    const bytes = Buffer.from(shingles.buffer, shingles.byteOffset, shingles.byteLength)
    try {
      this.#fill(bytes, offset)
      if (crc32(bytes) !== crc) throw new Error('shingles')
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
    return shingles
  }

  #sections(): Readonly<Record<number, readonly Section[]>> {
    try {
      const length = Math.min(this.#bytes(this.#size - 4, 4).readUInt32LE(), this.#size - 4)
      return JSON.parse(unchecked(this.#bytes(this.#size - 4 - length, length))) as Record<
        number,
        readonly Section[]
      >
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  #bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length)
    this.#fill(buffer, offset)
    return buffer
  }

  #fill(buffer: Buffer, offset: number): void {
    if (this.#whole !== undefined) {
      if (this.#whole.copy(buffer, 0, offset) < buffer.length) throw new Error('ends early')
      return
    }
    const file = this.#files.file(this.#path)
    if (!readWhole(file, buffer, offset)) throw new Error('ends early')
  }
}
