import { join } from 'node:path'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import { npyHeader } from './npy-header.ts'
import type { TokenFile } from './token-file.ts'
import { bytesOfType, packed, type TokenType } from './token-type.ts'

/** Bytes of the header of one dimension, whatever the count. */
const HEADER = 128
/** NumPy's names of the types. */
const NAMES = { uint8: '|u1', uint16: '<u2', int32: '<i4', uint32: '<u4' } as const

/** `.npy`: a one-dimensional array of NumPy, of the types that `.bin` has. `numpy.load(file, mmap_mode='r')` opens it. */
export class NpyFile implements TokenFile {
  readonly #type: TokenType
  readonly #file: ByteFile

  constructor(dir: string, stem: string, type: TokenType) {
    this.#type = type
    this.#file = new ByteFile(join(dir, `${stem}.npy`), `${stem}.npy`, HEADER)
  }

  add(_: string, ids: Uint32Array): void {
    this.#file.write(packed(ids, this.#type))
  }

  fail(): void {}

  finish(): readonly FinishedFile[] {
    const count = (this.#file.bytes - HEADER) / bytesOfType(this.#type)
    return [this.#file.finish(npyHeader(NAMES[this.#type], [count]))]
  }

  close(): void {
    this.#file.close()
  }
}
