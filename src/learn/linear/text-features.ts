import { type TextFeaturesKernel, textFeaturesKernel } from '../../kernels/text-features.ts'
import { MOST_FEATURES } from './packed-rows.ts'

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

/** A text as a sparse row. */
export interface TextRow {
  /** See `PackedRows`; features in the order in which the text has them first. */
  readonly entries: Uint32Array
  readonly scale: number
  /** Hash of the tokens, 53 bits: equal for texts that differ in case and white space alone. */
  readonly copyHash: number
}

/** @throws RangeError for a number of features out of its range. */
export function checkFeatureSpec({ features }: FeatureSpec): void {
  if (!Number.isInteger(features) || features < 2 || features > MOST_FEATURES)
    throw new RangeError(`features: expected 2 to ${MOST_FEATURES}, got ${features}`)
}

/** What the counts of a row are multiplied with. */
export function scaleOf({ kind }: FeatureSpec, squares: number): number {
  return kind === 'ngram' && squares > 0 ? 1 / Math.sqrt(squares) : 1
}

/** 53 bits of two halves of a hash, as a number. */
export function copyHashOf(low: number, high: number): number {
  return (high & 0x1f_ffff) * 2 ** 32 + (low >>> 0)
}

/**
 * Turns texts into sparse rows of hashed features, in a kernel with a memory of its own: 4 bytes a feature, and about 13 times the
 * longest text. `text-features-twin.ts` defines the answers.
 */
export class TextFeatures {
  readonly spec: FeatureSpec
  readonly #kernel: TextFeaturesKernel = textFeaturesKernel()
  readonly #encoder = new TextEncoder()
  #bytes = new Uint8Array(0)
  #text = ''
  #length = 0

  /** @throws RangeError for a number of features out of its range. */
  constructor(spec: FeatureSpec) {
    checkFeatureSpec(spec)
    this.spec = spec
    this.#kernel.layOut(spec.features, spec.kind === 'ngram' ? 1 : 0)
  }

  /** Takes a text; gives its UTF-8, a view that the next call of either method overwrites. O(length). */
  load(text: string): Uint8Array {
    this.#text = text
    this.#length = this.#encode(text)
    return this.#bytes.subarray(0, this.#length)
  }

  /** The row of the text that was loaded last, or of another. Its entries are a view that the next call overwrites. O(length). */
  row(text?: string): TextRow {
    if (text !== undefined) this.load(text)
    const kernel = this.#kernel
    const isWhole = this.#text.isWellFormed()
    if (!isWhole || kernel.lower(this.#length) === 0) {
      const lower = this.#text.toLowerCase()
      // Java writes a lone surrogate as `?`.
      this.#length = this.#encode(isWhole ? lower : lower.replaceAll(/\p{Surrogate}/gu, '?'))
    }
    const size = kernel.count(this.#length)
    return {
      entries: new Uint32Array(kernel.memory.buffer, kernel.entryPlace(), size),
      scale: scaleOf(this.spec, kernel.squares()),
      copyHash: copyHashOf(kernel.copyHashLow(), kernel.copyHashHigh()),
    }
  }

  #encode(text: string): number {
    // No UTF-16 unit takes more than 3 bytes.
    const most = 3 * text.length
    const place = this.#kernel.textPlace(most)
    const { buffer } = this.#kernel.memory
    if (this.#bytes.buffer !== buffer) this.#bytes = new Uint8Array(buffer, place)
    return this.#encoder.encodeInto(text, this.#bytes).written
  }
}
