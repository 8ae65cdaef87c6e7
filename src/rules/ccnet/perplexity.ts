import type { NgramModel } from '../../learn/ngram/ngram-model.ts'
import { modelWords, normalLine, pythonWordCount } from './normal.ts'

/** How a text reads to a language model. */
export interface Perplexity {
  /** Rounded to one decimal, as CCNet stores it and holds it against its cut-offs. */
  readonly perplexity: number
  /** Words and line ends that it is an average over. */
  readonly tokens: number
  /** Share of the words that the model does not know, 0 to 1; `null` without a word. */
  readonly unknownRatio: number | null
}

/**
 * Perplexity of a text as CCNet's `DocLM` computes it: each line is scored as a sentence, an empty one too, and the
 * perplexity is 10 to the negative mean over all words and line ends. `undefined` for an empty text. O(length).
 */
export function perplexityOf(text: string, model: NgramModel): Perplexity | undefined {
  if (text === '') return undefined
  let log10 = 0
  let tokens = 0
  let words = 0
  let unknown = 0
  for (const raw of text.split('\n')) {
    const line = normalLine(raw)
    const of = modelWords(line)
    const score = model.score(of)
    log10 += score.log10
    // Its length counts words as Python does, its model as bytes of ASCII: they differ at wide spaces.
    tokens += pythonWordCount(line) + 1
    words += of.length
    unknown += score.unknown
  }
  return {
    perplexity: oneDecimal(10 ** (-log10 / tokens)),
    tokens,
    unknownRatio: words === 0 ? null : unknown / words,
  }
}

/** Python's `round(x, 1)`: to the nearest, and of two equally near ones to the even. */
function oneDecimal(value: number): number {
  // Only .25 and .75 lie exactly between two decimals; .75 goes up either way.
  if (value % 1 === 0.25) return Number((value - 0.05).toFixed(1))
  return Number(value.toFixed(1))
}
