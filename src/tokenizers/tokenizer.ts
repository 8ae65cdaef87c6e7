/** What stands before a text that is one part of a longer one: nothing, a token, or text that was encoded apart from it. */
export type Behind = 'nothing' | 'token' | 'text'

/** A token that stands before or behind every text, with the number of the segment that it counts to. */
export interface FrameToken {
  readonly id: number
  readonly type: number
}

/** What a tokenizer puts around a text, so that a model knows where it begins and ends. */
export interface Frame {
  readonly before: readonly FrameToken[]
  /** Number of the segment that the text itself counts to. */
  readonly type: number
  readonly behind: readonly FrameToken[]
}

/** Turns texts into ids of tokens, and back. */
export interface Tokenizer {
  /** As users name it: `o200k_base`, or what was given for a file. */
  readonly name: string
  /** One more than the greatest id. */
  readonly vocabularySize: number
  /** SHA-256, lower-case hex, of all that decides ids: two tokenizers with the same give the same ids. */
  readonly specification: string
  /** The token that says that a document ends, where the vocabulary has one. */
  readonly endOfText: number | undefined
  /** Special tokens by their text. */
  readonly special: ReadonlyMap<string, number>
  /** Special tokens that take the white space before or behind them, where there are such. */
  readonly takesSpaces?: ReadonlyMap<string, { readonly left: boolean; readonly right: boolean }>
  /**
   * Ids of a text. What looks like a special token in it is text as any other, and no token is added. A lone surrogate counts as
   * U+FFFD.
   *
   * @param behind what a space that the tokenizer puts before texts depends on; nothing is the default.
   * @throws TilthError `data` for a text that the tokenizer cannot take: a single word of more than 32 MiB.
   */
  encode(text: string, behind?: Behind): Uint32Array
  /**
   * What the tokenizer's file puts around a single text; {@link encode} does not. Left out where there is no file that could say it.
   *
   * @throws TilthError `input` where it does so in a way that is not supported.
   */
  frame?(): Frame
  /** Text of tokens. Bytes that are no well-formed UTF-8 become U+FFFD. @throws RangeError for an id that is not in the vocabulary. */
  decode(ids: Iterable<number>): string
  /**
   * Bytes that a token stands for. Of byte-level tokenizers, those of a text's tokens are, one after another, the text in UTF-8.
   *
   * @throws RangeError for an id that is not in the vocabulary.
   */
  bytesOf(id: number): Uint8Array
}
