import { cutBy, type WordPattern, wordExpression } from './word-pattern.ts'

/** How often each word of texts was seen. The order of texts does not matter. */
export class WordCounts {
  readonly #expression: RegExp
  readonly #counts = new Map<string, number>()

  constructor(pattern: WordPattern) {
    this.#expression = wordExpression(pattern)
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** A lone surrogate counts as U+FFFD. */
  add(text: string): void {
    for (const word of cutBy(this.#expression, text.toWellFormed())) {
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
    }
  }
}
