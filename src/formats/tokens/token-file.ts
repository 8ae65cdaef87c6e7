import type { FinishedFile } from './byte-file.ts'
import { BinFile } from './flat.ts'
import { JsonlFile } from './jsonl.ts'
import { MegatronFile } from './megatron.ts'
import { NpyFile } from './npy.ts'
import { ParquetFile } from './parquet.ts'

/** A shard of tokens that is being written. */
export interface TokenFile {
  /** Appends a document: all of its ids, with the separator behind it if there is one. */
  add(id: string, ids: Uint32Array): void
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

/** Opens a shard in a folder. Its files have the name `stem` and an ending of the format. */
export function openTokenFile(
  format: TokenFormat,
  dir: string,
  stem: string,
  vocabularySize: number,
): TokenFile {
  if (format === 'jsonl') return new JsonlFile(dir, stem)
  if (format === 'parquet') return new ParquetFile(dir, stem)
  if (format === 'megatron') return new MegatronFile(dir, stem, vocabularySize)
  return format === 'npy' ? new NpyFile(dir, stem, vocabularySize) : new BinFile(dir, stem, vocabularySize)
}
