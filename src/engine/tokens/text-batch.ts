import { TilthError } from '../../model/error.ts'
import { ChatEncoder, type EncodedChat } from '../../tokenizers/chat/chat-encoder.ts'
import type { Conversation } from '../../tokenizers/chat/chat-template.ts'
import type { Tokenizer } from '../../tokenizers/tokenizer.ts'
import { loadTemplate } from './load-template.ts'

/** Tokens of some texts, one after another. */
export interface TokenBatch {
  readonly ids: Uint32Array<ArrayBuffer>
  /** Of conversations: for each id 1 where it is learned, and 0 where not. */
  readonly mask: Uint8Array<ArrayBuffer> | undefined
  readonly texts: readonly TokenizedText[]
}

/** Where the tokens of a text end, which begin where those before it end, and its UTF-8 in bytes; or why it cannot be taken. */
export type TokenizedText = { readonly end: number; readonly bytes: number } | TextError

export interface TextError {
  /** A stable name, such as `word-too-long`. */
  readonly error: string
  /** What more is known of it. */
  readonly detail?: string
}

/** What decides the tokens of texts. */
export interface TokenizeSettings {
  /** What a tokenizer is loaded by. */
  readonly encoding: string
  /** Where texts are conversations in JSON: what their template is loaded by. */
  readonly chat?: { readonly template: string | undefined; readonly date: Date | undefined }
}

/** Makes tokens of texts. One that the tokenizer refuses costs no other. */
export function batchTokenizer(
  { encoding, chat }: TokenizeSettings,
  tokenizer: Tokenizer,
): (texts: readonly string[]) => TokenBatch {
  if (chat === undefined)
    return (texts) =>
      gathered(
        texts.map((text) => encoded(text, tokenizer)),
        false,
      )
  const encoder = new ChatEncoder(tokenizer, loadTemplate(chat.template, encoding, tokenizer, chat.date))
  return (texts) =>
    gathered(
      texts.map((text) => encoder.encode(JSON.parse(text) as Conversation)),
      true,
    )
}

type Encoded = EncodedChat | { readonly ids: Uint32Array; readonly mask?: undefined; readonly bytes: number }

function encoded(text: string, tokenizer: Tokenizer): Encoded {
  try {
    return { ids: tokenizer.encode(text), bytes: Buffer.byteLength(text) }
  } catch (error) {
    if (error instanceof TilthError && error.code === 'data') return { error: 'word-too-long' }
    throw error
  }
}

function gathered(found: readonly Encoded[], hasMask: boolean): TokenBatch {
  const count = found.reduce((sum, each) => sum + ('ids' in each ? each.ids.length : 0), 0)
  const ids = new Uint32Array(count)
  const mask = hasMask ? new Uint8Array(count) : undefined
  let end = 0
  const texts = found.map((each): TokenizedText => {
    if ('error' in each) return each
    ids.set(each.ids, end)
    if (each.mask !== undefined) mask?.set(each.mask, end)
    end += each.ids.length
    return { end, bytes: each.bytes }
  })
  return { ids, mask, texts }
}
