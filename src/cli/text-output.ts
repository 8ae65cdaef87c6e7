import {
  accessSync,
  closeSync,
  constants,
  createWriteStream,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip, createZstdCompress, type Gzip, type ZstdCompress } from 'node:zlib'
import { TilthError } from '../model/error.ts'
import { sweepStalePartials } from '../store/stale-partials.ts'
import { writeWhole } from '../store/write-whole.ts'

/** Text is collected up to this many bytes before it is handed on. */
const CHUNK = 1 << 18
/** Most bytes of UTF-8 that a unit of a string takes. */
const UNIT_BYTES = 3

/** A file of text, plain, or compressed where its name ends in `.gz` or `.zst`. It has its name only when it is whole. */
export class TextOutput {
  readonly #path: string
  readonly #partial: string
  readonly #target: Target
  readonly #collected = Buffer.allocUnsafeSlow(CHUNK)
  #filled = 0

  constructor(path: string) {
    this.#path = path
    sweepStalePartials(path)
    this.#partial = `${path}.${process.pid}.partial`
    const ending = /\.(gz|zst)$/i.exec(path)?.[1]?.toLowerCase()
    // Opened at once: a stream that is destroyed before it has opened its file makes it all the same, afterwards.
    const file = openSync(this.#partial, 'w')
    this.#target =
      ending === undefined
        ? new PlainFile(file)
        : new CompressedFile(this.#partial, file, ending === 'gz' ? createGzip() : createZstdCompress())
  }

  /** Gives a promise where the writer must be waited for. What it was given may be changed at once. */
  write(...pieces: readonly (string | Uint8Array)[]): Promise<void> | undefined {
    let waiting: Promise<void> | undefined
    for (const piece of pieces) {
      if (typeof piece === 'string' && piece.length * UNIT_BYTES <= CHUNK - this.#filled)
        this.#filled += this.#collected.write(piece, this.#filled)
      else waiting = this.#add(typeof piece === 'string' ? Buffer.from(piece) : piece) ?? waiting
    }
    return waiting
  }

  async finish(): Promise<void> {
    await this.#hand()
    await this.#target.finish()
    renameSync(this.#partial, this.#path)
  }

  abandon(): void {
    this.#target.abandon()
    rmSync(this.#partial, { force: true })
  }

  #add(bytes: Uint8Array): Promise<void> | undefined {
    const waiting = this.#filled + bytes.length > CHUNK ? this.#hand() : undefined
    if (bytes.length > CHUNK) return this.#target.write(bytes)
    this.#collected.set(bytes, this.#filled)
    this.#filled += bytes.length
    return waiting
  }

  #hand(): Promise<void> | undefined {
    const bytes = this.#collected.subarray(0, this.#filled)
    this.#filled = 0
    return bytes.length === 0 ? undefined : this.#target.write(bytes)
  }
}

/** What takes the bytes of a file. */
interface Target {
  /** Bytes may be changed afterwards. Gives a promise where the writer must be waited for. */
  write(bytes: Uint8Array): Promise<void> | undefined
  finish(): Promise<void>
  abandon(): void
}

class PlainFile implements Target {
  readonly #file: number
  #isOpen = true

  constructor(file: number) {
    this.#file = file
  }

  write(bytes: Uint8Array): undefined {
    writeWhole(this.#file, bytes)
  }

  async finish(): Promise<void> {
    this.abandon()
  }

  abandon(): void {
    if (this.#isOpen) closeSync(this.#file)
    this.#isOpen = false
  }
}

class CompressedFile implements Target {
  readonly #file: Writable
  readonly #compressor: Writable
  #failure: Error | undefined

  constructor(path: string, file: number, compressor: Gzip | ZstdCompress) {
    this.#file = createWriteStream(path, { fd: file })
    this.#compressor = compressor
    compressor.pipe(this.#file)
    for (const stream of [this.#file, this.#compressor]) {
      stream.on('error', (error: Error) => {
        this.#failure ??= error
      })
    }
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure
    // The stream holds on to what it is given.
    return this.#compressor.write(Buffer.from(bytes)) ? undefined : drained(this.#compressor)
  }

  async finish(): Promise<void> {
    this.#compressor.end()
    await finished(this.#file)
    if (this.#failure !== undefined) throw this.#failure
  }

  abandon(): void {
    this.#file.destroy()
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

/**
 * @throws TilthError `usage` that names the option, where there is something of that name, and nobody said that it may go: what was fitted
 * for hours is not lost to a repeated command. An empty folder is nothing.
 */
export function refuseOver(option: string, path: string, force: boolean | undefined): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined || (found.isDirectory() && readdirSync(path).length === 0)) return
  if (force === true) return
  throw new TilthError('usage', `${option} ${path}: is there already`, {
    hint: 'name another, or write over it with --force',
  })
}

/** As {@link refuseOver}, and where no file can be made there: told before what is to be written is worked out. */
export function checkNewFile(option: string, path: string, force: boolean | undefined): void {
  refuseOver(option, path, force)
  openedAt(option, path, () => accessSync(dirname(path), constants.W_OK))
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
