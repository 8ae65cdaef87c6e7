import { WordReader } from './word-reader.ts'

/** Where grams stand in a text that overlap or touch: one run of its words. */
export interface OverlapRun {
  /** From the first character of its first word to behind the last one of its last, punctuation included. UTF-16 units. */
  readonly start: number
  readonly end: number
  /** Which of the grams it is made of: the first, and the one behind the last. */
  readonly from: number
  readonly to: number
}

/**
 * Brings the grams of a text that overlap, or have no word between them, together: a quote of 23 words is eleven 13-grams, and one run.
 *
 * @param n words of a gram.
 * @param starts where their first words begin, rising, UTF-16 units.
 */
export function overlapRuns(text: string, n: number, starts: Uint32Array): readonly OverlapRun[] {
  const runs: OverlapRun[] = []
  const reader = new WordReader()
  let index = 0
  while (index < starts.length) {
    const start = starts[index] ?? 0
    const from = index
    reader.open(text, start)
    let end = start
    /** Words that the grams met so far still reach over. */
    let left = 0
    while (reader.next()) {
      if (reader.start === starts[index]) {
        index++
        left = n
      }
      if (left === 0) break
      left--
      end = reader.end
    }
    if (index === from) throw new Error('a gram begins where no word does')
    runs.push({ start, end, from, to: index })
  }
  return runs
}
