import type { Repaired } from './repaired.ts'

/** Longest half of a word that is looked at, in UTF-16 units: no hyphenated word of print is longer. */
const MAX_HALF = 40

/** Half a word, a hyphen at the end of its line, and the other half at the start of the next, in small letters. */
const BROKEN = new RegExp(
  `(?<=^|[^\\p{L}\\p{M}-])(\\p{L}[\\p{L}\\p{M}]{0,${MAX_HALF}})[-\\u2010\\u00ad][ \\t]{0,2}\\r?\\n[ \\t]{0,8}(\\p{Ll}[\\p{L}\\p{M}]{0,${MAX_HALF}})(?![\\p{L}\\p{M}-])`,
  'gu',
)

/**
 * Words that were cut in two at the end of a line, put together again at the end of the first.
 *
 * `seen` does so only where the whole word stands elsewhere in the text, and never where it stands elsewhere with its
 * hyphen; `all` wherever it does not stand elsewhere with its hyphen. O(length).
 */
export function repairHyphenation(text: string, mode: 'seen' | 'all'): Repaired {
  if (!/[-\u2010\u00ad][ \t]{0,2}\r?\n/.test(text)) return { text, changes: 0 }
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu))
  let changes = 0
  const out = text.replace(BROKEN, (whole, first: string, second: string) => {
    const joined = `${first}${second}`.toLowerCase()
    if (words.has(`${first}-${second}`.toLowerCase())) return whole
    if (mode === 'seen' && !words.has(joined)) return whole
    changes++
    return `${first}${second}\n`
  })
  return { text: out, changes }
}
