import type { GramTable } from './gram-table.ts'

/** What a model says of a sentence. */
export interface SentenceScore {
  /** log10 of the probability of its words and of its end; at most 0. */
  readonly log10: number
  /** Words that the model does not know. */
  readonly unknown: number
}

/** Words of a model by number; number 0 is the unknown word. */
export interface Vocabulary {
  readonly numbers: ReadonlyMap<string, number>
  readonly probabilities: Float32Array
  readonly backoffs: Float32Array
  readonly begin: number
  readonly end: number
}

const UNKNOWN = 0
const NOWHERE = -1

/**
 * A back-off n-gram language model.
 *
 * The probability of a word is that of the longest n-gram that ends in it and that the model holds, times the back-off
 * weights of the longer contexts that it does not hold with the word. Sums are in single precision and in the order of KenLM,
 * so that scores are equal to its own.
 */
export class NgramModel {
  readonly #words: Vocabulary
  /** n-grams of 2 words, of 3, and so on. */
  readonly #grams: readonly GramTable[]

  constructor(words: Vocabulary, grams: readonly GramTable[]) {
    this.#words = words
    this.#grams = grams
  }

  /** Words of its longest n-gram. */
  get order(): number {
    return this.#grams.length + 1
  }

  /** Scores words as one sentence, its end included. O(words * order). */
  score(words: readonly string[]): SentenceScore {
    const { numbers, begin, end } = this.#words
    // contexts[n]: number of the n-gram of the last n words among those of its length, where the model holds it.
    const contexts = new Int32Array(this.order).fill(NOWHERE)
    if (contexts.length > 1) contexts[1] = begin
    let log10 = 0
    let unknown = 0
    for (const word of words) {
      const number = numbers.get(word) ?? UNKNOWN
      if (number === UNKNOWN) unknown++
      log10 = Math.fround(log10 + this.#next(contexts, number))
    }
    return { log10: Math.fround(log10 + this.#next(contexts, end)), unknown }
  }

  /** log10 of the probability of a word behind its contexts, which become those of the next word. */
  #next(contexts: Int32Array, word: number): number {
    let log10 = this.#words.probabilities[word] ?? 0
    let matched = 1
    let carried = contexts[1] ?? NOWHERE
    if (contexts.length > 1) contexts[1] = word
    // Weights of contexts longer than what matched: they are added from the shortest on, as KenLM does.
    const weights = this.#weights
    let longest = 0
    for (let length = 1; length < this.order; length++) {
      const context = carried
      carried = contexts[length + 1] ?? NOWHERE
      const found = context === NOWHERE ? NOWHERE : (this.#grams[length - 1]?.find(context, word) ?? NOWHERE)
      if (context !== NOWHERE) {
        weights[length] = this.#backoff(length, context)
        longest = length
      } else weights[length] = 0
      if (found !== NOWHERE) {
        log10 = this.#grams[length - 1]?.probabilities[found] ?? 0
        matched = length + 1
      }
      if (length + 1 < this.order) contexts[length + 1] = found
    }
    for (let length = matched; length <= longest; length++)
      log10 = Math.fround(log10 + (weights[length] ?? 0))
    return log10
  }

  readonly #weights: number[] = []

  #backoff(length: number, context: number): number {
    const table = length === 1 ? this.#words : this.#grams[length - 2]
    return table?.backoffs[context] ?? 0
  }
}
