import type { InlineText, Span } from '../extraction.ts'
import {
  characterAt,
  characterBefore,
  escapeText,
  isBlank,
  isPunctuation,
  PUNCTUATION,
} from './markdown-escape.ts'

/** Where a text stands that is written as Markdown. */
export interface InlineContext {
  readonly inTable: boolean
  /** A heading is bold as it is. */
  readonly inHeading: boolean
}

const NOT_NESTED = ['href', 'bold', 'italic', 'code'] as const
type Mark = (typeof NOT_NESTED)[number]

/** A text with its spans as CommonMark. Emphasis that CommonMark cannot express where it stands is left out. */
export function inlineMarkdown({ text, spans }: InlineText, context: InlineContext): string {
  if (spans === undefined || spans.length === 0) return escapeText(text, '', '', context.inTable, false)
  const writer = new InlineWriter(text, context)
  for (const span of spans) writer.write(span)
  return writer.finish()
}

const SIGN = { bold: '**', italic: '*', code: '' } as const

class InlineWriter {
  readonly #text: string
  readonly #context: InlineContext
  #out = ''
  /** The last character of what is written. */
  #last = ''
  /** Up to where the text is written. */
  #at = 0
  readonly #open: Mark[] = []
  #href = ''

  constructor(text: string, context: InlineContext) {
    this.#text = text
    this.#context = context
  }

  write(span: Span): void {
    const between = this.#text.slice(this.#at, span.from)
    const marks = marksOf(this.#text, span, this.#context)
    const shared = isBlankText(between) ? sharedMarks(this.#open, marks, this.#href === span.href) : 0
    this.#close(shared)
    this.#escape(span.from, marks[shared] === 'href' ? '[' : undefined)
    // Signs that would run into those before them are left out.
    const isTaken = this.#last === '*'
    for (const mark of marks.slice(shared)) {
      if (mark === 'code' || (isTaken && mark !== 'href')) continue
      this.#push(mark === 'href' ? '[' : SIGN[mark])
      this.#open.push(mark)
      if (mark === 'href') this.#href = span.href ?? ''
    }
    if (span.code === true && this.#last !== '`') {
      this.#push(codeSpan(this.#text.slice(span.from, span.to), this.#context.inTable))
      this.#at = span.to
    } else this.#escape(span.to, this.#isEmphasis() ? '*' : this.#isLink() ? ']' : undefined)
  }

  finish(): string {
    this.#close(0)
    this.#escape(this.#text.length, undefined)
    return this.#out
  }

  #isLink(): boolean {
    return this.#open[0] === 'href'
  }

  #isEmphasis(): boolean {
    return this.#open.length > (this.#isLink() ? 1 : 0)
  }

  #close(count: number): void {
    while (this.#open.length > count) {
      const mark = this.#open.pop() as Mark
      if (mark === 'href') this.#push(`](${escapeTarget(this.#href, this.#context.inTable)})`)
      else this.#push(SIGN[mark])
    }
  }

  /** Writes the text up to a place; `sign` is what is written behind it, where that is known. */
  #escape(to: number, sign: string | undefined): void {
    if (to <= this.#at) return
    const part = this.#text.slice(this.#at, to)
    const after = sign ?? characterAt(this.#text, to)
    this.#push(escapeText(part, this.#last, after, this.#context.inTable, this.#isLink()))
    this.#at = to
  }

  #push(piece: string): void {
    if (piece === '') return
    this.#out += piece
    this.#last = characterBefore(piece, piece.length)
  }
}

/** The marks of a span that CommonMark reads where it stands, from the outermost to the innermost. */
function marksOf(text: string, span: Span, { inHeading }: InlineContext): Mark[] {
  const marks: Mark[] = []
  if (span.href !== undefined) marks.push('href')
  const isFree =
    span.href !== undefined || span.code === true ? isOutsideFree(text, span) : isFlanked(text, span)
  if (isFree) {
    if (span.bold === true && !inHeading) marks.push('bold')
    if (span.italic === true) marks.push('italic')
  }
  if (span.code === true) marks.push('code')
  return marks
}

/** Whether emphasis can begin and end at the edges of a span: a sign beside a word must not face punctuation. */
function isFlanked(text: string, { from, to }: Span): boolean {
  return (
    isFree(characterAt(text, from), characterBefore(text, from)) &&
    isFree(characterBefore(text, to), characterAt(text, to))
  )
}

function isFree(inner: string, outer: string): boolean {
  return isBlank(outer) || isPunctuation(outer) || !PUNCTUATION.test(inner)
}

/** Brackets and backticks are punctuation: a word must not stand beside emphasis around code; in links all is free. */
function isOutsideFree(text: string, span: Span): boolean {
  if (span.href !== undefined) return isFlanked(text, span)
  return isOutside(characterBefore(text, span.from)) && isOutside(characterAt(text, span.to))
}

function isOutside(character: string): boolean {
  return isBlank(character) || isPunctuation(character)
}

function sharedMarks(open: readonly Mark[], marks: readonly Mark[], isSameLink: boolean): number {
  let shared = 0
  while (shared < open.length && open[shared] === marks[shared]) {
    if (open[shared] === 'href' && !isSameLink) break
    shared++
  }
  return shared
}

function isBlankText(text: string): boolean {
  return text === '' || text === ' ' || text === '\n'
}

/** Code between more backticks than stand in it. */
function codeSpan(text: string, inTable: boolean): string {
  const line = text.replaceAll('\n', ' ')
  const fence = '`'.repeat(longestRun(line) === 0 ? 1 : longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  const shown = inTable ? line.replaceAll('|', '\\|') : line
  return fence + pad + shown + pad + fence
}

/** Length of the longest run of backticks. */
export function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) if (run.length > longest) longest = run.length
  return longest
}

function escapeTarget(href: string, inTable: boolean): string {
  const target = href.replace(
    /[\s()<>\\]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return inTable ? target.replaceAll('|', '%7C') : target
}
