import { closeSync, fstatSync, openSync, renameSync, rmSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { readWhole } from '../../../store/read-whole.ts'
import { writeWhole } from '../../../store/write-whole.ts'
import { damagedCache, openCached } from '../cache-file.ts'

/** CRC-32 of the rest of a frame, and how many lists it has: u32 each. The length of each list follows, then the lists. */
const HEAD_WORDS = 2
/** The end of a file: a mark, how many frames there are, and where the last of them lies, as a low and a high half. */
const END_WORDS = 4
const END_MARK = 0x6e75_6d73

/** Writes frames of lists of 32-bit numbers; the file appears under its name only when whole. */
export class NumberWriter {
  readonly #path: string
  readonly #partial: string
  #file: number
  #offset = 0
  #frames = 0
  #last = 0

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
  }

  /** Gives where the frame lies, in bytes. */
  frame(...lists: readonly Uint32Array[]): number {
    const lengths = Uint32Array.from(lists, (list) => list.length)
    const bodies = [lengths, ...lists].map((list) => bytesOf(list))
    const crc = bodies.reduce((sum, body) => crc32(body, sum), 0)
    this.#last = this.#offset
    this.#write(bytesOf(Uint32Array.of(crc, lists.length)))
    for (const body of bodies) this.#write(body)
    this.#frames++
    return this.#last
  }

  finish(): void {
    this.#write(bytesOf(Uint32Array.of(END_MARK, this.#frames, this.#last, this.#last / 2 ** 32)))
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

  #write(bytes: Uint8Array): void {
    writeWhole(this.#file, bytes)
    this.#offset += bytes.length
  }
}

/** Frames that a {@link NumberWriter} wrote. Close it. Every method throws a TilthError `damaged` where they are not what was written. */
export class NumberFile {
  readonly #path: string
  readonly #file: number
  /** Where the end lies, in bytes. */
  #end = 0

  constructor(path: string) {
    this.#path = path
    this.#file = openCached(path)
  }

  /** All frames, one after another. */
  *frames(): Generator<readonly Uint32Array[]> {
    const { frames } = this.#readEnd()
    let count = 0
    for (let at = 0; at < this.#end; count++) {
      const { lists, next } = this.#frame(at)
      yield lists
      at = next
    }
    if (count !== frames) throw damagedCache(this.#path, new Error(`${count} of ${frames} frames`))
  }

  /** The frame at a place that the writer gave. */
  at(offset: number): readonly Uint32Array[] {
    if (this.#end === 0) this.#readEnd()
    return this.#frame(offset).lists
  }

  last(): readonly Uint32Array[] {
    return this.#frame(this.#readEnd().last).lists
  }

  close(): void {
    closeSync(this.#file)
  }

  #readEnd(): { readonly frames: number; readonly last: number } {
    try {
      this.#end = fstatSync(this.#file).size - END_WORDS * 4
      const [mark, frames = 0, low = 0, high = 0] = this.#words(Math.max(0, this.#end), END_WORDS)
      if (mark !== END_MARK) throw new Error('no end')
      return { frames, last: low + high * 2 ** 32 }
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  #frame(offset: number): { readonly lists: readonly Uint32Array[]; readonly next: number } {
    try {
      let at = offset
      const take = (count: number): Uint32Array => {
        if (at + count * 4 > this.#end) throw new Error('ends early')
        const words = this.#words(at, count)
        at += words.byteLength
        return words
      }
      const [crc = 0, count = 0] = take(HEAD_WORDS)
      const lengths = take(count)
      let sum = crc32(bytesOf(lengths))
      const lists: Uint32Array[] = []
      for (const length of lengths) {
        const list = take(length)
        sum = crc32(bytesOf(list), sum)
        lists.push(list)
      }
      if (sum !== crc) throw new Error('checksum')
      return { lists, next: at }
    } catch (cause) {
      throw damagedCache(this.#path, cause)
    }
  }

  #words(offset: number, count: number): Uint32Array {
    const words = new Uint32Array(count)
    const bytes = bytesOf(words)
    if (!readWhole(this.#file, bytes, offset)) throw new Error('ends early')
    return words
  }
}

/** Writes a whole file of frames; nothing of it stays where that fails. */
export function writeNumbers(path: string, write: (file: NumberWriter) => void): void {
  const file = new NumberWriter(path)
  try {
    write(file)
    file.finish()
  } finally {
    file.abandon()
  }
}

/** All frames of a file, one after another. @throws TilthError `damaged` where they are not what was written. */
export function* readNumbers(path: string): Generator<readonly Uint32Array[]> {
  const file = new NumberFile(path)
  try {
    yield* file.frames()
  } finally {
    file.close()
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}
