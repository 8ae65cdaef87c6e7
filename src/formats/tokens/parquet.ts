import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'

/** A row group is closed at so many tokens or documents. */
const GROUP_TOKENS = 1 << 20
const GROUP_ROWS = 10_000

/** `.parquet`: the columns `id`, a text, and `input_ids`, a list of 32-bit numbers; zstd. `datasets` and pyarrow open it. */
export class ParquetFile implements TokenFile {
  readonly #file: ByteFile
  readonly #bytes = new ByteWriter(1 << 16)
  readonly #parquet: ParquetWriter
  #ids: string[] = []
  #tokens: number[][] = []
  #held = 0

  constructor(dir: string, stem: string) {
    this.#file = new ByteFile(join(dir, `${stem}.parquet`), `${stem}.parquet`)
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        { name: 'input_ids', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: 'INT32', repetition_type: 'REQUIRED' },
      ],
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: 'tilth',
    })
  }

  add(id: string, ids: Uint32Array): void {
    this.#ids.push(id)
    this.#tokens.push(Array.from(ids))
    this.#held += ids.length
    if (this.#held >= GROUP_TOKENS || this.#ids.length >= GROUP_ROWS) this.#closeGroup()
  }

  fail(): void {}

  finish(): readonly FinishedFile[] {
    this.#closeGroup()
    void this.#parquet.finish()
    this.#drain()
    return [this.#file.finish()]
  }

  close(): void {
    this.#file.close()
  }

  #closeGroup(): void {
    if (this.#ids.length === 0) return
    void this.#parquet.write({
      columnData: [
        { name: 'id', data: this.#ids },
        { name: 'input_ids', data: this.#tokens },
      ],
      rowGroupSize: this.#ids.length,
    })
    this.#ids = []
    this.#tokens = []
    this.#held = 0
    this.#drain()
  }

  #drain(): void {
    this.#file.write(this.#bytes.getBytes())
    this.#bytes.index = 0
  }
}
