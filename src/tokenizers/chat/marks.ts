/**
 * Characters that stand in a rendered conversation and are no part of it: they tell what a message says from what the template says, and
 * what is learned from what is not.
 */
export interface Marks {
  /** Around what looks like a special token in a message. */
  readonly open: string
  readonly close: string
  /** Around what the model learns. */
  readonly begin: string
  readonly end: string
}

/** Characters that Unicode sets aside for use within a program, and behind them those of private use, which texts may have. */
const RANGES: readonly (readonly [first: number, last: number])[] = [
  [0xfdd0, 0xfdef],
  [0xe000, 0xf8ff],
]

/** Marks that a text does not have. @throws RangeError for a text that has nearly all of 6,432 characters. */
export function marksBeside(text: string): Marks {
  const free: string[] = []
  for (const [first, last] of RANGES) {
    for (let code = first; code <= last; code++) {
      const character = String.fromCharCode(code)
      if (text.includes(character)) continue
      free.push(character)
      const [open, close, begin, end] = free
      if (open !== undefined && close !== undefined && begin !== undefined && end !== undefined)
        return { open, close, begin, end }
    }
  }
  throw new RangeError('a text has every character that could mark its parts')
}
