import { TilthError } from '../../model/error.ts'
import { IdList } from '../id-list.ts'
import type { Behind, Tokenizer } from '../tokenizer.ts'
import type { ChatTemplate, Conversation } from './chat-template.ts'
import { type Marks, marksBeside } from './marks.ts'
import { ModelTurns } from './model-turns.ts'
import { SpecialTokens } from './special-tokens.ts'

/** A conversation as tokens, or why it is none. */
export type EncodedChat =
  | {
      readonly ids: Uint32Array
      /** For each id 1 where the model says it, and 0 where it is told. */
      readonly mask: Uint8Array
      /** UTF-8 of the rendered text. */
      readonly bytes: number
    }
  | {
      /** A stable name: `template-refused`, `turn-unclear` or `word-too-long`. */
      readonly error: string
      readonly detail?: string
    }

/**
 * Turns conversations into ids by a template.
 *
 * A special token in the text of the template is that token. What looks like one in a message is ordinary text, wherever the template
 * puts it. Ordinary text is cut where what is learned begins and ends, so that no token is half of each, and the model learns the tokens
 * that it would write; otherwise ids are those of transformers.
 */
export class ChatEncoder {
  readonly #tokenizer: Tokenizer
  readonly #template: ChatTemplate
  readonly #special: SpecialTokens
  readonly #turns: ModelTurns

  constructor(tokenizer: Tokenizer, template: ChatTemplate) {
    this.#tokenizer = tokenizer
    this.#template = template
    this.#special = new SpecialTokens(tokenizer)
    this.#turns = new ModelTurns(template, this.#special)
  }

  encode(conversation: Conversation): EncodedChat {
    const marks = marksBeside(JSON.stringify(conversation) + this.#template.source)
    let rendered: string | undefined
    try {
      const guarded = this.#special.guarded(
        conversation as unknown as Parameters<SpecialTokens['guarded']>[0],
        marks,
      ) as unknown as Conversation
      rendered = this.#template.hasGeneration
        ? this.#template.render(guarded, marks)
        : this.#turns.marked(guarded, marks)
    } catch (error) {
      const { open, close, begin, end } = marks
      const message = (error as Error).message.replace(
        new RegExp(`[${open}${close}${begin}${end}]`, 'gu'),
        '',
      )
      return { error: 'template-refused', detail: message }
    }
    if (rendered === undefined) return { error: 'turn-unclear' }
    try {
      return this.#encodeMarked(rendered, marks)
    } catch (error) {
      if (error instanceof TilthError && error.code === 'data') return { error: 'word-too-long' }
      throw error
    }
  }

  #encodeMarked(rendered: string, marks: Marks): EncodedChat {
    const list = new ChatTokens(this.#tokenizer)
    let last = 0
    for (const { 0: found, index, groups } of rendered.matchAll(this.#special.scan(marks))) {
      list.text(rendered.slice(last, index))
      last = index + found.length
      if (groups?.['said'] !== undefined) list.text(groups['said'])
      else if (groups?.['token'] !== undefined) list.special(groups['token'])
      else if (found === marks.begin) list.learn(1)
      else if (found === marks.end) list.learn(0)
    }
    list.text(rendered.slice(last))
    return list.finish()
  }
}

/** Tokens of a conversation as they come. */
class ChatTokens {
  readonly #tokenizer: Tokenizer
  readonly #ids = new IdList()
  readonly #runs: { readonly count: number; readonly learned: 0 | 1 }[] = []
  #text = ''
  #behind: Behind = 'nothing'
  #learned: 0 | 1 = 0
  #bytes = 0
  /** A token that takes the spaces behind it is waiting for them to end. */
  #takesSpaces = false

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer
  }

  text(part: string): void {
    const text = this.#takesSpaces ? part.replace(/^\p{White_Space}+/u, '') : part
    if (text === '') return
    this.#takesSpaces = false
    this.#text += text
  }

  special(text: string): void {
    const spaces = this.#tokenizer.takesSpaces?.get(text)
    if (spaces?.left === true) this.#text = this.#text.replace(/\p{White_Space}+$/u, '')
    this.#flush()
    this.#append([this.#tokenizer.special.get(text) ?? 0], text)
    this.#behind = 'token'
    this.#takesSpaces = spaces?.right === true
  }

  learn(learned: 0 | 1): void {
    this.#flush()
    this.#learned = learned
  }

  finish(): { readonly ids: Uint32Array; readonly mask: Uint8Array; readonly bytes: number } {
    this.#flush()
    const ids = this.#ids.toArray()
    const mask = new Uint8Array(ids.length)
    let at = 0
    for (const { count, learned } of this.#runs) {
      mask.fill(learned, at, at + count)
      at += count
    }
    return { ids, mask, bytes: this.#bytes }
  }

  #flush(): void {
    if (this.#text === '') return
    this.#append(this.#tokenizer.encode(this.#text, this.#behind), this.#text)
    this.#behind = 'text'
    this.#text = ''
  }

  #append(ids: ArrayLike<number>, text: string): void {
    this.#ids.append(ids)
    this.#runs.push({ count: ids.length, learned: this.#learned })
    this.#bytes += Buffer.byteLength(text)
  }
}
