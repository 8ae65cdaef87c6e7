import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { ByteFile, type FinishedFile } from './byte-file.ts'
import type { TokenFile } from './token-file.ts'

/** A row group is closed at so many tokens or documents. */
const GROUP_TOKENS = 1 << 20
const GROUP_ROWS = 10_000

const list = (name: string, element: object): SchemaElement[] => [
  { name, converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'INT32', repetition_type: 'REQUIRED', ...element },
]

/**
 * `.parquet`: the columns `id`, a text, `input_ids`, a list of 32-bit numbers, and with a mask `loss_mask`, a list of bytes; zstd.
 * `datasets` and pyarrow open it.
 */
export class ParquetFile implements TokenFile {
  readonly #file: ByteFile
  readonly #bytes = new ByteWriter(1 << 16)
  readonly #parquet: ParquetWriter
  #ids: string[] = []
  #tokens: number[][] = []
  #masks: number[][] = []
  readonly #hasMask: boolean
  #held = 0

  constructor(dir: string, stem: string, hasMask: boolean) {
    this.#hasMask = hasMask
    this.#file = new ByteFile(join(dir, `${stem}.parquet`), `${stem}.parquet`)
    this.#parquet = new ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: 'root', num_children: hasMask ? 3 : 2 },
        { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
        ...list('input_ids', {}),
        ...(hasMask ? list('loss_mask', { converted_type: 'UINT_8' }) : []),
      ],
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: 'tilth',
    })
  }

  add(id: string, ids: Uint32Array, mask = new Uint8Array(ids.length)): void {
    this.#ids.push(id)
    this.#tokens.push(Array.from(ids))
    if (this.#hasMask) this.#masks.push(Array.from(mask))
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
        ...(this.#hasMask ? [{ name: 'loss_mask', data: this.#masks }] : []),
      ],
      rowGroupSize: this.#ids.length,
    })
    this.#ids = []
    this.#tokens = []
    this.#masks = []
    this.#held = 0
    this.#drain()
  }

  #drain(): void {
    this.#file.write(this.#bytes.getBytes())
    this.#bytes.index = 0
  }
}
