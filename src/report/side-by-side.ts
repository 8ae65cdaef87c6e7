import { wordDifference } from './word-difference.ts'

/** A part of two texts that stand side by side. */
export type SidePart =
  | { readonly kind: 'same' | 'differs'; readonly left: string; readonly right: string }
  /** Words that both have, in characters of the left text. */
  | { readonly kind: 'left-out'; readonly characters: number }

/** Of each text, how many UTF-16 units from its beginning are compared. */
export const COMPARED_LENGTH = 8000
/** How many units a side may show, of common words beside a difference, and of one difference. */
const MOST_SHOWN = 2000
const CONTEXT = 120
const MOST_OF_ONE = 600

/**
 * Two texts for a reader who wants to see how they differ: the differing words, and the common ones around them. Bounded: at most about
 * 3,000 units of each.
 */
export function sideBySide(left: string, right: string): readonly SidePart[] {
  const parts: SidePart[] = []
  const stretches = wordDifference(left, right)
  let shown = 0
  let hidden = 0
  for (const [at, stretch] of stretches.entries()) {
    const length = Math.max(stretch.left.length, stretch.right.length)
    if (shown >= MOST_SHOWN) {
      hidden += stretch.left.length
    } else if (!stretch.same) {
      parts.push({ kind: 'differs', left: cut(stretch.left), right: cut(stretch.right) })
      shown += Math.min(length, MOST_OF_ONE)
    } else {
      // The beginning of a text tells what it is, whether or not it differs there.
      const head = at === 0 ? 2 * CONTEXT : CONTEXT
      const tail = at === stretches.length - 1 ? 0 : CONTEXT
      if (length <= head + tail + CONTEXT)
        parts.push({ kind: 'same', left: stretch.left, right: stretch.right })
      else {
        parts.push({ kind: 'same', left: whole(stretch.left, head), right: whole(stretch.right, head) })
        parts.push({ kind: 'left-out', characters: stretch.left.length - head - tail })
        if (tail > 0)
          parts.push({ kind: 'same', left: end(stretch.left, tail), right: end(stretch.right, tail) })
      }
      shown += Math.min(length, head + tail + CONTEXT)
    }
  }
  if (hidden > 0) parts.push({ kind: 'left-out', characters: hidden })
  return parts
}

function cut(text: string): string {
  return text.length <= MOST_OF_ONE ? text : `${whole(text, MOST_OF_ONE)}…`
}

/** The first units, never half of a surrogate pair. */
function whole(text: string, length: number): string {
  return /[\ud800-\udbff]$/.test(text.slice(0, length)) ? text.slice(0, length - 1) : text.slice(0, length)
}

/** The last units, never half of a surrogate pair. */
function end(text: string, length: number): string {
  const last = text.slice(-length)
  return /^[\udc00-\udfff]/.test(last) ? last.slice(1) : last
}
