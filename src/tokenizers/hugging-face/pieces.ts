import { asUnicode16 } from '../unicode-16.ts'

/** A piece of a text on its way to the model. */
export interface Piece {
  readonly text: string
  /** Whether it begins where the text begins. */
  readonly isFirst: boolean
}

/** What becomes of what separates, as `tokenizers` names it. */
export type Behaviour = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous'
export const BEHAVIOURS: readonly string[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
]

/** Parts a piece by what an expression matches, or with `invert` by what it does not. Empty pieces are left out. */
export function splitPiece(piece: Piece, expression: RegExp, behaviour: Behaviour, invert: boolean): Piece[] {
  const { text } = piece
  const spans: { start: number; end: number; separates: boolean }[] = []
  const add = (start: number, end: number, matched: boolean): void => {
    if (start < end) spans.push({ start, end, separates: matched !== invert })
  }
  let last = 0
  for (const { 0: match, index } of asUnicode16(text).matchAll(expression)) {
    if (match === '') continue
    add(last, index, false)
    add(index, index + match.length, true)
    last = index + match.length
  }
  add(last, text.length, false)
  return arranged(spans, behaviour).map(({ start, end }) => ({
    text: text.slice(start, end),
    isFirst: piece.isFirst && start === 0,
  }))
}

interface Span {
  start: number
  end: number
  separates: boolean
}

function arranged(spans: readonly Span[], behaviour: Behaviour): readonly Span[] {
  if (behaviour === 'Removed') return spans.filter(({ separates }) => !separates)
  if (behaviour === 'Isolated') return spans
  const out: Span[] = []
  if (behaviour === 'MergedWithNext') {
    // From the end: what separates joins what follows it, unless that separates, too.
    let follower: Span | undefined
    for (const span of spans.toReversed()) {
      if (span.separates && follower !== undefined && !follower.separates) {
        const merged = { start: span.start, end: follower.end, separates: true }
        out[out.length - 1] = merged
        follower = merged
      } else {
        out.push(span)
        follower = span
      }
    }
    return out.reverse()
  }
  let before: Span | undefined
  for (const span of spans) {
    const last = out.at(-1)
    const joins =
      last !== undefined &&
      before !== undefined &&
      (behaviour === 'Contiguous' ? span.separates === before.separates : span.separates && !before.separates)
    if (joins) out[out.length - 1] = { ...last, end: span.end }
    else out.push(span)
    before = span
  }
  return out
}
