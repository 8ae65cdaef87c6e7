import { join } from 'node:path'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'
import { packed, type TokenType } from './token-type.ts'

/**
 * `.bin`: ids one after another, little-endian, and nothing else; `uint16` where the vocabulary has up to 65,536 ids, `uint32` above.
 * `numpy.memmap(file, dtype='uint16')` opens it.
 */
export class BinFile implements TokenFile {
  readonly #type: TokenType
  readonly #file: ByteFile

  constructor(dir: string, stem: string, type: TokenType) {
    this.#type = type
    this.#file = new ByteFile(join(dir, `${stem}.bin`), `${stem}.bin`)
  }

  add(_: string, ids: Uint32Array): void {
    this.#file.write(packed(ids, this.#type))
  }

  fail(): void {}

  finish(): readonly FinishedFile[] {
    return [this.#file.finish()]
  }

  close(): void {
    this.#file.close()
  }
}
