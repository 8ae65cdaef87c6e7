import { TilthError } from '../../model/error.ts'
import { vocabularyOf } from './bpe-model.ts'
import type { Model } from './model.ts'
import type { Part } from './part.ts'

/** Models whose pieces are words: WordPiece takes the longest token that fits, again and again; WordLevel the word or nothing. */
export const wordModels: Readonly<Record<string, (part: Part) => Model>> = {
  WordPiece: (part) => {
    const vocabulary = vocabularyOf(part)
    const unknown = unknownOf(part, vocabulary)
    const prefix =
      typeof part['continuing_subword_prefix'] === 'string' ? part['continuing_subword_prefix'] : '##'
    const most = typeof part['max_input_chars_per_word'] === 'number' ? part['max_input_chars_per_word'] : 100
    return { vocabulary, encode: (piece) => wordPieces(piece, vocabulary, prefix, most) ?? [unknown()] }
  },
  WordLevel: (part) => {
    const vocabulary = vocabularyOf(part)
    const unknown = unknownOf(part, vocabulary)
    return { vocabulary, encode: (piece) => [vocabulary.get(piece) ?? unknown()] }
  },
}

function wordPieces(
  word: string,
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
  most: number,
): number[] | undefined {
  const characters = [...word]
  if (characters.length > most) return undefined
  const ids: number[] = []
  let start = 0
  while (start < characters.length) {
    let end = characters.length
    let id: number | undefined
    for (; end > start; end--) {
      const piece = characters.slice(start, end).join('')
      id = vocabulary.get(start === 0 ? piece : prefix + piece)
      if (id !== undefined) break
    }
    if (id === undefined) return undefined
    ids.push(id)
    start = end
  }
  return ids
}

/** The token for what is unknown, whose absence is an error only where it is needed. */
function unknownOf(part: Part, vocabulary: ReadonlyMap<string, number>): () => number {
  const token = String(part['unk_token'] ?? '[UNK]')
  return () => {
    const id = vocabulary.get(token)
    if (id === undefined) {
      throw new TilthError('input', `model.unk_token: ${token} is not in the vocabulary, and a word needs it`)
    }
    return id
  }
}
