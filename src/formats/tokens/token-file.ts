import type { FinishedFile } from './byte-file.ts'
import { BinFile } from './flat.ts'
import { JsonlFile } from './jsonl.ts'
import { MaskedFile } from './masked.ts'
import { MegatronFile } from './megatron.ts'
import { NpyFile } from './npy.ts'
import { ParquetFile } from './parquet.ts'
import type { TokenType } from './token-type.ts'

/** A shard of tokens that is being written. */
export interface TokenFile {
  /**
   * Appends a document: all of its ids, with the separator behind it if there is one.
   *
   * @param mask for each id 1 where it is learned and 0 where not, of files that were opened with a mask.
   */
  add(id: string, ids: Uint32Array, mask?: Uint8Array): void
  /** A row that has no tokens, in formats that have a place for it. */
  fail(row: object): void
  /** Makes the files whole and durable. */
  finish(): readonly FinishedFile[]
  /** Closes the files as they are. Safe after {@link finish}. */
  close(): void
}

export const TOKEN_FORMATS = ['jsonl', 'npy', 'bin', 'megatron', 'parquet'] as const
export type TokenFormat = (typeof TOKEN_FORMATS)[number]

/** Formats in which one document follows another and nothing but a token tells them apart. */
export function isFlat(format: TokenFormat): boolean {
  return format === 'bin' || format === 'npy' || format === 'megatron'
}

export type IdType = 'uint16' | 'uint32'

/** Vocabularies below this are stored in 16 bits by Megatron-LM. */
const SHORT_VOCABULARY = 65_500

/** The smallest type that has room for all ids of a vocabulary, as the format's own programs decide it. */
export function idType(format: TokenFormat, vocabularySize: number): IdType {
  const most = format === 'megatron' ? SHORT_VOCABULARY - 1 : 1 << 16
  return vocabularySize <= most ? 'uint16' : 'uint32'
}

/** What a shard is opened with. */
export interface TokenFileOptions {
  /** How ids are stored, where the format leaves a choice: {@link idType}. */
  readonly type: IdType
  /** Whether each id has a place for whether it is learned. Megatron-LM's layout has none. */
  readonly hasMask: boolean
}

/** Opens a shard in a folder. Its files have the name `tokens-NUMBER` and an ending of the format; those of flat masks `mask-NUMBER`. */
export function openTokenFile(
  format: TokenFormat,
  dir: string,
  number: number,
  { type, hasMask }: TokenFileOptions,
): TokenFile {
  const digits = String(number).padStart(5, '0')
  const stem = `tokens-${digits}`
  if (format === 'jsonl') return new JsonlFile(dir, stem)
  if (format === 'parquet') return new ParquetFile(dir, stem, hasMask)
  if (format === 'megatron') return new MegatronFile(dir, stem, type === 'uint16' ? type : 'int32')
  const open = (name: string, stored: TokenType): TokenFile =>
    format === 'npy' ? new NpyFile(dir, name, stored) : new BinFile(dir, name, stored)
  const ids = open(stem, type)
  return hasMask ? new MaskedFile(ids, open(`mask-${digits}`, 'uint8')) : ids
}
