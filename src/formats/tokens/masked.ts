import type { FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'

/** Ids in one flat file, and in another beside it, a number for each id, whether it is learned. */
export class MaskedFile implements TokenFile {
  readonly #ids: TokenFile
  readonly #mask: TokenFile

  constructor(ids: TokenFile, mask: TokenFile) {
    this.#ids = ids
    this.#mask = mask
  }

  add(id: string, ids: Uint32Array, mask = new Uint8Array(ids.length)): void {
    this.#ids.add(id, ids)
    this.#mask.add(id, Uint32Array.from(mask))
  }

  fail(): void {}

  finish(): readonly FinishedFile[] {
    return [...this.#ids.finish(), ...this.#mask.finish()]
  }

  close(): void {
    this.#ids.close()
    this.#mask.close()
  }
}
