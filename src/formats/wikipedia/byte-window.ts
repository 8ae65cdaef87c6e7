import type { Source } from '../../model/record.ts'

/** A sliding view of a source: the bytes from `base` on that were read and not yet passed over. */
export class ByteWindow {
  readonly #chunks: AsyncIterator<Uint8Array>
  #buffer: Uint8Array = new Uint8Array(0)
  #from = 0
  #to = 0
  /** Byte of the source at which the view begins. */
  base: number
  /** Whether the source has no bytes behind the view. */
  ended = false

  constructor(source: Source, start: number, signal?: AbortSignal) {
    this.base = start
    this.#chunks = source.read(start, source.size, signal)[Symbol.asyncIterator]()
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#from, this.#to)
  }

  /** Drops what lies before byte `offset` and reads on until the view holds `length` bytes or ends. */
  async fill(offset: number, length: number): Promise<Uint8Array> {
    this.#drop(offset)
    while (!this.ended && (this.base < offset || this.#to - this.#from < length)) {
      const next = await this.#chunks.next()
      if (next.done === true) this.ended = true
      else this.#append(next.value)
      this.#drop(offset)
    }
    return this.bytes
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  #drop(offset: number): void {
    const count = Math.min(Math.max(offset - this.base, 0), this.#to - this.#from)
    this.#from += count
    this.base += count
  }

  #append(chunk: Uint8Array): void {
    const size = this.#to - this.#from
    if (this.#to + chunk.length > this.#buffer.length) {
      const roomy = size + chunk.length > this.#buffer.length
      const target = roomy ? new Uint8Array(2 * (size + chunk.length)) : this.#buffer
      target.set(this.bytes)
      this.#buffer = target
      this.#from = 0
      this.#to = size
    }
    this.#buffer.set(chunk, this.#to)
    this.#to += chunk.length
  }
}
