import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { loadTokenizer } from './load-tokenizer.ts'

const loaded = new Map<string, Tokenizer>()

/** A tokenizer by its name or path, loaded once a thread: its vocabulary takes a third of a second. @throws as {@link loadTokenizer}. */
export function tokenizerOf(nameOrPath: string): Tokenizer {
  const known = loaded.get(nameOrPath)
  if (known !== undefined) return known
  const tokenizer = loadTokenizer(nameOrPath)
  loaded.set(nameOrPath, tokenizer)
  return tokenizer
}
