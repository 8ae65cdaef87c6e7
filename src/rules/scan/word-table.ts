import { characterFlags, LEAD, pairFlags, SPACE, TRAIL } from './character-flags.ts'

/** Odd multiplier of the polynomial hash over UTF-16 units, modulo 2^32. */
const BASE = 0x01000193

/**
 * The words of a text as columns, with what the rules ask of them.
 *
 * Words are ranges of the text that hold no white space and leave out nothing but white space, so that all words
 * in a row, joined, are the text without white space: {@link squeezed}. Buffers are kept from text to text.
 */
export class WordTable {
  /** Number of words. */
  count = 0
  /** First unit of each word in the text, and the unit behind its last. */
  start = new Int32Array(0)
  end = new Int32Array(0)
  /** First unit of each word in {@link squeezed}; entry `count` is its length. */
  at = new Int32Array(1)
  /** Characters (code points) in all words before each one; entry `count` is their sum. */
  points = new Int32Array(1)
  /** Flags of all characters of each word, together. */
  flags = new Uint16Array(0)
  /** The text without white space, as UTF-16 units. */
  squeezed = new Uint16Array(0)
  /** Number of the first word that is equal to each word: equal numbers are equal words. From {@link identify}. */
  id = new Int32Array(0)
  /** How many words have the number; by number. From {@link identify}. */
  copies = new Int32Array(0)
  /** Number of different words. From {@link identify}. */
  distinct = 0

  /** Hash of the first k units of {@link squeezed}, by k. */
  #prefix = new Int32Array(1)
  /** `BASE` to the power of k, by k. */
  #power = new Int32Array(1)
  #slots = new Int32Array(0)
  #identified = false

  /** Takes words at white space, as Python's `str.split()`. */
  splitAtSpaces(codes: Uint16Array, length: number): void {
    this.#reserve((length >> 1) + 1)
    this.#reserveUnits(length)
    this.#identified = false
    this.count = cutWords(codes, length, characterFlags(), this, this.#prefix)
    this.#countPoints(codes)
  }

  /** Takes the words that `each` tells of, in order. There must be at most one for each unit. */
  take(codes: Uint16Array, length: number, each: (add: (start: number, end: number) => void) => void): void {
    this.#reserve(length + 1)
    this.#reserveUnits(length)
    this.#identified = false
    const { start, end } = this
    let count = 0
    each((from, to) => {
      start[count] = from
      end[count++] = to
    })
    this.count = count
    takeWords(codes, characterFlags(), this, this.#prefix)
    this.#countPoints(codes)
  }

  /** Characters (code points) of a word. */
  length(word: number): number {
    return (this.points[word + 1] as number) - (this.points[word] as number)
  }

  /** Characters of all words, without what is between them. */
  get characters(): number {
    return this.points[this.count] as number
  }

  /** Hash of a range of {@link squeezed}. Equal ranges have equal hashes; check {@link isSameRange}. */
  hashOf(from: number, to: number): number {
    const prefix = this.#prefix
    return ((prefix[to] as number) - Math.imul(prefix[from] as number, this.#power[to - from] as number)) | 0
  }

  /** Whether two ranges of {@link squeezed}, of a length, hold the same. */
  isSameRange(left: number, right: number, length: number): boolean {
    const { squeezed } = this
    for (let index = 0; index < length; index++) {
      if (squeezed[left + index] !== squeezed[right + index]) return false
    }
    return true
  }

  /** Numbers the words, once a text. Exact: words with equal hashes are compared. */
  identify(): void {
    if (this.#identified) return
    this.#identified = true
    const { count, at, id, copies } = this
    let size = 64
    while (size < 2 * count) size *= 2
    if (this.#slots.length < size) this.#slots = new Int32Array(size)
    const slots = this.#slots
    slots.fill(0, 0, size)
    const mask = size - 1
    this.distinct = 0
    for (let word = 0; word < count; word++) {
      const from = at[word] as number
      const length = (at[word + 1] as number) - from
      let slot = mixed(this.hashOf(from, from + length)) & mask
      for (;;) {
        const found = (slots[slot] as number) - 1
        if (found < 0) {
          slots[slot] = word + 1
          id[word] = word
          copies[word] = 1
          this.distinct++
          break
        }
        const other = at[found] as number
        if ((at[found + 1] as number) - other === length && this.isSameRange(other, from, length)) {
          id[word] = found
          copies[found] = (copies[found] as number) + 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
  }

  #reserve(words: number): void {
    if (this.start.length >= words) return
    const size = Math.max(words, 2 * this.start.length)
    this.start = new Int32Array(size)
    this.end = new Int32Array(size)
    this.at = new Int32Array(size + 1)
    this.points = new Int32Array(size + 1)
    this.flags = new Uint16Array(size)
    this.id = new Int32Array(size)
    this.copies = new Int32Array(size)
  }

  #reserveUnits(units: number): void {
    const had = this.squeezed.length
    if (had >= units) return
    const size = Math.max(units, 2 * had)
    this.squeezed = new Uint16Array(size)
    this.#prefix = new Int32Array(size + 1)
    this.#power = new Int32Array(size + 1)
    this.#power[0] = 1
    for (let index = 1; index <= size; index++) {
      this.#power[index] = Math.imul(this.#power[index - 1] as number, BASE)
    }
  }

  /** Characters are units, but for words with a pair. */
  #countPoints(codes: Uint16Array): void {
    const table = characterFlags()
    const { count, start, end, at, points, flags } = this
    let pairs = 0
    for (let word = 0; word < count; word++) {
      points[word] = (at[word] as number) - pairs
      if (((flags[word] as number) & LEAD) === 0) continue
      const from = start[word] as number
      const to = end[word] as number
      flags[word] = pairedFlags(codes, from, to, table)
      pairs += pairsIn(codes, from, to, table)
    }
    points[count] = (at[count] as number) - pairs
  }
}

/** The columns that are filled while a text is cut. */
type Columns = Pick<WordTable, 'start' | 'end' | 'at' | 'flags' | 'squeezed'>

/** Cuts words at white space and notes what they hold, in one pass; gives their number. */
function cutWords(
  codes: Uint16Array,
  length: number,
  table: Uint16Array,
  { start, end, at, flags, squeezed }: Columns,
  prefix: Int32Array,
): number {
  let count = 0
  let unit = 0
  let hash = 0
  let all = 0
  for (let index = 0; index < length; index++) {
    const code = codes[index] as number
    const own = table[code] as number
    if ((own & SPACE) === 0) {
      if (all === 0) {
        start[count] = index
        at[count] = unit
      }
      // A word always has a flag of its own: where none of the properties is, one says so.
      all |= own | IN_WORD
      squeezed[unit++] = code
      hash = (Math.imul(hash, BASE) + code) | 0
      prefix[unit] = hash
    } else if (all !== 0) {
      end[count] = index
      flags[count++] = all
      all = 0
    }
  }
  if (all !== 0) {
    end[count] = length
    flags[count++] = all
  }
  at[count] = unit
  return count
}

/** A flag that no character has. */
const IN_WORD = 0x8000

/** Notes what words that are already cut hold. */
function takeWords(codes: Uint16Array, table: Uint16Array, words: WordTable, prefix: Int32Array): void {
  const { count, start, end, at, flags, squeezed } = words
  let unit = 0
  let hash = 0
  for (let word = 0; word < count; word++) {
    at[word] = unit
    let all = 0
    const last = end[word] as number
    for (let index = start[word] as number; index < last; index++) {
      const code = codes[index] as number
      all |= table[code] as number
      squeezed[unit++] = code
      hash = (Math.imul(hash, BASE) + code) | 0
      prefix[unit] = hash
    }
    flags[word] = all
  }
  at[count] = unit
}

/** Flags of the characters of a range, together, where some are pairs. */
function pairedFlags(codes: Uint16Array, from: number, to: number, table: Uint16Array): number {
  let all = 0
  for (let index = from; index < to; index++) {
    const code = codes[index] as number
    const flags = table[code] as number
    const next = index + 1 < to ? (codes[index + 1] as number) : 0
    if ((flags & LEAD) !== 0 && ((table[next] as number) & TRAIL) !== 0) {
      all |= pairFlags(pointOf(code, next))
      index++
    } else all |= flags
  }
  return all
}

/** Number of characters above U+FFFF in a range of units. */
export function pairsIn(codes: Uint16Array, from: number, to: number, table: Uint16Array): number {
  let pairs = 0
  for (let index = from; index + 1 < to; index++) {
    if (((table[codes[index] as number] as number) & LEAD) === 0) continue
    if (((table[codes[index + 1] as number] as number) & TRAIL) === 0) continue
    pairs++
    index++
  }
  return pairs
}

/** The code point of a pair of halves. */
export function pointOf(lead: number, trail: number): number {
  return 0x10000 + ((lead - 0xd800) << 10) + (trail - 0xdc00)
}

/** Spreads the high bits of a polynomial hash over the low ones, which index tables. */
export function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return once ^ (once >>> 13)
}
