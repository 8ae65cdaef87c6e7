import { closeSync, fstatSync, openSync, readSync, renameSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { setDigest } from '../../../dedup/set-digest.ts'
import { writeWhole } from '../../../store/table.ts'
import { checked, damagedCache, openCached, unchecked } from '../cache-file.ts'

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

type Entry = CandidateMember & ShinglePlace

interface Section {
  readonly offset: number
  readonly length: number
}

/** Writes candidates with their shingles; the file appears under its name only when whole. */
export class MemberWriter {
  readonly #path: string
  readonly #partial: string
  readonly #file: number
  readonly #entries = new Map<number, Entry[]>()
  /** What was added and is not written yet. */
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  #filled = 0
  #offset = 0

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
  }

  add(partition: number, member: Omit<CandidateMember, 'digest'>, shingles: Float64Array): void {
    const bytes = Buffer.from(shingles.buffer, shingles.byteOffset, shingles.byteLength)
    const place = { offset: this.#offset, count: shingles.length, crc: crc32(bytes) }
    this.#write(bytes)
    const entry = { ...member, digest: setDigest(shingles), ...place }
    const entries = this.#entries.get(partition)
    if (entries === undefined) this.#entries.set(partition, [entry])
    else entries.push(entry)
  }

  finish(): void {
    const sections: Record<number, Section> = {}
    for (const [partition, entries] of this.#entries) {
      const bytes = checked(entries.map((entry) => JSON.stringify(entry)).join('\n'))
      sections[partition] = { offset: this.#offset, length: bytes.length }
      this.#write(bytes)
    }
    this.#flush()
    const footer = checked(JSON.stringify(sections))
    const trailer = Buffer.alloc(4)
    trailer.writeUInt32LE(footer.length)
    writeWhole(this.#file, footer)
    writeWhole(this.#file, trailer)
    closeSync(this.#file)
    renameSync(this.#partial, this.#path)
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
const WHOLE_BYTES = 32 << 20

/** A file that a {@link MemberWriter} wrote. Close it. */
export class MemberFile {
  readonly #path: string
  readonly #file: number
  readonly #sections: Record<number, Section>
  /** The whole file, where that is small: then nothing is read piece by piece. */
  readonly #whole: Buffer | undefined

  /** @throws TilthError `damaged` where the file is not whole; so do its methods. */
  constructor(path: string) {
    this.#path = path
    this.#file = openCached(path)
    try {
      const { size } = fstatSync(this.#file)
      if (size <= WHOLE_BYTES) this.#whole = this.#bytes(0, size)
      const length = Math.min(this.#bytes(size - 4, 4).readUInt32LE(), size - 4)
      this.#sections = JSON.parse(unchecked(this.#bytes(size - 4 - length, length))) as Record<
        number,
        Section
      >
    } catch (cause) {
      closeSync(this.#file)
      throw damagedCache(path, cause)
    }
  }

  /** The members of one partition, with what finds their shingles. */
  members(partition: number): readonly Entry[] {
    const section = this.#sections[partition]
    if (section === undefined) return []
    try {
      const text = unchecked(this.#bytes(section.offset, section.length))
      return text.split('\n').map((line) => JSON.parse(line) as Entry)
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  shingles({ offset, count, crc }: ShinglePlace): Float64Array {
    const shingles = new Float64Array(count)
    const bytes = Buffer.from(shingles.buffer)
    try {
      this.#fill(bytes, offset)
      if (crc32(bytes) !== crc) throw new Error('shingles')
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
    return shingles
  }

  close(): void {
    closeSync(this.#file)
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
    let done = 0
    while (done < buffer.length) {
      const read = readSync(this.#file, buffer, done, buffer.length - done, offset + done)
      if (read === 0) throw new Error('ends early')
      done += read
    }
  }
}
