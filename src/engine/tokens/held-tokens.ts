import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { writeWhole } from '../../store/write-whole.ts'
import type { TokenOrigin } from './token-shards.ts'

/** Documents are dealt out by chance to so many parts, each of which is sorted in memory. */
const PARTS = 256

/** Bytes that are held before they go to disk. */
const HELD_BYTES = 64 << 20

/** A document and its tokens, separator counted. */
export interface HeldDocument {
  readonly origin: TokenOrigin
  readonly chance: number
  readonly ids: Uint32Array
  readonly mask: Uint8Array | undefined
}

interface Section {
  readonly part: number
  readonly offset: number
  readonly headBytes: number
  readonly bytes: number
}

/** What a section says of a document. */
interface Head {
  readonly origin: TokenOrigin
  readonly chance: number
  readonly tokens: number
  readonly hasMask: boolean
}

/**
 * Documents that are waiting for their place in an order by chance, in a file that goes away again.
 *
 * Memory: 64 MiB while they come; afterwards the ids of one part of 256.
 */
export class HeldTokens {
  readonly #path: string
  readonly #mostBytes: number
  readonly #file: number
  readonly #sections: Section[] = []
  #parts = new Map<number, HeldDocument[]>()
  #heldBytes = 0
  #written = 0

  constructor(path: string, mostBytes: number = HELD_BYTES) {
    this.#path = path
    this.#mostBytes = mostBytes
    this.#file = openSync(path, 'wx+')
  }

  add(document: HeldDocument): void {
    const part = Math.floor(document.chance * PARTS)
    const list = this.#parts.get(part)
    if (list === undefined) this.#parts.set(part, [document])
    else list.push(document)
    this.#heldBytes += document.ids.byteLength + (document.mask?.length ?? 0)
    if (this.#heldBytes >= this.#mostBytes) this.#spill()
  }

  /** All documents by their chance, those of one chance as they came; in lists, one in memory at a time. */
  *inOrder(): Generator<readonly HeldDocument[]> {
    this.#spill()
    for (let part = 0; part < PARTS; part++) {
      const documents = this.#sections
        .filter((section) => section.part === part)
        .flatMap((section) => this.#read(section))
      if (documents.length > 0) yield documents.sort((a, b) => a.chance - b.chance)
    }
  }

  /** Removes the file. */
  close(): void {
    closeSync(this.#file)
    rmSync(this.#path, { force: true })
  }

  #spill(): void {
    for (const [part, documents] of this.#parts) {
      const heads = documents.map(
        ({ origin, chance, ids, mask }): Head => ({
          origin,
          chance,
          tokens: ids.length,
          hasMask: mask !== undefined,
        }),
      )
      const head = Buffer.from(JSON.stringify(heads))
      const rest = documents.flatMap(({ ids, mask }) => [bytesOf(ids), ...(mask === undefined ? [] : [mask])])
      const bytes = rest.reduce((sum, each) => sum + each.length, 0)
      this.#sections.push({ part, offset: this.#written, headBytes: head.length, bytes })
      for (const each of [head, ...rest]) writeWhole(this.#file, each)
      this.#written += head.length + bytes
    }
    this.#parts = new Map()
    this.#heldBytes = 0
  }

  #read({ offset, headBytes, bytes }: Section): readonly HeldDocument[] {
    const heads = JSON.parse(Buffer.from(this.#bytes(offset, headBytes)).toString()) as Head[]
    const rest = this.#bytes(offset + headBytes, bytes)
    let at = 0
    const taken = (length: number): Uint8Array => rest.slice(at, (at += length))
    return heads.map(({ origin, chance, tokens, hasMask }) => {
      const ids = new Uint32Array(taken(4 * tokens).buffer)
      return {
        origin: { ...origin, file: origin.file },
        chance,
        ids,
        mask: hasMask ? taken(tokens) : undefined,
      }
    })
  }

  #bytes(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const read = readSync(this.#file, bytes, done, length - done, offset + done)
      if (read === 0) throw new Error(`${this.#path}: ends too early`)
      done += read
    }
    return bytes
  }
}

function bytesOf(ids: Uint32Array): Uint8Array {
  return new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength)
}
