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
  /** Words at which an n-gram may have a copy, ascending. */
  #places = new Int32Array(0)
  #count = 0
  #isPlace = new Uint8Array(0)
  #slots = new Int32Array(0)

  /** Begins with the words of a text. */
  read(words: WordTable): this {
    const { count, at } = words
    if (this.#places.length < count) {
      const size = Math.max(count, 2 * this.#places.length)
      this.#places = new Int32Array(size)
      this.#isPlace = new Uint8Array(size)
    }
    const size = this.#clear(count)
    this.#isPlace.fill(0, 0, count)
    markWindows(words, this.#isPlace, this.#slots, size - 1)
    const last = at[count] as number
    let places = 0
    for (let word = 0; word < count; word++) {
      const end = word + SHORTEST < count ? (at[word + SHORTEST] as number) : last
      // What is shorter than a window is always looked at.
      if (this.#isPlace[word] === 1 || end - (at[word] as number) < WINDOW) this.#places[places++] = word
    }
    this.#count = places
    return this
  }

  /** Characters (code points) in copies of n-grams of the words that were read, for n of 5 and more. */
  copiedCharacters(words: WordTable, n: number): number {
    const size = this.#clear(this.#count)
    return countCopies(words, n, this.#places, this.#count, this.#slots, size - 1)
  }

  /** Empties a hash table for so many entries; gives its size. */
  #clear(entries: number): number {
    let size = 64
    while (size < 2 * entries) size *= 2
    if (this.#slots.length < size) this.#slots = new Int32Array(size)
    else this.#slots.fill(0, 0, size)
    return size
  }
}

/** The smallest n that is asked for. */
const SHORTEST = 5

/** Marks words whose window has the hash of another word's window; those are compared later. */
function markWindows(words: WordTable, isPlace: Uint8Array, slots: Int32Array, mask: number): void {
  const { count, at } = words
  const units = at[count] as number
  for (let word = 0; word < count; word++) {
    const from = at[word] as number
    if (from + WINDOW > units) return
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
        isPlace[word] = 1
        isPlace[other] = 1
        break
      }
      slot = (slot + 1) & mask
    }
  }
}

function countCopies(
  words: WordTable,
  n: number,
  places: Int32Array,
  count: number,
  slots: Int32Array,
  mask: number,
): number {
  const { at, points } = words
  const last = words.count - n
  let characters = 0
  let next = 0
  for (let index = 0; index < count; index++) {
    const word = places[index] as number
    // Inside a copy that was stepped over.
    if (word < next) continue
    if (word > last) break
    const from = at[word] as number
    const length = (at[word + n] as number) - from
    let slot = mixed(words.hashOf(from, from + length)) & mask
    for (;;) {
      const other = (slots[slot] as number) - 1
      if (other < 0) {
        slots[slot] = word + 1
        break
      }
      const start = at[other] as number
      if ((at[other + n] as number) - start === length && words.isSameRange(start, from, length)) {
        characters += (points[word + n] as number) - (points[word] as number)
        next = word + n
        break
      }
      slot = (slot + 1) & mask
    }
  }
  return characters
}
