import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { TilthError } from '../../model/error.ts'
import { readWhole } from '../../store/read-whole.ts'
import { type TokenSet, widthOf } from './token-set.ts'

/** Reads ids of a token set, whose shards are one after another. Close it. */
export class TokenReader {
  readonly #files: string
  readonly #set: TokenSet
  readonly #width: 2 | 4
  /** Number of the first token of each shard, and of all behind the last. */
  readonly #starts: readonly number[]
  readonly #open = new Map<number, number>()

  constructor(files: string, set: TokenSet) {
    this.#files = files
    this.#set = set
    this.#width = widthOf(set)
    const starts = [0]
    for (const { tokens } of set.shards) starts.push((starts.at(-1) ?? 0) + tokens)
    this.#starts = starts
  }

  /** The shard that a token of the set is in, and its number there. */
  placeOf(token: number): { readonly shard: number; readonly offset: number } {
    let shard = 0
    while (token >= (this.#starts[shard + 1] ?? Number.POSITIVE_INFINITY)) shard++
    return { shard, offset: token - (this.#starts[shard] ?? 0) }
  }

  /** Bytes of the ids from one to another (not included), as they are stored. @throws TilthError `damaged` where a shard is cut. */
  bytes(from: number, to: number): Uint8Array {
    const width = this.#width
    const bytes = Buffer.allocUnsafe((to - from) * width)
    for (let token = from; token < to; ) {
      const { shard, offset } = this.placeOf(token)
      const end = Math.min(to, this.#starts[shard + 1] ?? to)
      this.#read(shard, bytes.subarray((token - from) * width, (end - from) * width), offset * width)
      token = end
    }
    return bytes
  }

  ids(from: number, to: number): Uint32Array {
    // A copy begins where numbers may; the machines that Node runs on are little-endian, as the files are.
    const { buffer } = Uint8Array.from(this.bytes(from, to))
    return this.#width === 2 ? new Uint32Array(new Uint16Array(buffer)) : new Uint32Array(buffer)
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file)
    this.#open.clear()
  }

  #read(shard: number, into: Uint8Array, position: number): void {
    const path = join(this.#files, this.#set.shards[shard]?.file ?? '')
    let file = this.#open.get(shard)
    if (file === undefined) this.#open.set(shard, (file = openSync(path, 'r')))
    if (!readWhole(file, into, position))
      throw new TilthError('damaged', `${path}: shorter than its set says`)
  }
}
