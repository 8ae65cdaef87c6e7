/**
 * Lines of a text that hold more than white space, without the space around them.
 *
 * Blank lines are left out: counted as lines, the gaps between paragraphs are the most frequent
 * "repeated line" of any text (huggingface/datatrove#273). O(length).
 */
export function linesOf(text: string): string[] {
  const lines: string[] = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line !== '') lines.push(line)
  }
  return lines
}

/** What of a text's lines occurred before, as shares from 0 to 1. */
export interface RepeatedLines {
  /** Share of lines. */
  readonly lines: number
  /** Share of characters (UTF-16 units) in lines. */
  readonly characters: number
}

/** Shares of lines, and of characters in lines, that occurred before; the first copy does not count. */
export function repeatedLines(lines: readonly string[]): RepeatedLines {
  const seen = new Set<string>()
  let repeated = 0
  let characters = 0
  let repeatedCharacters = 0
  for (const line of lines) {
    characters += line.length
    if (seen.has(line)) {
      repeated++
      repeatedCharacters += line.length
    } else seen.add(line)
  }
  if (lines.length === 0) return { lines: 0, characters: 0 }
  return { lines: repeated / lines.length, characters: repeatedCharacters / characters }
}
