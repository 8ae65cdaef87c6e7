import { isDigit } from './characters.ts'

/** Longest text between two groups of digits of one chain, in UTF-16 units: `) - ` between area code and number. */
const MAX_GAP = 4
/** A chain is cut behind this many groups, so that a text of nothing but numbers needs no memory of its own size. */
const MAX_GROUPS = 4096
/** What may stand between groups of digits: spaces, dots, slashes, brackets and dashes, also those of typesetters. */
const IN_GAP = new Set(
  [...' .-/()\u00a0\u2007\u2009\u202f\u2010\u2011\u2012\u2013'].map((each) => each.charCodeAt(0)),
)

/**
 * Groups of digits that stand in one line with no more than a separator between them, such as the four of
 * `+1 (212) 555-0123`. Parallel arrays; offsets are UTF-16 units into the text.
 */
export interface DigitChain {
  readonly text: string
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** What stands before each group since the one before it, spaces and dashes made plain; empty for the first. */
  readonly gaps: readonly string[]
}

/** The longest chain that begins with the digit at `start`. O(length of the chain). */
export function readChain(text: string, start: number): DigitChain {
  const starts: number[] = []
  const ends: number[] = []
  const gaps: string[] = ['']
  let at = start
  for (;;) {
    starts.push(at)
    while (isDigit(text.charCodeAt(at))) at++
    ends.push(at)
    let next = at
    while (next - at < MAX_GAP && IN_GAP.has(text.charCodeAt(next))) next++
    if (next === at || !isDigit(text.charCodeAt(next)) || starts.length === MAX_GROUPS)
      return { text, starts, ends, gaps }
    gaps.push(plainGap(text, at, next))
    at = next
  }
}

/** Number of groups. */
export function groupCount(chain: DigitChain): number {
  return chain.starts.length
}

/** Digits of a group. */
export function groupLength(chain: DigitChain, index: number): number {
  return (chain.ends[index] ?? 0) - (chain.starts[index] ?? 0)
}

/** Offset of a group's first digit. */
export function startOf(chain: DigitChain, index: number): number {
  return chain.starts[index] ?? 0
}

/** Offset behind a group's last digit. */
export function endOf(chain: DigitChain, index: number): number {
  return chain.ends[index] ?? 0
}

/** What stands before a group since the one before it, with every space a plain space and every dash a hyphen. */
export function gapBefore(chain: DigitChain, index: number): string {
  return chain.gaps[index] ?? ''
}

function plainGap(text: string, from: number, to: number): string {
  let gap = ''
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    gap += code < 0x80 ? text.charAt(at) : code >= 0x2010 && code <= 0x2013 ? '-' : ' '
  }
  return gap
}

/** Digits of the groups from `first` to `last`, both included. */
export function digitsOf(chain: DigitChain, first: number, last: number): string {
  let digits = ''
  for (let index = first; index <= last; index++)
    digits += chain.text.slice(chain.starts[index], chain.ends[index])
  return digits
}

/**
 * The written form of the groups from `first` to `last`: lengths and what stands between, such as `3-2-4`
 * for `123-45-6789`.
 */
export function shapeOf(chain: DigitChain, first: number, last: number): string {
  let shape = `${groupLength(chain, first)}`
  for (let index = first + 1; index <= last; index++) {
    shape += `${gapBefore(chain, index)}${groupLength(chain, index)}`
  }
  return shape
}

/**
 * Whether the groups from `first` to `last` are a number of their own: no letter or digit touches them, no
 * hyphen, dot or slash ties them to another group, and they are not a stretch of a row of equal groups parted
 * by spaces, as the columns of a table are.
 */
export function standsAlone(chain: DigitChain, first: number, last: number): boolean {
  const before = gapBefore(chain, first)
  const after = gapBefore(chain, last + 1)
  return (
    isLoose(before, chain, first - 1, first) &&
    isLoose(after, chain, last + 1, last) &&
    (first > 0 || !touches(chain.text.charCodeAt(startOf(chain, 0) - 1))) &&
    (last < chain.starts.length - 1 || !touchesBehind(chain.text, endOf(chain, last)))
  )
}

function isLoose(gap: string, chain: DigitChain, other: number, own: number): boolean {
  if (gap === '') return true
  if (gap === ' ') return groupLength(chain, other) !== groupLength(chain, own)
  return LOOSE_GAPS.has(gap)
}

/** Gaps that part numbers more than they tie groups of one. */
const LOOSE_GAPS = new Set([
  '  ',
  '   ',
  '    ',
  '. ',
  '.  ',
  ')',
  ') ',
  ')  ',
  ' (',
  '(',
  ' - ',
  ' / ',
  ') (',
  ')  (',
])

/** Whether a character before a number makes it part of a longer word or number. */
function touches(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x25 ||
    // `#1234`, `/1234`, `.1234`, `-1234`, `=1234` in URLs, decimals and ranges.
    code === 0x23 ||
    code === 0x2f ||
    code === 0x2e ||
    code === 0x2d ||
    code === 0x26
  )
}

/** Whether what follows a number makes it part of a longer word or number: a letter, `%`, or a dot or comma with digits. */
function touchesBehind(text: string, end: number): boolean {
  const code = text.charCodeAt(end)
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code === 0x25)
    return true
  if (code === 0x2d || code === 0x2f) return isWordStart(text.charCodeAt(end + 1))
  return (code === 0x2c || code === 0x3a) && isDigit(text.charCodeAt(end + 1))
}

function isWordStart(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}
