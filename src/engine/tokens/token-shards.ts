import { join } from 'node:path'
import type { FinishedFile } from '../../formats/tokens/byte-file.ts'
import { idType, openTokenFile, type TokenFile, type TokenFormat } from '../../formats/tokens/token-file.ts'
import type { ChatTemplate } from '../../tokenizers/chat/chat-template.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { packedSequences } from '../../tokens/packing.ts'
import { type HeldDocument, HeldTokens } from './held-tokens.ts'
import { TokenFolder } from './token-folder.ts'

/** Where a document came from. */
export interface TokenOrigin {
  readonly id: string
  /** The input, where there were several. */
  readonly file: string | undefined
  /** Number of the row in its input, from 0. */
  readonly position: number
}

export interface TokenShardOptions {
  readonly format: TokenFormat
  readonly tokenizer: Pick<Tokenizer, 'name' | 'specification' | 'vocabularySize'>
  /** Stands behind each document. */
  readonly separator: number | undefined
  /** Of conversations: what their text was rendered by. A mask stands beside their ids. */
  readonly template?: Pick<ChatTemplate, 'name' | 'specification'>
  /** A shard is closed before a document that would make it longer. One document is never parted. */
  readonly shardTokens: number
  /** How documents are put; without it, as they come. */
  readonly order?: TokenOrder
}

/** An order by chance, which depends on nothing but the seed and the ids of documents. */
export interface TokenOrder {
  readonly seed: number
  /** A number from 0 to 1, drawn from an id. */
  readonly chance: (id: string) => number
  /** Tokens of a sequence, where documents are packed whole; `null` = they are not. */
  readonly sequence: number | null
  /** Fills sequences up. */
  readonly filler: number
}

/** Documents are packed with others of so many tokens at once. */
const PACKED_TOKENS = 1 << 25

/** A document, or a part of one that is longer than a sequence, in a row of a shard. */
interface Piece {
  readonly origin: TokenOrigin
  /** Number of its first token in the document. */
  readonly first: number
  /** Without the separator. */
  readonly length: number
  readonly ids: Uint32Array
  readonly mask: Uint8Array | undefined
}

/** What `tokens.json` says of a shard. Tokens count the separators. */
interface Shard {
  readonly documents: number
  readonly tokens: number
  readonly files: readonly FinishedFile[]
}

/**
 * Writes documents as tokens into a folder: shards by the format, and an index in which each document has its shard, start and length. In an
 * order by chance, documents wait in a file until all are there; those that are packed are rows of one length, called `SHARD:NUMBER`.
 */
export class TokenShards {
  readonly #folder: TokenFolder
  readonly #options: TokenShardOptions
  readonly #shards: Shard[] = []
  #file: TokenFile | undefined
  #documents = 0
  #tokens = 0
  #rows = 0
  #padding = 0
  #isPut = false
  readonly #held: HeldTokens | undefined
  /** Tokens of all shards that are learned. */
  #learned = 0

  /** @throws TilthError `usage` where there is something of that name already. */
  constructor(dir: string, options: TokenShardOptions) {
    this.#options = options
    this.#folder = new TokenFolder(dir, [
      { name: 'id', type: 'STRING', nullable: false },
      { name: 'file', type: 'STRING', nullable: true },
      { name: 'position', type: 'INT64', nullable: false },
      { name: 'shard', type: 'INT64', nullable: false },
      { name: 'start', type: 'INT64', nullable: false },
      { name: 'length', type: 'INT64', nullable: false },
      { name: 'first', type: 'INT64', nullable: false },
    ])
    if (options.order !== undefined) this.#held = new HeldTokens(join(this.#folder.partial, 'held'))
  }

  /** @param mask of conversations: for each id 1 where it is learned, and 0 where not. A separator is not. */
  add(origin: TokenOrigin, ids: Uint32Array, mask?: Uint8Array): void {
    const { separator, order } = this.#options
    const whole = separator === undefined ? ids : withSeparator(ids, separator)
    const wholeMask = mask === undefined ? undefined : lengthened(mask, whole.length)
    if (this.#held === undefined || order === undefined)
      this.#addWhole({ origin, ids: whole, mask: wholeMask })
    else this.#held.add({ origin, chance: order.chance(origin.id), ids: whole, mask: wholeMask })
  }

  /** A row without tokens, where the format has a place for it and rows have their order. */
  fail(row: object): void {
    if (this.#held === undefined) this.#open().fail(row)
  }

  /** Makes the folder whole. Gives the number of its shards, and of tokens that fill sequences up. */
  finish(): { readonly shards: number; readonly padding: number } {
    this.#putHeld()
    if (this.#file !== undefined) this.#close()
    const { tokenizer, format, separator, template, order } = this.#options
    const { name, specification, vocabularySize } = tokenizer
    this.#folder.finish({
      tokenizer: { name, specification, vocabularySize },
      ...(template === undefined
        ? {}
        : { template: { name: template.name, specification: template.specification } }),
      format,
      separator: separator ?? null,
      ...(order === undefined
        ? {}
        : { seed: order.seed, sequence: order.sequence, padding: this.#padding, filler: order.filler }),
      documents: this.#shards.reduce((sum, { documents }) => sum + documents, 0),
      tokens: this.#shards.reduce((sum, { tokens }) => sum + tokens, 0),
      ...(template === undefined ? {} : { lossTokens: this.#learned }),
      shards: this.#shards,
    })
    return { shards: this.#shards.length, padding: this.#padding }
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    this.#file?.close()
    if (!this.#isPut) this.#held?.close()
    this.#isPut = true
    this.#folder.abandon()
  }

  #addWhole({ origin, ids, mask }: Pick<HeldDocument, 'origin' | 'ids' | 'mask'>): void {
    const length = ids.length - (this.#options.separator === undefined ? 0 : 1)
    this.#put(origin.id, [{ origin, first: 0, length, ids, mask }], ids.length)
  }

  /** Writes what was waiting for its place. */
  #putHeld(): void {
    const { order } = this.#options
    if (this.#held === undefined || order === undefined) return
    let waiting: HeldDocument[] = []
    let tokens = 0
    let group = 0
    for (const documents of this.#held.inOrder()) {
      if (order.sequence === null) {
        for (const document of documents) this.#addWhole(document)
        continue
      }
      waiting = [...waiting, ...documents]
      tokens += documents.reduce((sum, { ids }) => sum + ids.length, 0)
      if (tokens < PACKED_TOKENS) continue
      this.#pack(waiting, order, group++)
      waiting = []
      tokens = 0
    }
    if (order.sequence !== null) this.#pack(waiting, order, group)
    this.#held.close()
    this.#isPut = true
  }

  #pack(documents: readonly HeldDocument[], { sequence, seed }: TokenOrder, group: number): void {
    const capacity = sequence ?? 0
    const lengths = documents.map(({ ids }) => ids.length)
    for (const pieces of packedSequences(lengths, capacity, seed + group)) {
      const placed = pieces.flatMap(({ document, first, behind }): Piece[] => {
        const of = documents[document]
        if (of === undefined) return []
        const isEnd = behind === of.ids.length && this.#options.separator !== undefined
        return [
          {
            origin: of.origin,
            first,
            length: behind - first - (isEnd ? 1 : 0),
            ids: of.ids.subarray(first, behind),
            mask: of.mask?.subarray(first, behind),
          },
        ]
      })
      this.#put(undefined, placed, capacity)
    }
  }

  /** Writes a row, filled up to its length. Without a name, it has that of its place. */
  #put(name: string | undefined, pieces: readonly Piece[], length: number): void {
    const { shardTokens, order } = this.#options
    if (this.#rows > 0 && this.#tokens + length > shardTokens) this.#close()
    const ids = new Uint32Array(length).fill(order?.filler ?? 0)
    const mask = new Uint8Array(length)
    let filled = 0
    for (const piece of pieces) {
      ids.set(piece.ids, filled)
      if (piece.mask !== undefined) mask.set(piece.mask, filled)
      const { id, file, position } = piece.origin
      this.#folder.index.append({
        id,
        file: file ?? null,
        position,
        shard: this.#shards.length,
        start: this.#tokens + filled,
        length: piece.length,
        first: piece.first,
      })
      if (piece.first === 0) this.#documents++
      filled += piece.ids.length
    }
    const hasMask = this.#options.template !== undefined
    const file = this.#open()
    file.add(name ?? `${this.#shards.length}:${this.#rows}`, ids, hasMask ? mask : undefined)
    this.#learned += mask.reduce((sum, each) => sum + each, 0)
    this.#rows++
    this.#padding += length - filled
    this.#tokens += length
  }

  #open(): TokenFile {
    const { format, tokenizer, template } = this.#options
    this.#file ??= openTokenFile(format, this.#folder.partial, this.#shards.length, {
      type: idType(format, tokenizer.vocabularySize),
      hasMask: template !== undefined,
    })
    return this.#file
  }

  #close(): void {
    const files = this.#open().finish()
    this.#shards.push({ documents: this.#documents, tokens: this.#tokens, files })
    this.#file = undefined
    this.#documents = 0
    this.#tokens = 0
    this.#rows = 0
  }
}

function withSeparator(ids: Uint32Array, separator: number): Uint32Array {
  const whole = new Uint32Array(ids.length + 1)
  whole.set(ids)
  whole[ids.length] = separator
  return whole
}

/** A mask with zeros behind it. */
function lengthened(mask: Uint8Array, length: number): Uint8Array {
  if (mask.length === length) return mask
  const whole = new Uint8Array(length)
  whole.set(mask)
  return whole
}
