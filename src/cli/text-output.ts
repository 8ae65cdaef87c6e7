import { createWriteStream, openSync, renameSync, rmSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, createZstdCompress } from 'node:zlib'
import { TilthError } from '../model/error.ts'

/** Text is collected up to this many bytes before it is handed on. */
const CHUNK = 1 << 18

/** A file of text, plain, or compressed where its name ends in `.gz` or `.zst`. It has its name only when it is whole. */
export class TextOutput {
  readonly #path: string
  readonly #partial: string
  readonly #file: Writable
  readonly #target: Writable
  #waiting: (string | Uint8Array)[] = []
  #size = 0
  #failure: Error | undefined

  constructor(path: string) {
    this.#path = path
    this.#partial = `${path}.${process.pid}.partial`
    // Opened at once: a stream that is destroyed before it has opened its file makes it all the same, afterwards.
    this.#file = createWriteStream(this.#partial, { fd: openSync(this.#partial, 'w') })
    const ending = /\.(gz|zst)$/i.exec(path)?.[1]?.toLowerCase()
    const compressor = ending === 'gz' ? createGzip() : ending === 'zst' ? createZstdCompress() : undefined
    compressor?.pipe(this.#file)
    this.#target = compressor ?? this.#file
    for (const stream of new Set([this.#file, this.#target])) {
      stream.on('error', (error: Error) => {
        this.#failure ??= error
      })
    }
  }

  /** Gives a promise where the writer must be waited for. Bytes may not be changed until then. */
  write(...pieces: readonly (string | Uint8Array)[]): Promise<void> | undefined {
    for (const piece of pieces) {
      this.#waiting.push(piece)
      this.#size += piece.length
    }
    return this.#size < CHUNK ? undefined : this.#hand()
  }

  async finish(): Promise<void> {
    await this.#hand()
    this.#target.end()
    await finished(this.#file)
    if (this.#failure !== undefined) throw this.#failure
    renameSync(this.#partial, this.#path)
  }

  abandon(): void {
    this.#file.destroy()
    rmSync(this.#partial, { force: true })
  }

  #hand(): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure
    const pieces = this.#waiting
    this.#waiting = []
    this.#size = 0
    const texts = pieces.every((piece) => typeof piece === 'string')
    const chunk = texts ? pieces.join('') : Buffer.concat(pieces.map(bytesOf))
    return this.#target.write(chunk) ? undefined : drained(this.#target)
  }
}

function drained(target: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      target.off('drain', done)
      target.off('close', done)
      resolve()
    }
    target.on('drain', done)
    target.on('close', done)
  })
}

function bytesOf(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece
}

/** Opens an output. @throws TilthError `usage` that names the option, where the file cannot be made. */
export function openedAt<T>(option: string, path: string, open: () => T): T {
  try {
    return open()
  } catch (cause) {
    if (!(cause instanceof Error) || !CANNOT_OPEN.has((cause as NodeJS.ErrnoException).code ?? ''))
      throw cause
    throw new TilthError('usage', `${option} ${path}: cannot be written: ${cause.message}`, {
      hint: 'name a file in a folder that is there and that you may write to',
      cause,
    })
  }
}

const CANNOT_OPEN = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'])

/** Whether a name is that of a file of JSON lines. */
export function isLines(path: string): boolean {
  return /\.(?:jsonl|ndjson)(?:\.gz|\.zst)?$/i.test(path)
}

/** Whether a name is that of a Parquet file. */
export function isParquet(path: string): boolean {
  return /\.(?:parquet|pq)$/i.test(path)
}

/** @throws TilthError `usage` where a file's name says no format that rows can be written in. */
export function checkRowOutput(path: string): void {
  if (isLines(path) || isParquet(path)) return
  throw new TilthError('usage', `--out ${path}: expected a name that ends in .jsonl or .parquet`, {
    hint: '.jsonl.gz and .jsonl.zst are compressed',
  })
}
