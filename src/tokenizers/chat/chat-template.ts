import { createHash } from 'node:crypto'
import type { Json } from '../../model/document.ts'
import { TilthError } from '../../model/error.ts'
import { dateText } from './date-text.ts'
import { JINJA_REVISION, parsed, rendered } from './jinja/interpreter.ts'
import type { Marks } from './marks.ts'

/** A message as OpenAI writes it; what else it has, such as `tool_calls`, is the template's business. */
export type Message = Readonly<Record<string, Json>> & { readonly role: string }

export interface Conversation {
  readonly messages: readonly Message[]
  /** Functions that the model may call, as JSON schemas. */
  readonly tools: readonly Json[] | null
}

/** What a template says is learned: transformers' own tag, which Jinja does not know. */
const GENERATION = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g

/** A chat template in Jinja, as Hugging Face models have it. */
export class ChatTemplate {
  readonly name: string
  /** SHA-256, lower-case hex, of all that decides how a conversation is rendered. */
  readonly specification: string
  /** Whether the template itself says what is learned. */
  readonly hasGeneration: boolean
  /** The template as it was given. */
  readonly source: string
  readonly #template: ReturnType<typeof parsed>
  readonly #variables: Readonly<Record<string, string>>
  readonly #clock: ((format: string) => string) | undefined

  /**
   * @param variables texts that the template names, such as `bos_token`.
   * @param date what the template is told when it asks for the day's date; without it, one that has a date of its own takes that.
   * @throws TilthError `input` for a template that is no Jinja.
   */
  constructor(name: string, source: string, variables: Readonly<Record<string, string>> = {}, date?: Date) {
    this.name = name
    this.source = source
    this.#variables = variables
    this.specification = createHash('sha256')
      .update(JSON.stringify({ source, variables, date, revision: JINJA_REVISION }))
      .digest('hex')
    this.#clock = clockOf(source, date)
    this.hasGeneration = source.search(GENERATION) >= 0
    // A tag gives way to tags, so that what Jinja does to the spaces around it stays as it is.
    const marked = source.replace(
      GENERATION,
      (_, left: string, end: string | undefined, right: string) =>
        `{%${left} if true %}{{ ${end === undefined ? 'tilth_begin' : 'tilth_end'} }}{% endif ${right}%}`,
    )
    try {
      this.#template = parsed(marked)
    } catch (cause) {
      throw new TilthError('input', `${name}: is no template: ${(cause as Error).message}`, { cause })
    }
  }

  /**
   * The text of a conversation, with the marks of what is learned where the template has them.
   *
   * @param asksOn whether the header of the model's next turn stands at the end.
   * @throws Error that the template raises, or that a message causes which it has no place for.
   */
  render({ messages, tools }: Conversation, { begin, end }: Marks, asksOn = false): string {
    return rendered(this.#template, {
      ...this.#variables,
      messages,
      tools,
      documents: null,
      add_generation_prompt: asksOn,
      strftime_now: this.#clock,
      tilth_begin: begin,
      tilth_end: end,
    })
  }
}

/** A rerun must give the same on another day. A template that asks first whether there is a clock does without. */
function clockOf(source: string, date: Date | undefined): ((format: string) => string) | undefined {
  if (date !== undefined) return (format) => dateText(date, format)
  if (/strftime_now is (?:not )?defined/.test(source)) return undefined
  return () => {
    throw new Error('the template asks for the date: say which with --date')
  }
}
