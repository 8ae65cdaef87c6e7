import { Damage } from '../source/byte-window.ts'

export interface Line {
  /** Number in the file, from 0. */
  readonly number: number
  /** Without the line end; `undefined` for a line above the limit. */
  readonly bytes: Buffer | undefined
  /** Length in bytes, without the line feed. */
  readonly length: number
}

/** Where and why reading lines ended. */
export interface LinesEnd {
  /** Byte behind the last line. */
  readonly next: number
  /** Number of the line there. */
  readonly number: number
  /** The bytes ended in damage, inside the line `number`. */
  readonly damage: Damage | undefined
  /** The line `number` was given up: `maxRunBytes` bytes had no line end. */
  readonly endless: boolean
}

export interface LineBounds {
  /** Byte where the chunks begin, and number of the line that begins there. */
  readonly start: number
  readonly first: number
  /** Lines that begin at this byte or behind it are not read. */
  readonly end: number
  /** A longer line is passed over, never held. Bytes. */
  readonly maxLineBytes: number
  /** Bytes without a line end that end the reading. */
  readonly maxRunBytes: number
}

const LINE_FEED = 10
const BATCH_LINES = 1024

/**
 * Cuts chunks into lines at line feeds. Lines are views of the chunks; only one that lies across two
 * chunks is copied.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  { start, first, end, maxLineBytes, maxRunBytes }: LineBounds,
): AsyncGenerator<readonly Line[], LinesEnd> {
  const open = new OpenLine(maxLineBytes)
  let offset = start
  let number = first
  let batch: Line[] = []
  let damage: Damage | undefined
  const finish = (tail: Buffer, ending: number): void => {
    open.append(tail)
    batch.push({ number: number++, bytes: open.bytes(), length: open.length })
    offset += open.length + ending
    open.clear()
  }
  try {
    for await (const raw of chunks) {
      const chunk = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
      let from = 0
      while (offset < end) {
        const at = chunk.indexOf(LINE_FEED, from)
        if (at < 0) break
        finish(chunk.subarray(from, at), 1)
        from = at + 1
        if (batch.length < BATCH_LINES) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
      batch = []
      if (offset >= end) break
      open.append(chunk.subarray(from))
      if (open.length > maxRunBytes) return { next: offset, number, damage, endless: true }
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    damage = error
  }
  // A last line needs no line feed, unless it is there because the bytes broke off.
  if (damage === undefined && offset < end && open.length > 0) finish(Buffer.alloc(0), 0)
  if (batch.length > 0) yield batch
  return { next: offset, number, damage, endless: false }
}

/** The line that is being read, up to a limit. */
class OpenLine {
  readonly #maxBytes: number
  #parts: Buffer[] = []
  length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  append(part: Buffer): void {
    this.length += part.length
    if (this.length > this.#maxBytes) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  bytes(): Buffer | undefined {
    if (this.length > this.#maxBytes) return undefined
    const [only] = this.#parts
    return this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts, this.length)
  }

  clear(): void {
    this.#parts = []
    this.length = 0
  }
}
