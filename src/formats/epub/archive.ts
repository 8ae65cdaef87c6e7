import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import type { Source } from '../../model/record.ts'

/** Why an archive or an entry cannot be read; `reason` is a stable reason of a read failure. */
export class ArchiveError extends Error {
  readonly reason: 'bad-zip' | 'encrypted' | 'record-too-large'

  constructor(reason: ArchiveError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** Entries of a zip beyond this number are refused: no book has as many. */
const MAX_ENTRIES = 100_000

/**
 * A zip file whose entries are inflated on demand, under one budget for all of them.
 *
 * Sizes and checksums are verified. An entry that inflates past the budget ends at once with
 * `record-too-large`, whatever size it declares.
 */
export class Archive {
  readonly #zip: yauzl.ZipFile
  readonly #entries: ReadonlyMap<string, yauzl.Entry>
  readonly #guard: Guard
  #budget: number

  private constructor(zip: yauzl.ZipFile, entries: Map<string, yauzl.Entry>, guard: Guard, budget: number) {
    this.#zip = zip
    this.#entries = entries
    this.#guard = guard
    this.#budget = budget
  }

  /** Reads the central directory. A file larger than `maxBytes` is read by range and not held. */
  static async open(source: Source, maxBytes: number, signal?: AbortSignal): Promise<Archive> {
    const reader = new RangeReader(source, signal)
    const guard: Guard = (error) => refusal(error, reader.failure)
    const settings = { autoClose: false, lazyEntries: true, validateEntrySizes: true, decodeStrings: true }
    const whole = source.size <= maxBytes ? await readWhole(source, signal) : undefined
    try {
      const zip =
        whole === undefined
          ? await yauzl.fromRandomAccessReaderPromise(reader, source.size, settings)
          : await yauzl.fromBufferPromise(whole, settings)
      if (zip.entryCount > MAX_ENTRIES) throw new ArchiveError('bad-zip', `${zip.entryCount} entries`)
      const entries = new Map<string, yauzl.Entry>()
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry)
      return new Archive(zip, entries, guard, maxBytes)
    } catch (error) {
      throw guard(error)
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name)
  }

  /** The bytes of an entry, `undefined` when there is none of that name. */
  async read(name: string): Promise<Buffer | undefined> {
    const entry = this.#entries.get(name)
    if (entry === undefined) return undefined
    if (entry.isEncrypted()) throw new ArchiveError('encrypted', `${name} needs a password`)
    if (entry.uncompressedSize > this.#budget) throw tooLarge(name)
    try {
      const chunks: Buffer[] = []
      for await (const chunk of (await this.#zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        this.#budget -= chunk.length
        if (this.#budget < 0) throw tooLarge(name)
        chunks.push(chunk)
      }
      const bytes = Buffer.concat(chunks)
      if (crc32(bytes) !== entry.crc32) throw new ArchiveError('bad-zip', `${name}: wrong checksum`)
      return bytes
    } catch (error) {
      throw this.#guard(error)
    }
  }

  close(): void {
    this.#zip.close()
  }
}

/** Makes of what the zip library threw what the reader should throw. */
type Guard = (error: unknown) => unknown

/** The library throws plain errors for damage: only where the source itself failed is it not the zip's. */
function refusal(error: unknown, sourceFailure: unknown): unknown {
  if (sourceFailure !== undefined) return sourceFailure
  if (error instanceof ArchiveError || !(error instanceof Error)) return error
  return new ArchiveError('bad-zip', error.message.slice(0, 200))
}

function tooLarge(name: string): ArchiveError {
  return new ArchiveError('record-too-large', `the texts of the book inflate past the limit at ${name}`)
}

async function readWhole(source: Source, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source.read(0, source.size, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The zip library's view of a source. */
class RangeReader extends yauzl.RandomAccessReader {
  readonly #source: Source
  readonly #signal: AbortSignal | undefined
  failure: unknown

  constructor(source: Source, signal: AbortSignal | undefined) {
    super()
    this.#source = source
    this.#signal = signal
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const stream = Readable.from(this.#source.read(start, end, this.#signal))
    stream.on('error', (error) => {
      this.failure = error
    })
    return stream
  }
}
