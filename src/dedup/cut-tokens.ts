import { kindOf, LETTER } from './characters.ts'
import type { Tokens } from './tokens.ts'

/** Runs of tokens, rising and apart: the first of each, and the one behind its last. */
export type Spans = readonly (readonly [from: number, to: number])[]

/** The union of windows of `length` tokens that start at `starts`, which rise. */
export function spansOf(starts: Iterable<number>, length: number): Spans {
  const spans: [number, number][] = []
  for (const start of starts) {
    const last = spans.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = start + length
    else spans.push([start, start + length])
  }
  return spans
}

/**
 * A text without some of its tokens. Signs that stand at a removed token without white space go with it; of the white space on both
 * sides that with more line breaks stays. What is between other tokens stays as it was, and no two of them grow together.
 */
export function cutTokens(text: string, tokens: Tokens, spans: Spans): string {
  const { count, starts, ends } = tokens
  let rest = ''
  let kept = 0
  for (const [first, behind] of spans) {
    const start = starts[first] ?? 0
    const end = ends[behind - 1] ?? 0
    const before = spaceBefore(text, first === 0 ? 0 : (ends[first - 1] ?? 0), start)
    const after = spaceAfter(text, end, behind === count ? text.length : (starts[behind] ?? 0))
    if (behind === count) {
      if (first > 0) rest += text.slice(kept, before.from)
      return rest
    }
    if (first > 0) {
      rest += text.slice(kept, before.from)
      const [one, other] = [text.slice(before.from, before.to), text.slice(after.from, after.to)]
      const between = linesIn(other) > linesIn(one) || one === '' ? other : one
      rest += between
      if (between === '' && before.from === ends[first - 1] && isLetter(text, starts[first - 1]))
        rest += isLetter(text, starts[behind]) ? ' ' : ''
    }
    kept = after.to
  }
  return rest + text.slice(kept)
}

interface Range {
  readonly from: number
  readonly to: number
}

/** The last white space of a gap; at its end where there is none. */
function spaceBefore(text: string, floor: number, end: number): Range {
  let to = end
  while (to > floor && !isSpace(text, to - 1)) to--
  if (to === floor) return { from: end, to: end }
  let from = to
  while (from > floor && isSpace(text, from - 1)) from--
  return { from, to }
}

/** The first white space of a gap; at its end where there is none. */
function spaceAfter(text: string, start: number, ceiling: number): Range {
  let from = start
  while (from < ceiling && !isSpace(text, from)) from++
  let to = from
  while (to < ceiling && isSpace(text, to)) to++
  return { from, to }
}

function linesIn(space: string): number {
  return space.split('\n').length - 1
}

function isSpace(text: string, at: number): boolean {
  return /\s/.test(text.charAt(at))
}

function isLetter(text: string, at: number | undefined): boolean {
  return at !== undefined && kindOf(text.codePointAt(at) ?? 0) === LETTER
}
