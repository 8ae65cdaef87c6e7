import { isSpace, tokenEnd, tokenStart } from './word-reader.ts'

export interface CutOptions {
  /** Characters that go before and behind each run, at least. */
  readonly margin: number
  /** Shorter pieces go too. Characters. */
  readonly minPiece: number
}

export interface Cut {
  /** What is left, in order; white space at its cut ends is gone. */
  readonly pieces: readonly string[]
  /** Pieces that the text was cut into, the short ones counted. */
  readonly count: number
  /** Characters that went, those of short pieces counted. */
  readonly removed: number
}

/**
 * A text without some runs and the characters around them. Characters are code points. A word that a margin would cut goes whole, so
 * that nothing is left that was no word before; what is blank is no piece.
 *
 * @param runs rising and apart, UTF-16 units.
 */
export function cutAround(
  text: string,
  runs: readonly { readonly start: number; readonly end: number }[],
  { margin, minPiece }: CutOptions,
): Cut {
  const gone: (readonly [start: number, end: number])[] = []
  for (const { start, end } of runs) {
    const [from, to] = [wordStart(text, back(text, start, margin)), wordEnd(text, forth(text, end, margin))]
    const before = gone.at(-1)
    if (before !== undefined && from <= before[1])
      gone[gone.length - 1] = [before[0], Math.max(before[1], to)]
    else gone.push([from, to])
  }
  const pieces: string[] = []
  let count = 0
  let at = 0
  for (const [start, end] of [...gone, [text.length, text.length] as const]) {
    const rest = at === 0 ? text.slice(0, start) : text.slice(at, start).trimStart()
    const piece = start === text.length ? rest : rest.trimEnd()
    at = end
    if (piece.trim() === '') continue
    count++
    if (characters(piece) >= minPiece) pieces.push(piece)
  }
  const left = pieces.reduce((sum, piece) => sum + characters(piece), 0)
  return { pieces, count, removed: characters(text) - left }
}

/** A place, or the start of the word that a cut there would go through. */
function wordStart(text: string, at: number): number {
  return at < text.length && !isSpace(text, at) ? tokenStart(text, at) : at
}

function wordEnd(text: string, at: number): number {
  return at > 0 && !isSpace(text, at - 1) ? tokenEnd(text, at) : at
}

/** Number of code points. */
export function characters(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++, count++) if (isPair(text, at)) at++
  return count
}

function back(text: string, from: number, most: number): number {
  let at = from
  for (let left = most; left > 0 && at > 0; left--) at -= at > 1 && isPair(text, at - 2) ? 2 : 1
  return at
}

function forth(text: string, from: number, most: number): number {
  let at = from
  for (let left = most; left > 0 && at < text.length; left--) at += isPair(text, at) ? 2 : 1
  return at
}

/** Whether a high and a low surrogate stand at a place. */
function isPair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
}
