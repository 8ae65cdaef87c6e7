import { join } from 'node:path'
import type { FinishedFile } from '../../formats/tokens/byte-file.ts'
import { openTokenFile, type TokenFile, type TokenFormat } from '../../formats/tokens/token-file.ts'
import { type Row, readTable } from '../../store/table.ts'
import { TokenFolder } from './token-folder.ts'
import { TokenReader } from './token-reader.ts'
import { DOCUMENT_COLUMNS, type OpenTokenSet, type TokenSet } from './token-set.ts'

/** Tokens that are read at once. */
const CHUNK = 1 << 20

export interface TokenExport {
  readonly dir: string
  readonly files: readonly FinishedFile[]
}

/**
 * Writes a token set in a layout that training programs read, shard by shard and in its order: into a folder that has its name only when
 * all of it is there.
 *
 * `bin` and `npy` are the ids as they are. In the other formats a row is a document with its separator, or, where documents are packed, a
 * sequence with what fills it up, called `SHARD:NUMBER`.
 *
 * Memory: a row group of the index, and a million tokens or the longest document.
 *
 * @throws TilthError `usage` where there is something of that name already, `damaged`.
 */
export async function exportTokenSet(
  open: OpenTokenSet,
  format: TokenFormat,
  out: string,
): Promise<TokenExport> {
  const folder = new TokenFolder(out, [
    { name: 'shard', type: 'INT64', nullable: false },
    ...DOCUMENT_COLUMNS,
  ])
  const reader = new TokenReader(open.files, open.set)
  try {
    const shards: object[] = []
    const files: FinishedFile[] = []
    let first = 0
    for (const [number, { tokens, documents, index: table }] of open.set.shards.entries()) {
      const path = join(open.files, table)
      const shard = { set: open.set, reader, number, first, tokens }
      const written = await writeShard(format, folder.partial, shard, documentRows(path))
      for await (const row of documentRows(path)) folder.index.append({ shard: number, ...row })
      shards.push({ documents, tokens, files: written })
      files.push(...written)
      first += tokens
    }
    const { formatVersion: _, type: __, shards: ___, ...about } = open.set
    folder.finish({ set: open.ref, format, ...about, shards })
    return { dir: folder.dir, files }
  } finally {
    reader.close()
    folder.abandon()
  }
}

interface SetShard {
  readonly set: TokenSet
  readonly reader: TokenReader
  readonly number: number
  /** Number of its first token in the set. */
  readonly first: number
  readonly tokens: number
}

async function writeShard(
  format: TokenFormat,
  dir: string,
  shard: SetShard,
  documents: AsyncIterable<Row>,
): Promise<readonly FinishedFile[]> {
  const { set, number } = shard
  const file = openTokenFile(format, dir, number, { type: set.type, hasMask: false })
  try {
    if (format === 'bin' || format === 'npy') writePieces(file, shard, CHUNK)
    else if (set.sequence !== null) writePieces(file, shard, set.sequence)
    else {
      for await (const { id, start, tokens } of documents) {
        const from = shard.first + Number(start)
        file.add(String(id), shard.reader.ids(from, from + Number(tokens)))
      }
    }
    return file.finish()
  } finally {
    file.close()
  }
}

/** Writes the tokens of a shard in rows of a length. */
function writePieces(file: TokenFile, { reader, number, first, tokens }: SetShard, length: number): void {
  let row = 0
  for (let from = 0; from < tokens; from += length)
    file.add(`${number}:${row++}`, reader.ids(first + from, first + Math.min(tokens, from + length)))
}

async function* documentRows(path: string): AsyncGenerator<Row> {
  for await (const batch of readTable(path)) yield* batch
}
