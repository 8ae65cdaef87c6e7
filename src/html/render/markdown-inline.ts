import type { InlineText, Span } from '../extraction.ts'
import { escapeText, isBlank } from './markdown-escape.ts'

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
  let out = ''
  let at = 0
  let open: Mark[] = []
  let href: string | undefined
  const close = (count: number) => {
    while (open.length > count) {
      const mark = open.pop() as Mark
      if (mark === 'href') out += `](${escapeTarget(href ?? '', context.inTable)})`
      else out += SIGN[mark]
    }
  }
  for (const span of spans) {
    const between = text.slice(at, span.from)
    const marks = marksOf(text, span, context)
    const shared = isBlankText(between) ? sharedMarks(open, marks, href === span.href) : 0
    close(shared)
    out += escapePart(text, at, span.from, context, shared > 0 && open[0] === 'href')
    if (shared === 0 || open[0] !== 'href') href = span.href
    for (const mark of marks.slice(shared)) {
      if (mark === 'href') out += '['
      else if (mark !== 'code') out += SIGN[mark]
      if (mark !== 'code') open.push(mark)
    }
    const isLink = marks[0] === 'href'
    if (marks.at(-1) === 'code') out += codeSpan(text.slice(span.from, span.to), context.inTable)
    else out += escapePart(text, span.from, span.to, context, isLink)
    at = span.to
  }
  close(0)
  open = []
  return out + escapePart(text, at, text.length, context, false)
}

const SIGN = { bold: '**', italic: '*', code: '' } as const

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
  const before = text[from - 1] ?? ''
  const after = text[to] ?? ''
  return (
    (isBlank(before) || isMark(before) || !isMark(text[from] as string)) &&
    (isBlank(after) || isMark(after) || !isMark(text[to - 1] as string))
  )
}

/** Brackets and backticks are punctuation: a word must not stand beside emphasis around code; in links all is free. */
function isOutsideFree(text: string, span: Span): boolean {
  if (span.href !== undefined) return span.code !== true || isFlanked(text, span)
  const before = text[span.from - 1] ?? ''
  const after = text[span.to] ?? ''
  return (isBlank(before) || isMark(before)) && (isBlank(after) || isMark(after))
}

function isMark(character: string): boolean {
  return /[\p{P}\p{S}]/u.test(character)
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

function escapePart(
  text: string,
  from: number,
  to: number,
  { inTable }: InlineContext,
  inLink: boolean,
): string {
  if (from >= to) return ''
  return escapeText(text.slice(from, to), text[from - 1] ?? '', text[to] ?? '', inTable, inLink)
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
