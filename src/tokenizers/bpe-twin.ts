import { type ByteMerges, tokenBytes } from './token-bytes.ts'
import { cutBy, type WordPattern, wordExpression } from './word-pattern.ts'

/**
 * What `kernels/assembly/bpe.ts` computes, by regular expressions and without a cache: tests hold the kernel against it.
 *
 * A word is its bytes, one token each. Of all neighbours that may be joined, those of the least rank are, and of equal ranks the
 * leftmost, until none may be. O(length squared) for a word.
 */
export function bpeTwin(model: ByteMerges, pattern: WordPattern): (text: string) => number[] {
  const expression = wordExpression(pattern)
  const byBytes = new Map<string, number>()
  for (let id = 0; id + 1 < model.tokens.starts.length; id++) {
    const bytes = tokenBytes(model.tokens, id)
    if (bytes.length > 0) byBytes.set(Buffer.from(bytes).toString('latin1'), id)
  }
  const byPair = new Map<string, { readonly rank: number; readonly id: number }>()
  const { merges } = model
  for (let at = 0; merges !== undefined && at < merges.length; at += 3) {
    byPair.set(`${merges[at]} ${merges[at + 1]}`, { rank: at / 3, id: merges[at + 2] ?? 0 })
  }
  const join = (left: Part, right: Part): { readonly rank: number; readonly id: number } | undefined => {
    if (merges !== undefined) return byPair.get(`${left.id} ${right.id}`)
    const id = byBytes.get(left.bytes + right.bytes)
    return id === undefined ? undefined : { rank: id, id }
  }
  const encodeWord = (word: string): number[] => {
    const bytes = Buffer.from(word).toString('latin1')
    const whole = model.takesWhole ? byBytes.get(bytes) : undefined
    if (whole !== undefined) return [whole]
    const parts = [...bytes].map(
      (byte): Part => ({
        bytes: byte,
        id: model.byteIds[byte.charCodeAt(0)] ?? 0,
      }),
    )
    for (;;) {
      let best: { readonly at: number; readonly rank: number; readonly id: number } | undefined
      for (let at = 0; at + 1 < parts.length; at++) {
        const [left, right] = [parts[at], parts[at + 1]]
        const found = left === undefined || right === undefined ? undefined : join(left, right)
        if (found !== undefined && (best === undefined || found.rank < best.rank)) best = { at, ...found }
      }
      if (best === undefined) return parts.map(({ id }) => id)
      const bytesOfBoth = `${parts[best.at]?.bytes}${parts[best.at + 1]?.bytes}`
      parts.splice(best.at, 2, { bytes: bytesOfBoth, id: best.id })
    }
  }
  return (text) => cutBy(expression, text.toWellFormed()).flatMap(encodeWord)
}

/** A part of a word; its bytes stand as characters of the same numbers. */
interface Part {
  readonly bytes: string
  readonly id: number
}
