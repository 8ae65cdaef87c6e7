import xxhash from 'xxhash-wasm'

/** Hashes of text, equal on every machine. */
export interface TextHash {
  /** xxh64, seed 0, over the text as UTF-8, as a signed 64-bit integer. */
  hash(text: string): bigint
  /** The same over bytes. */
  hashBytes(bytes: Uint8Array): bigint
  /**
   * Chance of a document under a seed, from 0 (included) to 1 (not included): the top 53 bits of the hash
   * of `seed`, NUL and `id`, so that the same document is drawn on one thread, on eight, and on Spark.
   */
  chance(seed: string, id: string): number
}

/** Name of {@link TextHash.hash} in manifests and indexes. */
export const TEXT_HASH_SPECIFICATION = 'xxh64-seed0-utf8-int64'

/** Loads the hash; a lone surrogate in a text is hashed as U+FFFD. */
export async function loadTextHash(): Promise<TextHash> {
  const { h64, h64Raw } = await xxhash()
  return {
    hash: (text) => BigInt.asIntN(64, h64(text)),
    hashBytes: (bytes) => BigInt.asIntN(64, h64Raw(bytes)),
    chance: (seed, id) => Number(h64(`${seed}\0${id}`) >> 11n) / 2 ** 53,
  }
}
