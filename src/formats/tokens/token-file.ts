import type { FinishedFile } from './byte-file.ts'
import { BinFile } from './flat.ts'
import { JsonlFile } from './jsonl.ts'
import { MaskedFile } from './masked.ts'
import { MegatronFile } from './megatron.ts'
import { NpyFile } from './npy.ts'
import { ParquetFile } from './parquet.ts'
import { smallestType, type TokenType } from './token-type.ts'

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

/** What a shard is opened with. */
export interface TokenFileOptions {
  readonly vocabularySize: number
  /** Whether each id has a place for whether it is learned. Megatron-LM's layout has none. */
  readonly hasMask: boolean
}

/** Opens a shard in a folder. Its files have the name `tokens-NUMBER` and an ending of the format; those of flat masks `mask-NUMBER`. */
export function openTokenFile(
  format: TokenFormat,
  dir: string,
  number: number,
  { vocabularySize, hasMask }: TokenFileOptions,
): TokenFile {
  const digits = String(number).padStart(5, '0')
  const stem = `tokens-${digits}`
  if (format === 'jsonl') return new JsonlFile(dir, stem)
  if (format === 'parquet') return new ParquetFile(dir, stem, hasMask)
  if (format === 'megatron') return new MegatronFile(dir, stem, vocabularySize)
  const open = (name: string, type: TokenType): TokenFile =>
    format === 'npy' ? new NpyFile(dir, name, type) : new BinFile(dir, name, type)
  const ids = open(stem, smallestType(vocabularySize))
  return hasMask ? new MaskedFile(ids, open(`mask-${digits}`, 'uint8')) : ids
}
