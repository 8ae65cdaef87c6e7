/** Bytes of the tokens of a vocabulary, by id: those of `id` stand in `blob` from `starts[id]` to `starts[id + 1]`. */
export interface TokenBytes {
  readonly blob: Uint8Array
  readonly starts: Uint32Array
}

/** A token's bytes; none for an id that has no token. @throws RangeError for an id above the vocabulary. */
export function tokenBytes({ blob, starts }: TokenBytes, id: number): Uint8Array {
  const start = starts[id]
  const end = starts[id + 1]
  if (start === undefined || end === undefined) throw new RangeError(`no token has the id ${id}`)
  return blob.subarray(start, end)
}

/** Tokens as they come by id; a gap is an id without a token. */
export function gatherTokens(tokens: readonly (Uint8Array | undefined)[]): TokenBytes {
  const starts = new Uint32Array(tokens.length + 1)
  let size = 0
  for (const [id, token] of tokens.entries()) {
    size += token?.length ?? 0
    starts[id + 1] = size
  }
  const blob = new Uint8Array(size)
  for (const [id, token] of tokens.entries()) if (token !== undefined) blob.set(token, starts[id] ?? 0)
  return { blob, starts }
}

/** What decides how the bytes of a word become tokens. */
export interface ByteMerges {
  readonly tokens: TokenBytes
  /** Tokens of the 256 bytes. */
  readonly byteIds: Uint32Array
  /**
   * Merges by rank, as (left, right, joined) one after another. Without them two neighbours may be joined wherever their bytes together are
   * a token, and its id is the rank, as in tiktoken.
   */
  readonly merges: Uint32Array | undefined
  /** Whether a word that is a token is that token, whatever merges would give. */
  readonly takesWhole: boolean
}
