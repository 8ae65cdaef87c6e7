import type { Gunzip, ZstdDecompress } from 'node:zlib'

/** Bytes of one chunk of output. */
export const OUTPUT_CHUNK_BYTES = 1 << 20

/** Stored bytes that are given to a decoder at a time. */
export const PIECE_BYTES = 1 << 16

export interface DecompressOptions {
  /** Memory that a decoder may take for its window. Bytes. */
  readonly maxWindowBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * A streaming decoder of node:zlib that is fed piece by piece: everything a piece decodes to is taken
 * before the next one is written. So a failure can cost no more than its own piece's output, and a bomb
 * holds one chunk.
 */
export class Decoder {
  readonly #engine: Gunzip | ZstdDecompress
  #wake: () => void = () => undefined
  #error: Error | undefined
  #given = 0
  /** The decoder takes no more: it saw an end, and bytes behind it that it does not know. */
  ended = false

  constructor(engine: Gunzip | ZstdDecompress) {
    this.#engine = engine
    engine.on('readable', () => this.#wake())
    engine.on('error', (error) => this.#fail(error))
    engine.on('end', () => {
      this.ended = true
      this.#wake()
    })
  }

  /** Stored bytes that were taken so far. */
  get consumed(): number {
    return this.#engine.bytesWritten
  }

  /** What `piece` decodes to. Throws the decoder's own error. */
  async *write(piece: Uint8Array): AsyncGenerator<Uint8Array> {
    let written = false
    this.#engine.write(piece, (error) => {
      written = true
      if (error) this.#fail(error)
      this.#wake()
    })
    yield* this.#take(() => written || this.ended)
    this.#given += piece.length
    if (this.consumed < this.#given) this.ended = true
  }

  /** What is left when no more will be written. Throws when the end is missing. */
  async *end(): AsyncGenerator<Uint8Array> {
    if (!this.ended) this.#engine.end()
    yield* this.#take(() => this.ended)
  }

  close(): void {
    this.#engine.destroy()
  }

  async *#take(done: () => boolean): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk: Buffer | null = this.#engine.read()
      if (chunk !== null) {
        yield chunk
      } else if (this.#error !== undefined) {
        throw this.#error
      } else if (done()) {
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  #fail(error: Error): void {
    this.#error ??= error
    this.#wake()
  }
}

/** The code that node:zlib gives its errors, such as `Z_DATA_ERROR`. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
