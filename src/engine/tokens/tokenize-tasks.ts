import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { FirstOrigins } from '../../store/first-origin.ts'
import { readWhole } from '../../store/read-whole.ts'
import { writeWholeFile } from '../../store/store.ts'
import { readTable, TableWriter } from '../../store/table.ts'
import { writeWhole } from '../../store/write-whole.ts'
import { loadTextHash } from '../../text/hash.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { packedSequences } from '../../tokens/packing.ts'
import { checked, unchecked } from '../local/cache-file.ts'
import { DOCUMENT_COLUMNS } from './token-set.ts'
import { tokenizerOf } from './tokenizer-of.ts'

export interface TokenizeTask {
  /** A shard of the version's kept documents. */
  readonly shard: string
  readonly encoding: string
  readonly separator: number | null
  readonly seed: number
  /** Shards that the set will have. */
  readonly buckets: number
  readonly out: string
}

/** What of a version's shard goes into one shard of the set: where it lies in the task's file. */
export interface TokenSection {
  readonly bucket: number
  readonly offset: number
  /** Bytes of the documents' descriptions, and of their ids behind them: 4 each. */
  readonly headBytes: number
  readonly idBytes: number
}

interface HeldDocument {
  readonly id: string
  readonly chance: number
  readonly tokens: number
  readonly url: string | null
  readonly source: string
  readonly record: number
}

/** Makes ids of one shard's texts, dealt out by chance. What a stopped run had made is taken as it is. */
export async function tokenizeShard(task: TokenizeTask): Promise<readonly TokenSection[]> {
  const index = `${task.out}.json`
  if (existsSync(index)) return JSON.parse(readFileSync(index, 'utf8')) as TokenSection[]
  const tokenizer = tokenizerOf(task.encoding)
  const held = new Map<number, { documents: HeldDocument[]; ids: Uint8Array[] }>()
  const textHash = await loadTextHash()
  const origins = new FirstOrigins(dirname(task.shard))
  for await (const batch of readTable(task.shard, ['id', 'text', 'url', 'source', 'input', 'record'])) {
    for (const row of batch) {
      const [id, text] = [String(row['id']), String(row['text'])]
      const ids = withSeparator(tokenizer, text, task.separator)
      const chance = textHash.chance(`${task.seed}:tokens`, id)
      const bucket = Math.floor(chance * task.buckets)
      let list = held.get(bucket)
      if (list === undefined) held.set(bucket, (list = { documents: [], ids: [] }))
      const url = row['url'] === null || row['url'] === undefined ? null : String(row['url'])
      const { source, record } = await origins.of({
        source: String(row['source']),
        input: String(row['input']),
        record: Number(row['record']),
      })
      list.documents.push({ id, chance, tokens: ids.length, url, source, record })
      list.ids.push(new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength))
    }
  }
  await origins.close()
  const sections: TokenSection[] = []
  const partial = `${task.out}.${process.pid}.partial`
  const file = openSync(partial, 'w')
  try {
    let offset = 0
    for (const [bucket, { documents, ids }] of held) {
      const head = checked(JSON.stringify(documents))
      writeWhole(file, head)
      let idBytes = 0
      for (const bytes of ids) {
        writeWhole(file, bytes)
        idBytes += bytes.length
      }
      sections.push({ bucket, offset, headBytes: head.length, idBytes })
      offset += head.length + idBytes
    }
  } finally {
    closeSync(file)
  }
  renameSync(partial, task.out)
  await writeWholeFile(index, JSON.stringify(sections))
  return sections
}

/** A copy of a text's ids, the separator behind them. */
function withSeparator(tokenizer: Tokenizer, text: string, separator: number | null): Uint32Array {
  const ids = tokenizer.encode(text)
  const all = new Uint32Array(ids.length + (separator === null ? 0 : 1))
  all.set(ids)
  if (separator !== null) all[ids.length] = separator
  return all
}

export interface GatherTask {
  readonly sections: readonly (TokenSection & { readonly path: string })[]
  readonly width: 2 | 4
  /** Tokens of a sequence, where documents are packed whole; and what fills one up. */
  readonly sequence: number | null
  readonly filler: number
  /** Of the order of packed sequences. */
  readonly seed: number
  /** Paths of the ids and of their index. */
  readonly out: string
  readonly index: string
}

/** Writes one shard of the set: its documents in the order of their chance, then of their ids; packed ones in sequences by chance. */
export function gatherTokens(task: GatherTask): {
  readonly tokens: number
  readonly documents: number
  readonly padding: number
} {
  const { sections, width, out, index } = task
  const documents: (HeldDocument & { readonly ids: Uint32Array })[] = []
  for (const { path, offset, headBytes, idBytes } of sections) {
    const bytes = readAt(path, offset, headBytes + idBytes)
    const heads = JSON.parse(unchecked(bytes.subarray(0, headBytes))) as HeldDocument[]
    // A copy, so that it starts where 32-bit numbers may.
    const ids = new Uint32Array(idBytes / 4)
    new Uint8Array(ids.buffer).set(bytes.subarray(headBytes))
    let start = 0
    for (const head of heads) {
      documents.push({ ...head, ids: ids.subarray(start, start + head.tokens) })
      start += head.tokens
    }
  }
  documents.sort((a, b) => a.chance - b.chance || (a.id < b.id ? -1 : 1))
  const partial = `${out}.${process.pid}.partial`
  const file = openSync(partial, 'w')
  const table = new TableWriter(index, DOCUMENT_COLUMNS)
  let [tokens, padding] = [0, 0]
  const write = (ids: Uint32Array): void => {
    const narrow = width === 2 ? Uint16Array.from(ids) : ids
    writeWhole(file, new Uint8Array(narrow.buffer, narrow.byteOffset, narrow.byteLength))
    tokens += ids.length
  }
  const append = (document: number, first: number, behind: number): void => {
    const { id, url, source, record, ids } = documents[document] as HeldDocument & {
      readonly ids: Uint32Array
    }
    table.append({ id, start: tokens, first, tokens: behind - first, url, source, record })
    write(ids.subarray(first, behind))
  }
  try {
    if (task.sequence === null) for (const [at, { ids }] of documents.entries()) append(at, 0, ids.length)
    else {
      const lengths = documents.map(({ ids }) => ids.length)
      for (const pieces of packedSequences(lengths, task.sequence, task.seed)) {
        let room = task.sequence
        for (const { document, first, behind } of pieces) {
          append(document, first, behind)
          room -= behind - first
        }
        write(new Uint32Array(room).fill(task.filler))
        padding += room
      }
    }
    table.finish()
  } finally {
    closeSync(file)
    table.abandon()
  }
  renameSync(partial, out)
  return { tokens, documents: documents.length, padding }
}

function readAt(path: string, offset: number, length: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.allocUnsafe(length)
    if (!readWhole(file, bytes, offset)) throw new Error(`${path} ends early`)
    return bytes
  } finally {
    closeSync(file)
  }
}
