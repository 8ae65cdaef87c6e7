import { TilthError } from '../../model/error.ts'
import { bytesAsTokens } from './bpe-model.ts'
import type { Model } from './model.ts'
import { flagOf, listOf, type Part, wrong } from './part.ts'

/** How much less likely than the least likely token a character is that no token has. */
const UNKNOWN_PENALTY = 10

/** The most likely tokens of a piece, by their scores; of equal ones those whose last tokens begin first. */
export function unigramModel(part: Part): Model {
  const vocabulary = new Map<string, number>()
  const scores: number[] = []
  let longest = 0
  for (const [id, entry] of listOf(part['vocab'], 'model.vocab').entries()) {
    const [token, score] = listOf(entry, `model.vocab[${id}]`)
    if (typeof token !== 'string' || typeof score !== 'number')
      throw wrong(`model.vocab[${id}]`, '[token, score]', entry)
    vocabulary.set(token, id)
    scores.push(score)
    longest = Math.max(longest, token.length)
  }
  const unknownId = part['unk_id']
  const unknown = typeof unknownId === 'number' ? unknownId : undefined
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - UNKNOWN_PENALTY
  const hasByteFallback = flagOf(part['byte_fallback'], 'model.byte_fallback', false)
  const starts = beginnings(vocabulary.keys())

  const encode = (piece: string): number[] => {
    // By UTF-16 units: the best score of what ends there, the token that ends it, and where this begins.
    const best = new Float64Array(piece.length + 1)
    const from = new Int32Array(piece.length + 1).fill(-1)
    const ids = new Int32Array(piece.length + 1)
    const offer = (start: number, end: number, score: number, id: number): void => {
      if (from[end] !== -1 && score <= (best[end] ?? 0)) return
      best[end] = score
      from[end] = start
      ids[end] = id
    }
    for (let start = 0, width = 1; start < piece.length; start += width) {
      width = (piece.codePointAt(start) ?? 0) > 0xffff ? 2 : 1
      const before = best[start] ?? 0
      let hasSingle = false
      for (let end = start + width; end <= Math.min(piece.length, start + longest); end++) {
        const text = piece.slice(start, end)
        const id = vocabulary.get(text)
        if (id !== undefined) {
          offer(start, end, (scores[id] ?? 0) + before, id)
          if (end === start + width) hasSingle = true
        }
        if (!starts.has(text)) break
      }
      if (!hasSingle) {
        if (unknown === undefined) {
          throw new TilthError('input', 'model.unk_id: is missing, and a character is not in the vocabulary')
        }
        offer(start, start + width, unknownScore + before, unknown)
      }
    }
    const out: number[] = []
    let text = ''
    const flush = (): void => {
      if (text === '') return
      const known = vocabulary.get(text)
      const bytes = known === undefined && hasByteFallback ? bytesAsTokens(text, vocabulary) : undefined
      // The list is made from its end.
      out.push(...(bytes?.reverse() ?? [known ?? unknown ?? 0]))
      text = ''
    }
    for (let end = piece.length; end > 0; end = from[end] ?? 0) {
      const id = ids[end] ?? 0
      // Neighbours that are unknown are one token together.
      if (id === unknown) {
        text = piece.slice(from[end], end) + text
        continue
      }
      flush()
      out.push(id)
    }
    flush()
    return out.reverse()
  }
  return { vocabulary, encode }
}

/** All beginnings of tokens, so that a search ends where no token goes on. */
function beginnings(tokens: Iterable<string>): ReadonlySet<string> {
  const all = new Set<string>()
  for (const token of tokens) for (let end = 1; end < token.length; end++) all.add(token.slice(0, end))
  return all
}
