import { bpeModel } from './bpe-model.ts'
import { type Part, unsupported } from './part.ts'
import { unigramModel } from './unigram-model.ts'
import { wordModels } from './word-models.ts'

/** What gives the ids of a piece. */
export interface Model {
  /** Tokens by their text. */
  readonly vocabulary: ReadonlyMap<string, number>
  /** Ids of a piece of text that pre-tokenizing has left. */
  readonly encode: (piece: string) => ArrayLike<number>
}

const KNOWN: Readonly<Record<string, (part: Part) => Model>> = {
  BPE: bpeModel,
  Unigram: unigramModel,
  ...wordModels,
}

/** The model of a `tokenizer.json`. Old files do not say which it is. @throws TilthError `input`. */
export function modelOf(part: Part): Model {
  const type = part['type'] ?? (part['merges'] === undefined ? undefined : 'BPE')
  const make = KNOWN[String(type)]
  if (make === undefined) throw unsupported('model', type, Object.keys(KNOWN))
  return make(part)
}
