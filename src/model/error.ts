/** What a user can act on. Stable: scripts test for it, and each has one exit code. */
export type ErrorCode =
  | 'usage'
  | 'recipe'
  | 'input'
  | 'not-found'
  | 'data'
  | 'busy'
  | 'disk-full'
  | 'memory'
  | 'damaged'
  | 'spark'
  | 'interrupted'

/**
 * An error that a user can act on: what was wrong, where, and what was expected.
 *
 * Anything else that is thrown is a bug of ours and keeps its own class and stack.
 */
export class TilthError extends Error {
  readonly code: ErrorCode
  /** One sentence on what to do instead. */
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TilthError'
    this.code = code
    this.hint = options.hint
  }
}

/** Exit code of the command line for each error; 0 is success, 1 a bug, 130 an interrupt. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  usage: 2,
  recipe: 2,
  input: 2,
  'not-found': 2,
  data: 3,
  busy: 4,
  'disk-full': 5,
  memory: 5,
  damaged: 6,
  spark: 7,
  interrupted: 130,
}

/** The name in `known` nearest to `name` by edit distance, when it is near enough to be a typo. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Levenshtein distance of two short strings, in UTF-16 units. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
