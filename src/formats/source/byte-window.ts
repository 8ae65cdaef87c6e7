/**
 * The bytes themselves are wrong (a damaged gzip member), as opposed to a file that cannot be read:
 * data, not an exception, for whoever reads through a {@link ByteWindow}.
 */
export class Damage extends Error {
  /** Stable, kebab-case: the reason of the failure item. */
  readonly reason: string

  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}

/**
 * A window that slides forward over bytes that come in chunks.
 *
 * Slices of `bytes` stay valid for ever: nothing is written over, and chunks are copied only where a
 * record lies across two of them. {@link Damage} thrown by the chunks ends the bytes and is kept in
 * `damage`, so that everything before it can still be read; any other error passes through.
 */
export class ByteWindow {
  /** What is held: from `offset` on. Replaced on every change. */
  bytes: Buffer
  /** Number of bytes that have gone before. */
  offset: number
  /** No more bytes will come. */
  ended: boolean
  /** Why they ended, when not because all were read. */
  damage: Damage | undefined
  readonly #chunks: AsyncIterator<Uint8Array> | undefined

  constructor(
    chunks: AsyncIterable<Uint8Array> | undefined,
    offset = 0,
    held: Uint8Array = new Uint8Array(0),
  ) {
    this.#chunks = chunks?.[Symbol.asyncIterator]()
    this.bytes = asBuffer(held)
    this.offset = offset
    this.ended = chunks === undefined
    this.damage = undefined
  }

  /** Whether `length` bytes are held, or all that will ever come: then `ensure` need not be awaited. */
  has(length: number): boolean {
    return this.ended || this.bytes.length >= length
  }

  /** Reads on until `length` bytes are held or the bytes end. O(length), however small the chunks. */
  async ensure(length: number): Promise<void> {
    if (this.has(length)) return
    const parts: Uint8Array[] = [this.bytes]
    let held = this.bytes.length
    while (held < length) {
      const chunk = await this.#next()
      if (chunk === undefined) break
      parts.push(chunk)
      held += chunk.length
    }
    const [first, second] = parts
    if (parts.length === 2 && first?.length === 0 && second !== undefined) this.bytes = asBuffer(second)
    else if (parts.length > 1) this.bytes = Buffer.concat(parts, held)
  }

  /** Passes over bytes that are held. */
  advance(length: number): void {
    this.offset += length
    this.bytes = this.bytes.subarray(length)
  }

  /** Passes over `length` bytes without holding them; gives how many there were. */
  async skip(length: number): Promise<number> {
    let left = length
    while (left > this.bytes.length) {
      left -= this.bytes.length
      this.advance(this.bytes.length)
      const chunk = await this.#next()
      if (chunk === undefined) return length - left
      this.bytes = asBuffer(chunk)
    }
    this.advance(left)
    return length
  }

  /** Lets go of the file or connection behind the chunks. */
  async close(): Promise<void> {
    this.ended = true
    await this.#chunks?.return?.()
  }

  async #next(): Promise<Uint8Array | undefined> {
    if (this.ended || this.#chunks === undefined) return undefined
    try {
      const next = await this.#chunks.next()
      if (!next.done) return next.value
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      this.damage = error
    }
    this.ended = true
    return undefined
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
