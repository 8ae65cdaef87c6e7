import type { FinishedFile } from '../../formats/tokens/byte-file.ts'
import { idType, openTokenFile, type TokenFile, type TokenFormat } from '../../formats/tokens/token-file.ts'
import type { ChatTemplate } from '../../tokenizers/chat/chat-template.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
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
}

/** What `tokens.json` says of a shard. Tokens count the separators. */
interface Shard {
  readonly documents: number
  readonly tokens: number
  readonly files: readonly FinishedFile[]
}

/** Writes documents as tokens into a folder: shards by the format, and an index in which each document has its shard, start and length. */
export class TokenShards {
  readonly #folder: TokenFolder
  readonly #options: TokenShardOptions
  readonly #shards: Shard[] = []
  #file: TokenFile | undefined
  #documents = 0
  #tokens = 0
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
    ])
  }

  /** @param mask of conversations: for each id 1 where it is learned, and 0 where not. A separator is not. */
  add({ id, file, position }: TokenOrigin, ids: Uint32Array, mask?: Uint8Array): void {
    const { separator, shardTokens } = this.#options
    const whole = separator === undefined ? ids : withSeparator(ids, separator)
    if (this.#documents > 0 && this.#tokens + whole.length > shardTokens) this.#close()
    this.#open().add(id, whole, mask === undefined ? undefined : lengthened(mask, whole.length))
    if (mask !== undefined) this.#learned += mask.reduce((sum, each) => sum + each, 0)
    this.#folder.index.append({
      id,
      file: file ?? null,
      position,
      shard: this.#shards.length,
      start: this.#tokens,
      length: ids.length,
    })
    this.#documents++
    this.#tokens += whole.length
  }

  /** A row without tokens, where the format has a place for it. */
  fail(row: object): void {
    this.#open().fail(row)
  }

  /** Makes the folder whole. Gives the number of its shards. */
  finish(): number {
    if (this.#file !== undefined) this.#close()
    const { tokenizer, format, separator, template } = this.#options
    const { name, specification, vocabularySize } = tokenizer
    this.#folder.finish({
      tokenizer: { name, specification, vocabularySize },
      ...(template === undefined
        ? {}
        : { template: { name: template.name, specification: template.specification } }),
      format,
      separator: separator ?? null,
      documents: this.#shards.reduce((sum, { documents }) => sum + documents, 0),
      tokens: this.#shards.reduce((sum, { tokens }) => sum + tokens, 0),
      ...(template === undefined ? {} : { lossTokens: this.#learned }),
      shards: this.#shards,
    })
    return this.#shards.length
  }

  /** Removes what was written. Safe after {@link finish}. */
  abandon(): void {
    this.#file?.close()
    this.#folder.abandon()
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
