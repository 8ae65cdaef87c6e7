/**
 * Characters in n-grams of words that were seen before, as datatrove's `find_all_duplicate` counts them: goes through the
 * words from the first; an n-gram that was seen before counts and is stepped over whole, any other is remembered, and
 * the next one begins a word later. N-grams are compared as their words joined by nothing.
 *
 * @param points characters before each word, and of all.
 */
export function scalarCopies(words: readonly string[], points: Int32Array, n: number): number {
  const seen = new Set<string>()
  let characters = 0
  let word = 0
  while (word + n <= words.length) {
    const gram = words.slice(word, word + n).join('')
    if (seen.has(gram)) {
      characters += (points[word + n] as number) - (points[word] as number)
      word += n
    } else {
      seen.add(gram)
      word++
    }
  }
  return characters
}
