import { featureOf, TokenHasher } from './token-hashes.ts'

/**
 * Tokens as `pyspark.ml.feature.Tokenizer` gives them: in lower case, cut at each single white space of ASCII, which is
 * what `\s` is to Java. Neighbouring spaces leave empty tokens, except at the end; an empty text is one empty token. Lower
 * case is Unicode's; Java's differs in a final Σ after letters beyond the basic plane.
 */
export function sparkTokens(text: string): string[] {
  if (text === '') return ['']
  const tokens = text.toLowerCase().split(/[ \t\n\v\f\r]/)
  let length = tokens.length
  while (length > 0 && tokens[length - 1] === '') length--
  tokens.length = length
  return tokens
}

const hasher = new TokenHasher()

/**
 * Numbers of the features that `pyspark.ml.feature.HashingTF` (3.0 or later) gives the tokens of a text, one a token, from 0
 * to `features - 1`. Counts of equal numbers are its vector.
 */
export function sparkFeatures(text: string, features: number): Uint32Array {
  return Uint32Array.from(hasher.hashes(text), (hash) => featureOf(hash, features))
}
