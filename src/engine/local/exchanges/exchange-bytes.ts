/** Share of the documents, and of their keys, that meet others where nothing is known of them: 0 to 1. */
export const NEAR_RATIO = 1 / 4
/** Share of the text that may stand elsewhere too where nothing is known of it: 0 to 1. */
export const REPEATED_RATIO = 1 / 8

/**
 * Bytes that lie on the disk while an exchange of near copies or repeats is decided; they are removed behind it. Each is known as soon as
 * what it depends on is.
 */
export const exchangeBytes = {
  /** Buckets, and the same once more dealt out: twice 6 bytes for a key that meets others, where a key has 12. */
  buckets: (keyBytes: number, ratio: number = NEAR_RATIO): number => keyBytes * ratio,
  /** Candidates with what they are compared by, of so many bytes each. */
  compared: (candidates: number, averageBytes: number): number => candidates * (averageBytes + ENTRY_BYTES),
  /** The same where texts are of words, and only their own bytes are known. */
  members: (candidates: number, averageTextBytes: number): number =>
    exchangeBytes.compared(candidates, averageTextBytes * SHINGLE_RATIO),
  /** Keys of parts that may be repeats: 24 bytes a token, and a token is 6 bytes of text. */
  parts: (textBytes: number, ratio: number = REPEATED_RATIO): number => 4 * textBytes * ratio,
}

/** Shingles of a text of words in bytes, over its own: a word of 5 to 6 letters with its space, and 8 bytes a shingle. */
export const SHINGLE_RATIO = 1.5
/** Id, rank and place of a candidate, compressed. */
const ENTRY_BYTES = 60
