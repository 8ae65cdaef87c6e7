import { featureOf, pairHash, TokenHasher } from '../../text/token-hashes.ts'
import { entriesOf, MOST_FEATURES, putCount } from './packed-rows.ts'

/** What a model's features are; its scores mean nothing over others. */
export interface FeatureSpec {
  /**
   * `spark`: counts of tokens, as `Tokenizer` and `HashingTF` of Spark ML give them. `ngram`: counts of tokens and of
   * neighbouring pairs, divided by the length (Euclidean) of the row, so that a long text weighs no more than a short one.
   */
  readonly kind: 'spark' | 'ngram'
  /** How many there are, 2 to 2^24. */
  readonly features: number
}

/** A text as a sparse row. Views that the next call overwrites. */
export interface TextRow {
  /** See `PackedRows`; features in the order in which the text has them first. */
  readonly entries: Uint32Array
  readonly scale: number
  /** Hashes of the text's tokens, in order. */
  readonly tokens: Int32Array
}

/** Turns texts into sparse rows of hashed features. Keeps 4 bytes a feature. */
export class TextFeatures {
  readonly spec: FeatureSpec
  readonly #hasher = new TokenHasher()
  readonly #counts: Uint32Array
  #met = new Uint32Array(1 << 12)
  #entries = new Uint32Array(1 << 12)

  /** @throws RangeError for a number of features out of its range. */
  constructor(spec: FeatureSpec) {
    const { features } = spec
    if (!Number.isInteger(features) || features < 2 || features > MOST_FEATURES)
      throw new RangeError(`features: expected 2 to ${MOST_FEATURES}, got ${features}`)
    this.spec = spec
    this.#counts = new Uint32Array(features)
  }

  /** O(length). */
  row(text: string): TextRow {
    const tokens = this.#hasher.hashes(text)
    const met = this.#count(tokens)
    let [squares, size] = [0, 0]
    for (let index = 0; index < met; index++) {
      const count = this.#counts[this.#met[index] as number] as number
      squares += count * count
      size += entriesOf(count)
    }
    if (this.#entries.length < size) this.#entries = new Uint32Array(2 * size)
    let place = 0
    for (let index = 0; index < met; index++) {
      const feature = this.#met[index] as number
      place = putCount(this.#entries, place, feature, this.#counts[feature] as number)
      this.#counts[feature] = 0
    }
    const scale = this.spec.kind === 'ngram' && squares > 0 ? 1 / Math.sqrt(squares) : 1
    return { entries: this.#entries.subarray(0, place), scale, tokens }
  }

  /** Counts the features; gives how many different ones were met. */
  #count(tokens: Int32Array): number {
    const { kind, features } = this.spec
    if (this.#met.length < 2 * tokens.length) this.#met = new Uint32Array(4 * tokens.length)
    const counts = this.#counts
    const list = this.#met
    let met = 0
    for (let at = 0; at < tokens.length; at++) {
      const feature = featureOf(tokens[at] as number, features)
      const before = counts[feature] as number
      if (before === 0) list[met++] = feature
      counts[feature] = before + 1
    }
    if (kind === 'spark') return met
    for (let at = 1; at < tokens.length; at++) {
      const feature = featureOf(pairHash(tokens[at - 1] as number, tokens[at] as number), features)
      const before = counts[feature] as number
      if (before === 0) list[met++] = feature
      counts[feature] = before + 1
    }
    return met
  }
}
