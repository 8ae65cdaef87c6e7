import { closeSync, fstatSync, openSync, readSync, renameSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { writeWhole } from '../../../store/table.ts'
import { damagedCache, openCached } from '../cache-file.ts'

/** Where each list of numbers ends in a frame, how many there are, CRC-32 of the whole: u32 each. */
const HEAD_WORDS = 2

/** Writes frames of lists of 32-bit numbers; the file appears under its name only when whole. */
export class NumberWriter {
  readonly #path: string
  readonly #partial: string
  readonly #file: number

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    this.#file = openSync(this.#partial, 'w')
  }

  frame(...lists: readonly Uint32Array[]): void {
    const bodies = lists.map((list) => Buffer.from(list.buffer, list.byteOffset, list.byteLength))
    const crc = bodies.reduce((sum, body) => crc32(body, sum), 0)
    const head = Uint32Array.of(crc, lists.length, ...lists.map((list) => list.length))
    writeWhole(this.#file, Buffer.from(head.buffer))
    for (const body of bodies) writeWhole(this.#file, body)
  }

  finish(): void {
    closeSync(this.#file)
    renameSync(this.#partial, this.#path)
  }
}

/**
 * Frames that a {@link NumberWriter} wrote, one after another.
 *
 * @throws TilthError `damaged` where a frame is not what was written.
 */
export function* readNumbers(path: string): Generator<readonly Uint32Array[]> {
  const file = openCached(path)
  try {
    const { size } = fstatSync(file)
    for (let at = 0; at < size; ) {
      const [crc = 0, count = 0] = wordsAt(file, at, HEAD_WORDS)
      at += HEAD_WORDS * 4
      const lengths = wordsAt(file, at, Math.min(count, size))
      at += lengths.byteLength
      let sum = 0
      const lists: Uint32Array[] = []
      for (const length of lengths) {
        if (at + length * 4 > size) throw new Error('ends early')
        const list = wordsAt(file, at, length)
        sum = crc32(Buffer.from(list.buffer), sum)
        at += list.byteLength
        lists.push(list)
      }
      if (sum !== crc) throw new Error('checksum')
      yield lists
    }
  } catch (cause) {
    throw damagedCache(path, cause)
  } finally {
    closeSync(file)
  }
}

function wordsAt(file: number, offset: number, count: number): Uint32Array {
  const words = new Uint32Array(count)
  const bytes = new Uint8Array(words.buffer)
  let done = 0
  while (done < bytes.length) {
    const read = readSync(file, bytes, done, bytes.length - done, offset + done)
    if (read === 0) throw new Error('ends early')
    done += read
  }
  return words
}
