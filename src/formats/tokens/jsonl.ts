import { join } from 'node:path'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'

/** `.jsonl`: `{"id", "tokens"}` a line, in order, with a mask `loss_mask` behind them; a row that could not be read is `{"id", "error", "position"}` in its place. */
export class JsonlFile implements TokenFile {
  readonly #file: ByteFile

  constructor(dir: string, stem: string) {
    this.#file = new ByteFile(join(dir, `${stem}.jsonl`), `${stem}.jsonl`)
  }

  add(id: string, ids: Uint32Array, mask?: Uint8Array): void {
    const learned = mask === undefined ? '' : `,"loss_mask":[${mask.join()}]`
    this.#file.write(Buffer.from(`{"id":${JSON.stringify(id)},"tokens":[${ids.join()}]${learned}}\n`))
  }

  fail(row: object): void {
    this.#file.write(Buffer.from(`${JSON.stringify(row)}\n`))
  }

  finish(): readonly FinishedFile[] {
    return [this.#file.finish()]
  }

  close(): void {
    this.#file.close()
  }
}
