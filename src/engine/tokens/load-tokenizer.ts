import { nearest, TilthError } from '../../model/error.ts'
import { ENCODINGS, tiktokenTokenizer } from '../../tokenizers/tiktoken.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { encodingRanks } from './encoding-ranks.ts'

const loaded = new Map<string, Tokenizer>()

/** A tokenizer by name, made once a thread. @throws TilthError `usage` for a name that there is none of. */
export function loadTokenizer(name: string): Tokenizer {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const encoding = ENCODINGS.find((each) => each.name === name)
  if (encoding === undefined) {
    const names = ENCODINGS.map((each) => each.name)
    const guess = nearest(name, names)
    throw new TilthError('usage', `${name}: there is no such encoding`, {
      hint: guess === undefined ? `there are ${names.join(', ')}` : `did you mean ${guess}?`,
    })
  }
  const tokenizer = tiktokenTokenizer(encoding, encodingRanks(encoding))
  loaded.set(name, tokenizer)
  return tokenizer
}
