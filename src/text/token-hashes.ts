import { fmix, mixed, scrambled } from './murmur3.ts'

/** Seed of Spark's `HashingTF` since 3.0. */
export const SPARK_SEED = 42

/** Hash of an empty token. */
export const EMPTY_TOKEN = fmix(SPARK_SEED)

const encoder = new TextEncoder()
const FIRST_BYTES = 1 << 16

/**
 * Hashes of a text's tokens as `pyspark.ml.feature.Tokenizer` and `HashingTF` take them: MurmurHash3 of each token's UTF-8,
 * signed, in the order of the text. One pass over the bytes; no token becomes a string.
 */
export class TokenHasher {
  #bytes = new Uint8Array(FIRST_BYTES)
  #hashes = new Int32Array(FIRST_BYTES / 2)

  /** A view that the next call overwrites. O(length). */
  hashes(text: string): Int32Array {
    const length = this.#load(text)
    if (this.#hashes.length <= length) this.#hashes = new Int32Array(2 * length)
    return this.#hashes.subarray(0, length === 0 ? this.#nothing() : this.#scan(length))
  }

  /** An empty text is one empty token. */
  #nothing(): number {
    this.#hashes[0] = EMPTY_TOKEN
    return 1
  }

  #load(text: string): number {
    const lower = text.toLowerCase()
    // Java writes a lone surrogate as `?`.
    const whole = lower.isWellFormed() ? lower : lower.replaceAll(/\p{Surrogate}/gu, '?')
    // No UTF-16 unit takes more than 3 bytes.
    if (3 * whole.length > this.#bytes.length) this.#bytes = new Uint8Array(6 * whole.length)
    return encoder.encodeInto(whole, this.#bytes).written
  }

  #scan(length: number): number {
    const bytes = this.#bytes
    const hashes = this.#hashes
    let count = 0
    let empty = 0
    let hash = SPARK_SEED
    let block = 0
    let size = 0
    for (let place = 0; place <= length; place++) {
      const byte = place === length ? SPACE : (bytes[place] as number)
      if (byte !== SPACE && (byte < TAB || byte > RETURN)) {
        block |= byte << ((size & 3) << 3)
        if ((++size & 3) === 0) {
          hash = mixed(hash, block)
          block = 0
        }
        continue
      }
      if (size === 0) {
        // Empty tokens at the end are none.
        empty++
        continue
      }
      while (empty > 0) {
        hashes[count++] = EMPTY_TOKEN
        empty--
      }
      if ((size & 3) !== 0) hash ^= scrambled(block)
      hashes[count++] = fmix(hash ^ size)
      hash = SPARK_SEED
      block = 0
      size = 0
    }
    return count
  }
}

const SPACE = 32
const TAB = 9
const RETURN = 13

/** Hash of two neighbouring tokens: MurmurHash3 of their hashes as 8 bytes, the first token's first. */
export function pairHash(first: number, second: number): number {
  return fmix(mixed(mixed(SPARK_SEED, first), second) ^ 8)
}

/** Number of the feature that a hash falls on, from 0 to `features - 1`: Java's `nonNegativeMod`. */
export function featureOf(hash: number, features: number): number {
  const rest = hash % features
  return rest < 0 ? rest + features : rest
}
