import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Manifest } from '../model/version.ts'
import { TableReader } from './table.ts'

/** Where a document was read. */
export interface Origin {
  /** URI of the input. */
  readonly source: string
  /** SHA-256 of its bytes. */
  readonly input: string
  readonly record: number
}

/** Where a document was first read, and the versions that it went through from there, the first one last. */
export interface FirstOrigin extends Origin {
  readonly through: readonly string[]
}

interface Shard {
  /** The version, as `NAME@NUMBER`. */
  readonly ref: string
  readonly table: TableReader
  /** Columns of the row group that was read last. */
  group?: {
    readonly first: number
    readonly rows: number
    readonly columns: ReadonlyMap<string, ArrayLike<unknown>>
  }
}

/** Shards that are open at a time: rows of one stand together. */
const MOST_OPEN = 32

/** A chain of versions is as long as someone has made it; a longer one than this is a loop. */
const MOST_VERSIONS = 1000

/**
 * Follows documents of versions whose input was a version, to the file that the first of them read: the record of a WARC in place of the row of a
 * shard. A version that is there no more, or whose shard is another by its hash, is where the way ends. Close it.
 *
 * Memory: three columns of a row group for each of 32 shards.
 */
export class FirstOrigins {
  readonly #store: string
  readonly #shards = new Map<string, Shard | undefined>()

  /** @param dir directory of a version in the same store. */
  constructor(dir: string) {
    this.#store = dirname(dir)
  }

  async of({ source, input, record }: Origin): Promise<FirstOrigin> {
    let at: Origin = { source, input, record }
    const through: string[] = []
    while (through.length < MOST_VERSIONS) {
      const shard = await this.#shardOf(at)
      const before = shard && (await originAt(shard, at.record))
      if (shard === undefined || before === undefined) break
      through.push(shard.ref)
      at = before
    }
    return { ...at, through }
  }

  async close(): Promise<void> {
    for (const shard of this.#shards.values()) await shard?.table.close()
    this.#shards.clear()
  }

  async #shardOf({ source, input }: Origin): Promise<Shard | undefined> {
    const key = `${source}\0${input}`
    if (!this.#shards.has(key)) {
      const [oldest] = this.#shards.keys()
      if (this.#shards.size >= MOST_OPEN && oldest !== undefined) {
        await this.#shards.get(oldest)?.table.close()
        this.#shards.delete(oldest)
      }
      this.#shards.set(key, await openShard(source, input, this.#store))
    }
    return this.#shards.get(key)
  }
}

/** The shard of a version that a URI leads to, also where the store has been moved; `undefined` = it is none. */
async function openShard(source: string, input: string, store: string): Promise<Shard | undefined> {
  if (!/^file:.*\.parquet$/.test(source)) return undefined
  const path = fileURLToPath(source)
  const [file, version] = [basename(path), basename(dirname(path))]
  for (const dir of [join(store, version), dirname(path)]) {
    if (!existsSync(join(dir, 'manifest.json')) || !existsSync(join(dir, file))) continue
    const { name, number, shards } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Manifest
    const isSame = shards.some((shard) => shard.file === file && shard.sha256 === input)
    if (isSame) return { ref: `${name}@${number}`, table: await TableReader.open(join(dir, file)) }
  }
  return undefined
}

const COLUMNS = ['source', 'input', 'record']

async function originAt(shard: Shard, row: number): Promise<Origin | undefined> {
  let { group } = shard
  if (group === undefined || row < group.first || row >= group.first + group.rows) {
    const found = shard.table.groups.find(({ first, rows }) => row >= first && row < first + rows)
    if (found === undefined) return undefined
    const columns = await shard.table.columns(found, COLUMNS)
    group = { first: found.first, rows: found.rows, columns }
    shard.group = group
  }
  const cell = (name: string): unknown => group.columns.get(name)?.[row - group.first]
  return { source: String(cell('source')), input: String(cell('input')), record: Number(cell('record')) }
}
