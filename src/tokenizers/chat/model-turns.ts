import type { Json } from '../../model/document.ts'
import type { ChatTemplate, Conversation, Message } from './chat-template.ts'
import type { Marks } from './marks.ts'
import type { SpecialTokens } from './special-tokens.ts'

/** What the model says in each conversation, for templates that do not say what is learned. */
export class ModelTurns {
  readonly #template: ChatTemplate
  readonly #special: SpecialTokens
  #endOfTurn: string | null | undefined

  constructor(template: ChatTemplate, special: SpecialTokens) {
    this.#template = template
    this.#special = special
  }

  /**
   * The text of a conversation with marks around what the model says: from behind the header that asks for its turn to the special token
   * that ends it, or to the end of what the message added where there is none.
   *
   * A turn begins where the conversation before it, rendered with that header, ends; where a template writes no header when it is asked
   * for one, where what the message says begins. Gives nothing where the whole conversation does not begin with that, so that nobody
   * can say which part is the model's.
   *
   * @throws Error of the template.
   */
  marked(conversation: Conversation, marks: Marks): string | undefined {
    const whole = this.#template.render(conversation, marks)
    let text = ''
    let done = 0
    for (const [at, { role }] of conversation.messages.entries()) {
      if (role !== 'assistant') continue
      const start = this.#startOf(conversation, at, whole, marks)
      if (start === undefined || start < done) return undefined
      const end = this.#endOf(conversation, at, { whole, start }, marks)
      if (end === undefined) return undefined
      text += whole.slice(done, start) + marks.begin + whole.slice(start, end) + marks.end
      done = end
    }
    return text + whole.slice(done)
  }

  #startOf(conversation: Conversation, at: number, whole: string, marks: Marks): number | undefined {
    const before = { ...conversation, messages: conversation.messages.slice(0, at) }
    const asked = this.#template.render(before, marks, true)
    const told = this.#template.render(before, marks)
    if (asked === told) return this.#saidFrom(conversation, at, { whole, told }, marks)
    if (whole.startsWith(asked)) return asked.length
    // Some headers go on with what makes the model think, which is not there in turns that are over.
    const { length } = told
    let same = 0
    while (same < asked.length && asked[same] === whole[same]) same++
    const header = asked.slice(0, same)
    let end = header.lastIndexOf('\n') + 1
    for (const token of this.#special.endsIn(header, marks)) end = Math.max(end, token.end)
    return end > length && length <= same ? end : undefined
  }

  /**
   * Where what a message says begins, found by a rendering in which it says something else. What a template writes before it is a header,
   * but for white space alone and for blanks at its end: those the model writes, as tokens that begin with one.
   */
  #saidFrom(
    conversation: Conversation,
    at: number,
    { whole, told }: { readonly whole: string; readonly told: string },
    marks: Marks,
  ): number | undefined {
    for (const thought of [undefined, marks.begin]) {
      const messages = conversation.messages.map((message, index) =>
        index === at ? sayingElse(message, marks.begin, thought) : message,
      )
      const other = this.#template.render({ ...conversation, messages }, marks)
      const start = other.indexOf(marks.begin)
      if (start < 0 || !whole.startsWith(other.slice(0, start))) continue
      const isBare =
        whole.startsWith(told) && told.length <= start && whole.slice(told.length, start).trim() === ''
      if (isBare) return told.length
      let end = start
      while (other[end - 1] === ' ') end--
      return end
    }
    return undefined
  }

  #endOf(
    conversation: Conversation,
    at: number,
    { whole, start }: { readonly whole: string; readonly start: number },
    marks: Marks,
  ): number | undefined {
    const until = this.#template.render(
      { ...conversation, messages: conversation.messages.slice(0, at + 1) },
      marks,
    )
    const token = this.#endToken(marks)
    if (until.length >= start && whole.startsWith(until)) {
      const added = whole.slice(start, until.length)
      return start + this.#endWithin(added, token, marks)
    }
    // What a turn holds depends on those behind it: its end is known by its token alone.
    for (const { text, end } of this.#special.endsIn(whole.slice(start), marks))
      if (text === token) return start + end
    return undefined
  }

  /**
   * Where a turn ends in the text that its message added: behind its last end of turn and the tokens that follow at once; of one that ends
   * otherwise, behind its last token, if spaces are all that follows; else with the text. An end of all, some lines on, is not of the turn.
   */
  #endWithin(added: string, token: string | null, marks: Marks): number {
    let [end, last] = [0, 0]
    for (const found of this.#special.endsIn(added, marks)) {
      const follows = end > 0 && end === found.end - found.text.length
      if (found.text === token || follows) end = found.end
      last = found.end
    }
    if (end > 0) return end
    return last > 0 && added.slice(last).trim() === '' ? last : added.length
  }

  /** The token that stands behind what the model says, asked of the template once. */
  #endToken(marks: Marks): string | null {
    if (this.#endOfTurn !== undefined) return this.#endOfTurn
    this.#endOfTurn = null
    const said = 'said-by-the-model'
    const messages = [
      { role: 'user', content: 'asked' },
      { role: 'assistant', content: said },
    ]
    let text: string
    try {
      text = this.#template.render({ messages, tools: null }, marks)
    } catch {
      // It wants messages of another form, such as parts.
      return null
    }
    const at = text.lastIndexOf(said)
    if (at < 0) return null
    const behind = text.slice(at + said.length)
    for (const token of this.#special.endsIn(behind, marks)) return (this.#endOfTurn = token.text)
    return null
  }
}

/** Where models keep what they think; templates write it before what they say. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'thinking', 'thought']

/** A message that says something else wherever it says something, and does not think, or something else. */
function sayingElse(message: Message, said: string, thought: string | undefined): Message {
  const { content } = message
  const parts = Array.isArray(content) && content.length > 0 ? content : undefined
  const other: Record<string, Json> & { role: string } = {
    ...message,
    content: parts?.map((part) => (isText(part) ? { ...part, text: said } : part)) ?? said,
  }
  for (const key of THOUGHTS) {
    if (typeof message[key] !== 'string') continue
    if (thought === undefined) delete other[key]
    else other[key] = thought
  }
  return other
}

function isText(part: Json): part is { readonly text: string } {
  return typeof part === 'object' && part !== null && 'text' in part && typeof part['text'] === 'string'
}
