/**
 * Code points that Unicode 17 has and Unicode 16 has not, as pairs of first and last.
 *
 * Patterns of the encodings ask for classes of characters, and a class depends on the version of Unicode. tiktoken 0.14 and
 * tokenizers 0.23 know version 16, this runtime 17: for ids that are theirs, what came later has no class, as in 16.
 */
const ADDED: readonly number[] = [
  0x88f, 0x88f, 0xc5c, 0xc5c, 0xcdc, 0xcdc, 0x1acf, 0x1add, 0x1ae0, 0x1aeb, 0xa7ce, 0xa7cf, 0xa7d2, 0xa7d2,
  0xa7d4, 0xa7d4, 0xa7f1, 0xa7f1, 0x10940, 0x10959, 0x10ec5, 0x10ec7, 0x10efa, 0x10efb, 0x11b60, 0x11b67,
  0x11db0, 0x11ddb, 0x11de0, 0x11de9, 0x16ea0, 0x16eb8, 0x16ebb, 0x16ed3, 0x16ff2, 0x16ff6, 0x187f8, 0x187ff,
  0x18d09, 0x18d1e, 0x18d80, 0x18df2, 0x1e6c0, 0x1e6de, 0x1e6e0, 0x1e6f5, 0x1e6fe, 0x1e6ff, 0x2b73a, 0x2b73f,
  0x2cea2, 0x2cead, 0x323b0, 0x33479,
]

/** Calls `take` with the first and the last code point of each range of letters, marks and digits that Unicode 17 added. */
export function forEachAdded(take: (first: number, last: number) => void): void {
  for (let at = 0; at < ADDED.length; at += 2) take(ADDED[at] ?? 0, ADDED[at + 1] ?? 0)
}

let added: RegExp | undefined

/**
 * A text of the same length whose characters have the classes of Unicode 16: what was added later is replaced by a character that is
 * assigned in neither. For matching only.
 */
export function asUnicode16(text: string): string {
  if (added === undefined) {
    const ranges: string[] = []
    forEachAdded((first, last) => ranges.push(`\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`))
    added = new RegExp(`[${ranges.join('')}]`, 'gu')
  }
  return text.replace(added, (character) => (character.length === 1 ? '\uffff' : '\u{1ffff}'))
}
