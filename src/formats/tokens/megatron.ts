import { join } from 'node:path'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'
import { bytesOfType, packed } from './token-type.ts'

/** Megatron-LM's numbers of the types. It has no unsigned type of 32 bits. */
const CODES = { uint16: 8, int32: 4 } as const
export type MegatronType = keyof typeof CODES

/**
 * Megatron-LM's `.bin` and `.idx`: ids one after another, and where each document begins.
 *
 * The index is the magic `MMIDIDX`, two zeros, the version 1 (u64), the type of an id (u8), the number of sequences (u64) and of
 * entries of documents (u64); then the length of each sequence in ids (i32), where it begins in bytes (i64), and at which sequence each
 * document begins, the end included (i64). A document is one sequence. All is little-endian.
 */
export class MegatronFile implements TokenFile {
  readonly #type: MegatronType
  readonly #code: number
  readonly #file: ByteFile
  readonly #dir: string
  readonly #stem: string
  readonly #lengths: number[] = []

  constructor(dir: string, stem: string, type: MegatronType) {
    this.#type = type
    this.#code = CODES[type]
    this.#dir = dir
    this.#stem = stem
    this.#file = new ByteFile(join(dir, `${stem}.bin`), `${stem}.bin`)
  }

  add(_: string, ids: Uint32Array): void {
    this.#file.write(packed(ids, this.#type))
    this.#lengths.push(ids.length)
  }

  fail(): void {}

  finish(): readonly FinishedFile[] {
    const index = new ByteFile(join(this.#dir, `${this.#stem}.idx`), `${this.#stem}.idx`)
    try {
      const count = this.#lengths.length
      const head = Buffer.alloc(34)
      head.write('MMIDIDX\0\0', 'latin1')
      head.writeBigUInt64LE(1n, 9)
      head.writeUInt8(this.#code, 17)
      head.writeBigUInt64LE(BigInt(count), 18)
      head.writeBigUInt64LE(BigInt(count + 1), 26)
      index.write(head)
      const lengths = Buffer.alloc(count * 4)
      const places = Buffer.alloc(count * 8)
      const documents = Buffer.alloc((count + 1) * 8)
      let place = 0
      for (const [at, length] of this.#lengths.entries()) {
        lengths.writeInt32LE(length, at * 4)
        places.writeBigInt64LE(BigInt(place), at * 8)
        documents.writeBigInt64LE(BigInt(at), at * 8)
        place += length * bytesOfType(this.#type)
      }
      documents.writeBigInt64LE(BigInt(count), count * 8)
      for (const part of [lengths, places, documents]) index.write(part)
      return [this.#file.finish(), index.finish()]
    } finally {
      index.close()
    }
  }

  close(): void {
    this.#file.close()
  }
}
