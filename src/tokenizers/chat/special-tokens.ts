import type { Json } from '../../model/document.ts'
import type { Tokenizer } from '../tokenizer.ts'
import type { Marks } from './marks.ts'

const NEVER = '(?!)'

/** The special tokens of a tokenizer as they are looked for in rendered conversations. */
export class SpecialTokens {
  /** Source of an expression that matches a token, the longest at each place. */
  readonly #source: string
  readonly #any: RegExp
  /** Beginnings of tokens, none of them whole. */
  readonly #beginnings = new Set<string>()
  #longest = 0
  /** By their marks, which nearly all texts have in common. */
  readonly #scans = new Map<string, RegExp>()

  constructor({ special }: Pick<Tokenizer, 'special'>) {
    const texts = [...special.keys()].filter((text) => text !== '').sort((a, b) => b.length - a.length)
    this.#source = texts.map((text) => RegExp.escape(text)).join('|') || NEVER
    this.#any = new RegExp(this.#source, 'gu')
    for (const text of texts) {
      // One that is a word would let every text that ends in its first letter be marked.
      if (/^[\p{L}\p{N}]/u.test(text)) continue
      this.#longest = Math.max(this.#longest, text.length - 1)
      for (let end = 1; end < text.length; end++) this.#beginnings.add(text.slice(0, end))
    }
  }

  /**
   * A value of a message, so marked that no text in it can be taken for a token of the template: neither one that is written out, nor the
   * beginning of one whose rest another text of the row brings.
   */
  guarded(value: Json, marks: Marks): Json {
    if (typeof value === 'string') return this.#guardedText(value, marks)
    if (typeof value !== 'object' || value === null) return value
    if (isList(value)) return value.map((each) => this.guarded(each, marks))
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        this.#guardedTokens(key, marks),
        key === 'role' && typeof each === 'string'
          ? this.#guardedTokens(each, marks)
          : this.guarded(each, marks),
      ]),
    )
  }

  /** Where tokens of the template stand in a rendered text, by their ends. */
  *endsIn(rendered: string, marks: Marks): Generator<{ readonly text: string; readonly end: number }> {
    for (const { 0: found, index, groups } of rendered.matchAll(this.scan(marks)))
      if (groups?.['token'] !== undefined) yield { text: groups['token'], end: index + found.length }
  }

  /** Matches what is no plain text in a rendered one: `token`, one of the template's; `said`, one that a message writes; a mark. */
  scan({ open, close, begin, end }: Marks): RegExp {
    const key = open + close + begin + end
    let scan = this.#scans.get(key)
    if (scan === undefined) {
      const source = `${open}(?<said>${this.#source})${close}|(?<token>${this.#source})|[${key}]`
      this.#scans.set(key, (scan = new RegExp(source, 'gu')))
    }
    return scan
  }

  #guardedTokens(text: string, { open, close }: Marks): string {
    return text.toWellFormed().replace(this.#any, `${open}$&${close}`)
  }

  #guardedText(given: string, marks: Marks): string {
    const text = this.#guardedTokens(given, marks)
    // Templates trim what they are given: what counts is the end without its spaces.
    const end = text.trimEnd().length
    for (let length = Math.min(this.#longest, end); length > 0; length--)
      if (this.#beginnings.has(text.slice(end - length, end)))
        return text.slice(0, end) + marks.close + text.slice(end)
    return text
  }
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value)
}
