import { mixed, type WordTable } from './word-table.ts'

/** Units at the start of a word that must occur elsewhere before an n-gram there can be a copy. */
const WINDOW = 12

/**
 * Characters in n-grams that were seen before, as datatrove's `find_all_duplicate` counts them.
 *
 * Goes through the words from the first: an n-gram that was seen before counts with all its characters and is
 * stepped over whole; any other is remembered, and the next one begins a word later. N-grams are compared as their
 * words joined by nothing, so `no w` and `now` followed by other cuts of the same letters are equal.
 *
 * Exact: n-grams with equal hashes are compared. O(words) and little more, as only places whose first 12 letters
 * occur twice are looked at for each n.
 */
export class JoinedGrams {
  /** For each word, whether an n-gram that begins there may have a copy. */
  #candidate = new Uint8Array(0)
  #slots = new Int32Array(0)
  #size = 0

  /** Begins with the words of a text. */
  read(words: WordTable): this {
    const { count, at } = words
    if (this.#candidate.length < count)
      this.#candidate = new Uint8Array(Math.max(count, 2 * this.#candidate.length))
    let size = 64
    while (size < 2 * count) size *= 2
    this.#size = size
    if (this.#slots.length < size) this.#slots = new Int32Array(size)
    const candidate = this.#candidate
    const slots = this.#slots
    slots.fill(0, 0, size)
    const mask = size - 1
    const units = at[count] as number
    // Without comparing: two windows with an equal hash make candidates, which are compared later.
    for (let word = 0; word < count; word++) {
      const from = at[word] as number
      if (from + WINDOW > units) {
        candidate[word] = 1
        continue
      }
      candidate[word] = 0
      const hash = words.hashOf(from, from + WINDOW)
      let slot = mixed(hash) & mask
      for (;;) {
        const other = (slots[slot] as number) - 1
        if (other < 0) {
          slots[slot] = word + 1
          break
        }
        const start = at[other] as number
        if (words.hashOf(start, start + WINDOW) === hash) {
          candidate[word] = 1
          candidate[other] = 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
    return this
  }

  /** Characters (code points) in copies of n-grams of the words that were read. */
  copiedCharacters(words: WordTable, n: number): number {
    const { count, at, points } = words
    const candidate = this.#candidate
    const slots = this.#slots
    slots.fill(0, 0, this.#size)
    const mask = this.#size - 1
    let characters = 0
    let word = 0
    while (word + n <= count) {
      const from = at[word] as number
      const length = (at[word + n] as number) - from
      if (candidate[word] === 0 && length >= WINDOW) {
        word++
        continue
      }
      const hash = words.hashOf(from, from + length)
      let slot = mixed(hash) & mask
      let isCopy = false
      for (;;) {
        const other = (slots[slot] as number) - 1
        if (other < 0) {
          slots[slot] = word + 1
          break
        }
        const start = at[other] as number
        if ((at[other + n] as number) - start === length && words.isSameRange(start, from, length)) {
          isCopy = true
          break
        }
        slot = (slot + 1) & mask
      }
      if (isCopy) {
        characters += (points[word + n] as number) - (points[word] as number)
        word += n
      } else word++
    }
    return characters
  }
}
