import { createHash, hash } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../model/error.ts'
import type { Signals } from '../model/stage.ts'
import { readWhole } from './read-whole.ts'
import { writeWhole } from './write-whole.ts'

/** Where the imported signals of a document are found by its id, and what they are. Plain data: crosses threads. */
export interface SignalLookup {
  readonly columns: readonly string[]
  /** Documents of each file `by-id-N.bin`. */
  readonly parts: readonly number[]
  /** SHA-256 over columns and files, lower-case hex. */
  readonly sha256: string
}

/** SHA-256 of the id, of which this much is held, and the number of the row from 1 as u32; a slot of zeros is free. */
const KEY_BYTES = 16
const SLOT_BYTES = KEY_BYTES + 4
/** Slots that are read at once: at a load of 2/3 nearly every search ends within them. */
const SLOTS_READ = 16

function slotsFor(rows: number): number {
  return Math.max(SLOTS_READ, Math.ceil(rows * 1.5))
}

/**
 * Writes hash tables from document id to numbers, one file for each batch of documents: slots first, then the rows.
 * A file is looked up where it lies, so that a worker holds none of it in memory.
 */
export class SignalLookupWriter {
  readonly #dir: string
  readonly #columns: readonly string[]
  readonly #parts: number[] = []
  readonly #hash = createHash('sha256')

  constructor(dir: string, columns: readonly string[]) {
    this.#dir = dir
    this.#columns = columns
    this.#hash.update(JSON.stringify(columns))
  }

  /** Adds documents. `valuesOf` gives the values of one by its place, in the order of the columns; NaN is none. */
  add(ids: readonly string[], valuesOf: (place: number) => readonly number[]): void {
    if (ids.length === 0) return
    const slots = slotsFor(ids.length)
    const table = Buffer.alloc(slots * SLOT_BYTES)
    for (const [place, id] of ids.entries()) {
      const key = keyOf(id)
      let slot = firstSlot(key, slots)
      while (table.readUInt32LE(slot * SLOT_BYTES + KEY_BYTES) !== 0) slot = (slot + 1) % slots
      key.copy(table, slot * SLOT_BYTES, 0, KEY_BYTES)
      table.writeUInt32LE(place + 1, slot * SLOT_BYTES + KEY_BYTES)
    }
    const file = openSync(join(this.#dir, partName(this.#parts.length)), 'w')
    try {
      this.#write(file, table)
      const rowBytes = 8 * this.#columns.length
      const most = Math.max(1, Math.floor((1 << 20) / rowBytes))
      for (let first = 0; first < ids.length; first += most) {
        const rows = Buffer.alloc(Math.min(most, ids.length - first) * rowBytes)
        for (let at = 0; at * rowBytes < rows.length; at++) {
          for (const [column, value] of valuesOf(first + at).entries()) {
            rows.writeDoubleLE(value, at * rowBytes + 8 * column)
          }
        }
        this.#write(file, rows)
      }
    } finally {
      closeSync(file)
    }
    this.#parts.push(ids.length)
  }

  finish(): SignalLookup {
    return { columns: this.#columns, parts: this.#parts, sha256: this.#hash.digest('hex') }
  }

  #write(file: number, bytes: Buffer): void {
    writeWhole(file, bytes)
    this.#hash.update(bytes)
  }
}

/** Looks up signals by document id. Holds a file open for each million documents, and reads a few hundred bytes a search. */
export class SignalLookupReader {
  readonly #columns: readonly string[]
  readonly #parts: readonly { readonly path: string; readonly file: number; readonly slots: number }[]
  readonly #slots = Buffer.alloc(SLOTS_READ * SLOT_BYTES)
  readonly #row: Buffer
  readonly #none: Signals

  /** @throws TilthError `damaged` where a file is gone. */
  constructor(dir: string, { columns, parts }: SignalLookup) {
    this.#columns = columns
    this.#row = Buffer.alloc(8 * columns.length)
    this.#none = Object.fromEntries(columns.map((column) => [column, null]))
    this.#parts = parts.map((rows, part) => {
      const path = join(dir, partName(part))
      try {
        return { path, file: openSync(path, 'r'), slots: slotsFor(rows) }
      } catch (cause) {
        throw damaged(path, cause)
      }
    })
  }

  /** The signals of a document; all `null` where it has none. */
  of(id: string): Signals {
    const key = keyOf(id)
    for (const { path, file, slots } of this.#parts) {
      const row = this.#search(key, path, file, slots)
      if (row === 0) continue
      readExactly(path, file, this.#row, slots * SLOT_BYTES + (row - 1) * this.#row.length)
      return Object.fromEntries(
        this.#columns.map((column, at) => {
          const value = this.#row.readDoubleLE(8 * at)
          return [column, Number.isNaN(value) ? null : value]
        }),
      )
    }
    return this.#none
  }

  close(): void {
    for (const { file } of this.#parts) closeSync(file)
  }

  /** Number of a document's row, from 1; 0 where it has none. */
  #search(key: Buffer, path: string, file: number, slots: number): number {
    for (let slot = firstSlot(key, slots), seen = 0; seen < slots; ) {
      const wanted = Math.min(SLOTS_READ, slots - slot)
      const read = this.#slots.subarray(0, wanted * SLOT_BYTES)
      readExactly(path, file, read, slot * SLOT_BYTES)
      for (let at = 0; at < read.length; at += SLOT_BYTES) {
        const row = read.readUInt32LE(at + KEY_BYTES)
        if (row === 0 || read.compare(key, 0, KEY_BYTES, at, at + KEY_BYTES) === 0) return row
      }
      seen += wanted
      slot = (slot + wanted) % slots
    }
    return 0
  }
}

function keyOf(id: string): Buffer {
  return hash('sha256', id, 'buffer')
}

/** Where the search for a key begins: by bytes of the hash that are not held, so that equal slots do not mean near keys. */
function firstSlot(key: Buffer, slots: number): number {
  return Math.floor((key.readUIntBE(KEY_BYTES, 6) / 2 ** 48) * slots)
}

function partName(part: number): string {
  return `by-id-${part}.bin`
}

function readExactly(path: string, file: number, into: Buffer, position: number): void {
  if (!readWhole(file, into, position)) throw damaged(path, new Error('unexpected end of file'))
}

function damaged(path: string, cause: unknown): TilthError {
  return new TilthError('input', `${path}: imported signals are not whole`, {
    hint: 'import them again under another name',
    cause,
  })
}
