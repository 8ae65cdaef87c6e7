import { TilthError } from '../../model/error.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'

/** Tokens of some texts, one after another. */
export interface TokenBatch {
  readonly ids: Uint32Array<ArrayBuffer>
  /** Where the tokens of each text end; those of a text begin where the ones before it end. -1 for a text that cannot be taken. */
  readonly ends: readonly number[]
  /** UTF-8 of each text. Bytes. */
  readonly bytes: readonly number[]
}

/** Tokenizes texts. One that the tokenizer refuses costs no other. */
export function tokenizeBatch(texts: readonly string[], tokenizer: Tokenizer): TokenBatch {
  const found = texts.map((text): Uint32Array | undefined => {
    try {
      return tokenizer.encode(text)
    } catch (error) {
      if (error instanceof TilthError && error.code === 'data') return undefined
      throw error
    }
  })
  const ids = new Uint32Array(found.reduce((sum, each) => sum + (each?.length ?? 0), 0))
  let at = 0
  const ends = found.map((each) => {
    if (each === undefined) return -1
    ids.set(each, at)
    at += each.length
    return at
  })
  return { ids, ends, bytes: texts.map((text) => Buffer.byteLength(text)) }
}
