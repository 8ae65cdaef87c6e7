/**
 * Bytes that lie on the disk while an exchange of near copies or repeats is decided; they are removed behind it. Each is known as soon as
 * what it depends on is.
 */
export const exchangeBytes = {
  /** Buckets, and the same once more dealt out, where a quarter of the keys meet others: twice 6 bytes each, where a key has 12. */
  buckets: (keyBytes: number): number => keyBytes / 4,
  /** Candidates with their shingles. */
  members: (candidates: number, averageTextBytes: number): number =>
    candidates * (averageTextBytes * SHINGLE_RATIO + ENTRY_BYTES),
  /** Keys of parts that may be repeats, where an eighth of the tokens may be: 24 bytes a token, and a token is 6 bytes of text. */
  parts: (textBytes: number): number => textBytes / 2,
}

/** Shingles of a text in bytes, over its own: a word of 5 to 6 letters with its space, and 8 bytes a shingle. */
export const SHINGLE_RATIO = 1.5
/** Id, rank and place of a candidate, compressed. */
const ENTRY_BYTES = 60
