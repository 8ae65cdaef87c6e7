import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'

const BUFFER = 1 << 20

/** What a finished file is. */
export interface FinishedFile {
  readonly file: string
  readonly bytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** A file that is written from its start to its end, and hashed. */
export class ByteFile {
  readonly #name: string
  readonly #file: number
  /** Bytes at the start that are known only at the end. */
  readonly #head: number
  readonly #hash: Hash | undefined
  readonly #buffer = new Uint8Array(BUFFER)
  #held = 0
  #bytes = 0
  #isOpen = true

  /**
   * @param name what {@link finish} calls the file.
   * @param head bytes to leave free at the start; {@link finish} is given them.
   */
  constructor(path: string, name: string, head = 0) {
    this.#name = name
    this.#file = openSync(path, 'w+')
    this.#head = head
    this.#hash = head === 0 ? createHash('sha256') : undefined
    this.write(new Uint8Array(head))
  }

  get bytes(): number {
    return this.#bytes + this.#held
  }

  write(bytes: Uint8Array): void {
    if (this.#held + bytes.length > BUFFER) this.#drain()
    if (bytes.length > BUFFER) this.#put(bytes)
    else {
      this.#buffer.set(bytes, this.#held)
      this.#held += bytes.length
    }
  }

  /** Fills the head, makes the file durable and closes it. */
  finish(head = new Uint8Array()): FinishedFile {
    if (head.length !== this.#head) throw new Error(`${this.#name}: a head of ${head.length} bytes`)
    this.#drain()
    for (let done = 0; done < head.length; )
      done += writeSync(this.#file, head, done, head.length - done, done)
    const sha256 = this.#sha256()
    fsyncSync(this.#file)
    this.close()
    return { file: this.#name, bytes: this.#bytes, sha256 }
  }

  /** Closes the file as it is. Safe after {@link finish}. */
  close(): void {
    if (this.#isOpen) closeSync(this.#file)
    this.#isOpen = false
  }

  #drain(): void {
    this.#put(this.#buffer.subarray(0, this.#held))
    this.#held = 0
  }

  #put(bytes: Uint8Array): void {
    // A single write may write less, and a full disk must not go unseen.
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done)
    this.#hash?.update(bytes)
    this.#bytes += bytes.length
  }

  /** Of the bytes as they came, or as they stand in the file where the head came last. */
  #sha256(): string {
    if (this.#hash !== undefined) return this.#hash.digest('hex')
    const hash = createHash('sha256')
    for (let at = 0; at < this.#bytes; ) {
      const read = readSync(this.#file, this.#buffer, 0, BUFFER, at)
      hash.update(this.#buffer.subarray(0, read))
      at += read
    }
    return hash.digest('hex')
  }
}
