import { TilthError } from '../model/error.ts'
import { BYTE_CHARACTERS } from './hugging-face/byte-characters.ts'

export interface TrainBpeOptions {
  /** Tokens in all: special ones, the 256 bytes, and what merges make. */
  readonly vocabularySize: number
  /** Have the first ids, in their order. */
  readonly special: readonly string[]
  /** Times that two tokens must stand side by side to be joined. */
  readonly minFrequency: number
}

/** A trained byte-level vocabulary. Bytes stand as the characters that GPT-2 chose for them. */
export interface TrainedBpe {
  /** Tokens by id. */
  readonly tokens: readonly string[]
  readonly merges: readonly (readonly [string, string])[]
  /** Tokens of the words that it was trained on. */
  readonly wordTokens: number
}

/** Most tokens of a vocabulary: pairs of ids are kept as one number below 2^52. */
const MAX_TOKENS = 2 ** 26

/**
 * Byte-pair encoding learnt from words and how often each was seen: the pair of neighbours that is seen most becomes a token, until
 * there are enough tokens or no pair is seen often enough.
 *
 * Of pairs that are seen equally often, the one whose left token has the lower id is taken, then the one whose right has; so the result
 * depends on the counts alone. Ids, ties and counts are those of the BPE trainer of Hugging Face `tokenizers`, which gives the same
 * merges.
 *
 * @throws TilthError `usage` where the size has no room for special tokens and bytes.
 */
export function trainBpe(counts: ReadonlyMap<string, number>, options: TrainBpeOptions): TrainedBpe {
  const { special, vocabularySize, minFrequency } = options
  const alphabet = BYTE_CHARACTERS.toSorted()
  const tokens = [...new Set([...special, ...alphabet])]
  if (vocabularySize < tokens.length || vocabularySize > MAX_TOKENS) {
    throw new TilthError(
      'usage',
      `a vocabulary of ${vocabularySize}: expected ${tokens.length} to ${MAX_TOKENS}`,
      {
        hint: `special tokens and the 256 bytes are ${tokens.length} tokens`,
      },
    )
  }
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const byteIds = BYTE_CHARACTERS.map((character) => ids.get(character) ?? 0)
  const words = [...counts].map(([word, count]): Word => {
    const symbols = Array.from(Buffer.from(word), (byte) => byteIds[byte] ?? 0)
    return { symbols, count }
  })
  const pairs = new PairCounts(words)
  const merges: [string, string][] = []
  while (tokens.length < vocabularySize) {
    const top = pairs.next()
    if (top === undefined || top.count < Math.max(1, minFrequency)) break
    const [left, right] = [tokens[top.left] ?? '', tokens[top.right] ?? '']
    const joined = left + right
    let id = ids.get(joined)
    if (id === undefined) {
      id = tokens.length
      tokens.push(joined)
      ids.set(joined, id)
    }
    merges.push([left, right])
    pairs.join(top, id)
  }
  return {
    tokens,
    merges,
    wordTokens: words.reduce((sum, { symbols, count }) => sum + symbols.length * count, 0),
  }
}

interface Word {
  symbols: number[]
  readonly count: number
}

interface Pair {
  readonly left: number
  readonly right: number
  count: number
  /** Words that had it when it was counted. */
  readonly words: readonly number[]
}

/** How often each two tokens stand side by side, and which do most often. */
class PairCounts {
  readonly #words: readonly Word[]
  readonly #counts = new Map<number, number>()
  readonly #heap: Pair[] = []

  constructor(words: readonly Word[]) {
    this.#words = words
    const found = new Map<number, number[]>()
    for (const [index, { symbols, count }] of words.entries()) {
      for (let at = 0; at + 1 < symbols.length; at++)
        this.#add(symbols[at], symbols[at + 1], count, index, found)
    }
    this.#push(found)
  }

  /** The pair that is seen most. What the heap says is looked up again: merges have changed counts since. */
  next(): Pair | undefined {
    for (let top = this.#pop(); top !== undefined; top = this.#pop()) {
      const count = this.#counts.get(keyOf(top.left, top.right)) ?? 0
      if (top.count === count) return top
      top.count = count
      this.#insert(top)
    }
    return undefined
  }

  /** Makes the pair one token in all of its words. */
  join({ left, right, words }: Pair, id: number): void {
    const found = new Map<number, number[]>()
    for (const index of words) {
      const word = this.#words[index]
      if (word === undefined) continue
      const { symbols, count } = word
      let to = 0
      for (let at = 0; at < symbols.length; at++) {
        const symbol = symbols[at] ?? 0
        if (symbol !== left || symbols[at + 1] !== right) {
          symbols[to++] = symbol
          continue
        }
        if (to > 0) {
          this.#add(symbols[to - 1], left, -count, index)
          this.#add(symbols[to - 1], id, count, index, found)
        }
        const next = symbols[at + 2]
        if (next !== undefined) {
          this.#add(right, next, -count, index)
          this.#add(id, next, count, index, found)
        }
        symbols[to++] = id
        at++
      }
      symbols.length = to
    }
    this.#push(found)
  }

  #add(left = 0, right = 0, count: number, word: number, found?: Map<number, number[]>): void {
    const key = keyOf(left, right)
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
    if (found === undefined) return
    const words = found.get(key)
    if (words === undefined) found.set(key, [word])
    else if (words.at(-1) !== word) words.push(word)
  }

  #push(found: ReadonlyMap<number, readonly number[]>): void {
    for (const [key, words] of found) {
      const count = this.#counts.get(key) ?? 0
      if (count > 0)
        this.#insert({ left: Math.floor(key / MAX_TOKENS), right: key % MAX_TOKENS, count, words })
    }
  }

  #insert(pair: Pair): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(pair)
    while (at > 0) {
      const above = (at - 1) >> 1
      const other = heap[above]
      if (other === undefined || !isBefore(pair, other)) break
      heap[at] = other
      at = above
    }
    heap[at] = pair
  }

  #pop(): Pair | undefined {
    const heap = this.#heap
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      const [left, right] = [heap[at * 2 + 1], heap[at * 2 + 2]]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const least = isRight ? right : left
      if (least === undefined || !isBefore(least, last)) break
      heap[at] = least
      at = at * 2 + (isRight ? 2 : 1)
    }
    heap[at] = last
    return top
  }
}

function keyOf(left: number, right: number): number {
  return left * MAX_TOKENS + right
}

function isBefore(a: Pair, b: Pair): boolean {
  if (a.count !== b.count) return a.count > b.count
  return a.left !== b.left ? a.left < b.left : a.right < b.right
}
