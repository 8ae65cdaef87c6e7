/** A stretch of two texts: the same words in both, or words of which one or both have others. */
export interface Stretch {
  readonly same: boolean
  readonly left: string
  readonly right: string
}

/**
 * A word with the white space before it; a sign alone, and a character of a script without spaces. Long runs are cut, so that one
 * changed letter does not mark a page.
 */
const WORD =
  /\s*(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|[\p{L}\p{M}\p{N}_]{1,64}|[^\s])/gu

/** Edits up to which the shortest way from one text to the other is looked for; our choice: texts with more have little in common. */
const MOST_EDITS = 600

/**
 * What two texts share, word by word, and what only one of them has: the fewest words are marked. White space and case count for
 * nothing, as for most groups.
 *
 * Texts that are more than 600 words apart between their common beginning and end are marked there as a whole. O((a + b) * words that
 * differ).
 *
 * @see Myers 1986, "An O(ND) difference algorithm and its variations".
 */
export function wordDifference(left: string, right: string): readonly Stretch[] {
  const [a, b] = [left.match(WORD) ?? [], right.match(WORD) ?? []]
  const [x, y] = [a, b].map((words) => words.map((word) => word.trim().toLowerCase())) as [string[], string[]]
  let head = 0
  while (head < x.length && head < y.length && x[head] === y[head]) head++
  let tail = 0
  while (
    tail < x.length - head &&
    tail < y.length - head &&
    x[x.length - 1 - tail] === y[y.length - 1 - tail]
  )
    tail++
  const runs = new Runs(a, b)
  runs.same(head)
  for (const step of shortestWay(x.slice(head, x.length - tail), y.slice(head, y.length - tail))) {
    if (step === 'both') runs.same(1)
    else runs.differ(step === 'left' ? 1 : 0, step === 'right' ? 1 : 0)
  }
  runs.same(tail)
  return runs.finish()
}

type Step = 'both' | 'left' | 'right'

function shortestWay(a: readonly string[], b: readonly string[]): readonly Step[] {
  const apart = (): readonly Step[] => [...a.map((): Step => 'left'), ...b.map((): Step => 'right')]
  if (a.length === 0 || b.length === 0) return apart()
  const most = Math.min(MOST_EDITS, a.length + b.length)
  const middle = most + 1
  /** By diagonal, how far of `a` has been come by the edits so far. */
  const reached = new Int32Array(2 * most + 3)
  const before: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    before.push(reached.slice(middle - edits - 1, middle + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down = reached[middle + diagonal + 1] ?? 0
      const along = reached[middle + diagonal - 1] ?? 0
      let at = diagonal === -edits || (diagonal !== edits && along < down) ? down : along + 1
      while (at < a.length && at - diagonal < b.length && a[at] === b[at - diagonal]) at++
      reached[middle + diagonal] = at
      if (at >= a.length && at - diagonal >= b.length) return wayBack(a.length, b.length, before)
    }
  }
  return apart()
}

function wayBack(aLength: number, bLength: number, before: readonly Int32Array[]): readonly Step[] {
  const steps: Step[] = []
  let [i, j] = [aLength, bLength]
  for (let edits = before.length - 1; edits >= 0; edits--) {
    const reached = before[edits] ?? new Int32Array(0)
    const at = (diagonal: number): number => reached[diagonal + edits + 1] ?? 0
    const diagonal = i - j
    const isDown = diagonal === -edits || (diagonal !== edits && at(diagonal - 1) < at(diagonal + 1))
    const [fromI, from] = isDown ? [at(diagonal + 1), diagonal + 1] : [at(diagonal - 1), diagonal - 1]
    const start = edits === 0 ? 0 : isDown ? fromI : fromI + 1
    while (i > start) {
      steps.push('both')
      i--
      j--
    }
    if (edits === 0) break
    steps.push(isDown ? 'right' : 'left')
    i = fromI
    j = fromI - from
  }
  return steps.reverse()
}

/** Words of both texts, taken in order and joined to stretches. */
class Runs {
  readonly #left: readonly string[]
  readonly #right: readonly string[]
  readonly #done: { same: boolean; left: number; right: number }[] = []

  constructor(left: readonly string[], right: readonly string[]) {
    this.#left = left
    this.#right = right
  }

  same(words: number): void {
    this.#add(true, words, words)
  }

  differ(left: number, right: number): void {
    this.#add(false, left, right)
  }

  #add(same: boolean, left: number, right: number): void {
    if (left + right === 0) return
    const last = this.#done.at(-1)
    if (last?.same !== same) this.#done.push({ same, left, right })
    else {
      last.left += left
      last.right += right
    }
  }

  finish(): readonly Stretch[] {
    let [i, j] = [0, 0]
    return this.#done.map(({ same, left, right }) => ({
      same,
      left: this.#left.slice(i, (i += left)).join(''),
      right: this.#right.slice(j, (j += right)).join(''),
    }))
  }
}
