/** What Python takes for white space, for a class of a pattern. */
export const PYTHON_SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'

const INK = new RegExp(`[^${PYTHON_SPACE}]`, 'u')
const BLANK = new RegExp(`^[${PYTHON_SPACE}]$`)

/**
 * Without white space at both ends, as Python's `str.strip()`. O(length).
 *
 * The end is walked to from behind: a pattern such as `\s+$` takes the square of a run of spaces that ends in a word.
 */
export function pythonStrip(text: string): string {
  const first = text.search(INK)
  if (first < 0) return ''
  let last = text.length
  while (BLANK.test(text.charAt(last - 1))) last--
  return text.slice(first, last)
}
