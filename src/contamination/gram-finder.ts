import { fmix } from '../text/murmur3.ts'
import type { EvaluationItem, EvaluationSet } from './evaluation-set.ts'
import { plainWord } from './plain-word.ts'
import { hashWord, WordReader } from './word-reader.ts'

/** An example that has a gram, and where. */
export interface GramSource {
  readonly set: EvaluationSet
  readonly item: EvaluationItem
  /** Number of the text among those of the example, and of the gram's first word in it; from 0. */
  readonly text: number
  readonly word: number
}

/** Grams of examples that a text has. The views are used again. */
export interface GramHits {
  /** Where the first word of each begins, UTF-16 units, rising. */
  readonly starts: Uint32Array
  /** Which gram it is, as a number: equal where all words are. */
  readonly grams: Uint32Array
}

const FACTOR = 0x9e3779b1

/**
 * Finds the grams of evaluation sets in texts: `n` words in a row, compared as {@link plainWord} gives them.
 *
 * Words become numbers of the sets' vocabulary, and a hash rolls over the numbers, so that a text costs O(length) however many grams
 * there are. What the hash finds is compared word for word: a hit is never one by chance.
 *
 * About 20 bytes a word of the sets, beside the vocabulary.
 */
export class GramFinder {
  readonly n: number
  readonly #items: NumberedWords['items']
  readonly #vocabulary: Vocabulary
  /** The words of all texts of all examples, one behind the other, as numbers. */
  readonly #words: Uint32Array
  /** For each text of `n` words or more: where its words begin (one more entry ends the last), its example, its number there. */
  readonly #textStarts: Uint32Array
  readonly #textItems: Uint32Array
  readonly #textNumbers: Uint32Array
  /** Slot of a gram's hash → place of its first occurrence in `words`, and 1. */
  readonly #slots: Uint32Array
  readonly #mask: number
  /** A bit for each hash that a gram has, eight times as many bits as grams: most other hashes end here, in less memory than the slots. */
  readonly #bits: Uint32Array
  readonly #bitMask: number
  /** Place of an occurrence → place of the next of the same gram, and 1; 0 behind the last. */
  readonly #next: Uint32Array
  /** `FACTOR ** n`, modulo 2^32. */
  readonly #away: number
  /** Examples of which no text has `n` words, by set. */
  readonly short: ReadonlyMap<EvaluationSet, number>
  readonly #reader = new WordReader()
  /** The last `n` words of a text that are in the vocabulary, as numbers, and where they begin. */
  readonly #ring: Uint32Array
  readonly #ringStarts: Uint32Array
  #starts = new Uint32Array(64)
  #grams = new Uint32Array(64)

  /** @param n words of a gram, 1 or more. */
  constructor(sets: readonly EvaluationSet[], n: number) {
    this.n = n
    this.#ring = new Uint32Array(n)
    this.#ringStarts = new Uint32Array(n)
    let away = 1
    for (let at = 0; at < n; at++) away = Math.imul(away, FACTOR)
    this.#away = away
    const numbered = numberWords(sets, n, this.#reader)
    this.#items = numbered.items
    this.#vocabulary = new Vocabulary(numbered.vocabulary)
    this.#words = numbered.words
    this.#textStarts = numbered.textStarts
    this.#textItems = numbered.textItems
    this.#textNumbers = numbered.textNumbers
    this.short = numbered.short
    this.#mask = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * this.#words.length))) - 1
    this.#slots = new Uint32Array(this.#mask + 1)
    this.#next = new Uint32Array(this.#words.length)
    this.#bitMask = Math.min(2 ** 32, 4 * (this.#mask + 1)) - 1
    this.#bits = new Uint32Array((this.#bitMask + 1) / 32)
    this.#fill()
  }

  /** Grams of all examples, each as often as it is there. */
  get size(): number {
    let size = 0
    for (let text = 0; text < this.#textItems.length; text++)
      size += Math.max(0, (this.#textStarts[text + 1] ?? 0) - (this.#textStarts[text] ?? 0) - this.n + 1)
    return size
  }

  #fill(): void {
    // Chains grow at their end: `last` is where, for the first occurrence of each gram.
    const last = new Uint32Array(this.#words.length)
    for (let text = 0; text < this.#textItems.length; text++) {
      const end = this.#textStarts[text + 1] ?? 0
      let hash = 0
      let count = 0
      for (let at = this.#textStarts[text] ?? 0; at < end; at++) {
        hash = (Math.imul(hash, FACTOR) + spread(this.#words[at] ?? 0)) | 0
        if (count++ >= this.n)
          hash = (hash - Math.imul(this.#away, spread(this.#words[at - this.n] ?? 0))) | 0
        if (count < this.n) continue
        const place = at - this.n + 1
        const bit = (finished(hash) & this.#bitMask) >>> 0
        this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31))
        let slot = finished(hash) & this.#mask
        for (;;) {
          const found = this.#slots[slot] ?? 0
          if (found === 0) {
            this.#slots[slot] = place + 1
            last[place] = place
            break
          }
          if (this.#sameWords(found - 1, place)) {
            this.#next[last[found - 1] ?? 0] = place + 1
            last[found - 1] = place
            break
          }
          slot = (slot + 1) & this.#mask
        }
      }
    }
  }

  #sameWords(a: number, b: number): boolean {
    for (let word = 0; word < this.n; word++)
      if (this.#words[a + word] !== this.#words[b + word]) return false
    return true
  }

  /** The grams that a text has. O(length). */
  find(text: string): GramHits {
    const { n } = this
    const reader = this.#reader
    reader.open(text)
    let found = 0
    let hash = 0
    /** Words in a row that are in the vocabulary. */
    let run = 0
    let follows = false
    while (reader.next()) {
      const word = this.#vocabulary.numberOf(reader.low, reader.high)
      if (word === NONE) {
        run = 0
        hash = 0
        follows = false
        continue
      }
      const slot = run % n
      hash = (Math.imul(hash, FACTOR) + spread(word)) | 0
      if (run >= n) hash = (hash - Math.imul(this.#away, spread(this.#ring[slot] ?? 0))) | 0
      this.#ring[slot] = word
      this.#ringStarts[slot] = reader.start
      run++
      const gram = run < n ? NONE : this.#lookUp(hash, run)
      const start = this.#ringStarts[run % n] ?? 0
      // Behind another hit all words but the last are known to be equal, letter for letter.
      const isHit: boolean =
        gram !== NONE &&
        (follows
          ? this.#vocabulary.words[word] === reader.word
          : this.#isGram(gram, text.slice(start, reader.end)))
      follows = isHit
      if (!isHit) continue
      if (found === this.#starts.length) {
        this.#starts = doubled(this.#starts)
        this.#grams = doubled(this.#grams)
      }
      this.#starts[found] = start
      this.#grams[found] = gram
      found++
    }
    return { starts: this.#starts.subarray(0, found), grams: this.#grams.subarray(0, found) }
  }

  /** The examples that have a gram, in the order of the sets, at most so many. */
  sources(gram: number, most = Number.POSITIVE_INFINITY): readonly GramSource[] {
    const sources: GramSource[] = []
    for (let next = gram + 1; next !== 0 && sources.length < most; next = this.#next[next - 1] ?? 0) {
      const text = this.#textAt(next - 1)
      const source = this.#items[this.#textItems[text] ?? 0]
      if (source === undefined || source.item === sources.at(-1)?.item) continue
      const word = next - 1 - (this.#textStarts[text] ?? 0)
      sources.push({ ...source, text: this.#textNumbers[text] ?? 0, word })
    }
    return sources
  }

  /** The words of a gram. */
  wordsOf(gram: number): readonly string[] {
    return Array.from(this.#words.subarray(gram, gram + this.n), (word) => this.#vocabulary.words[word] ?? '')
  }

  /** The words of the gram that a source names, by what identifies its set and example. `undefined` where there is none. */
  wordsAt(named: {
    readonly set: string
    readonly number: number
    readonly text: number
    readonly word: number
  }): readonly string[] | undefined {
    const item = this.#items.findIndex(
      ({ set, item }) => set.name === named.set && item.number === named.number,
    )
    const text = this.#textItems.findIndex(
      (each, at) => each === item && this.#textNumbers[at] === named.text,
    )
    const place = (this.#textStarts[text] ?? 0) + named.word
    return item === -1 || text === -1 || place + this.n > (this.#textStarts[text + 1] ?? 0)
      ? undefined
      : this.wordsOf(place)
  }

  /** Place of the gram of the ring's words, whose oldest is at `run`; {@link NONE} where no example has it. */
  #lookUp(hash: number, run: number): number {
    const { n } = this
    const bit = (finished(hash) & this.#bitMask) >>> 0
    if ((((this.#bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 0) return NONE
    for (let slot = finished(hash) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const place = (this.#slots[slot] ?? 0) - 1
      if (place === -1) return NONE
      let same = 0
      while (same < n && this.#words[place + same] === this.#ring[(run + same) % n]) same++
      if (same === n) return place
    }
  }

  #isGram(gram: number, text: string): boolean {
    const words = text.split(/\s+/).map(plainWord)
    let at = 0
    for (const word of words)
      if (word !== '' && word !== this.#vocabulary.words[this.#words[gram + at++] ?? 0]) return false
    return at === this.n
  }

  #textAt(place: number): number {
    let low = 0
    let high = this.#textItems.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((this.#textStarts[middle] ?? 0) <= place) low = middle
      else high = middle
    }
    return low
  }
}

const NONE = -1

function spread(word: number): number {
  return fmix(word + 0x7f4a7c15)
}

function finished(hash: number): number {
  return fmix(hash) >>> 0
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length)
  larger.set(array)
  return larger
}

/** Words of the sets by the two hashes that a {@link WordReader} gives. */
class Vocabulary {
  readonly words: readonly string[]
  /** Four numbers a slot, so that one lookup is one line of the cache: both hashes, the number of the word and 1, nothing. */
  readonly #slots: Int32Array
  readonly #mask: number

  constructor(words: readonly string[]) {
    this.words = words
    this.#mask = 2 ** Math.ceil(Math.log2(Math.max(16, 2 * words.length))) - 1
    this.#slots = new Int32Array(4 * (this.#mask + 1))
    for (const [number, word] of words.entries()) {
      const { low, high } = hashWord(word)
      let slot = fmix(low) & this.#mask
      while (this.#slots[4 * slot + 2] !== 0) slot = (slot + 1) & this.#mask
      this.#slots.set([low, high, number + 1], 4 * slot)
    }
  }

  /** {@link NONE} for a word that is not there. */
  numberOf(low: number, high: number): number {
    const slots = this.#slots
    for (let slot = fmix(low) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const number = (slots[4 * slot + 2] ?? 0) - 1
      if (number === NONE || (slots[4 * slot] === low && slots[4 * slot + 1] === high)) return number
    }
  }
}

interface NumberedWords {
  readonly items: readonly { readonly set: EvaluationSet; readonly item: EvaluationItem }[]
  readonly vocabulary: readonly string[]
  readonly words: Uint32Array
  readonly textStarts: Uint32Array
  readonly textItems: Uint32Array
  readonly textNumbers: Uint32Array
  readonly short: ReadonlyMap<EvaluationSet, number>
}

/** Texts of fewer than `n` words are left out: they have no gram. */
function numberWords(sets: readonly EvaluationSet[], n: number, reader: WordReader): NumberedWords {
  const items: NumberedWords['items'][number][] = []
  const numbers = new Map<string, number>()
  let words = new Uint32Array(1 << 12)
  let filled = 0
  const textStarts: number[] = []
  const textItems: number[] = []
  const textNumbers: number[] = []
  const short = new Map<EvaluationSet, number>()
  for (const set of sets) {
    for (const item of set.items) {
      let isShort = true
      for (const [textNumber, text] of item.texts.entries()) {
        const start = filled
        reader.open(text)
        while (reader.next()) {
          const { word } = reader
          let number = numbers.get(word)
          if (number === undefined) {
            number = numbers.size
            numbers.set(word, number)
          }
          if (filled === words.length) words = doubled(words)
          words[filled++] = number
        }
        if (filled - start < n) {
          filled = start
          continue
        }
        isShort = false
        textStarts.push(start)
        textItems.push(items.length)
        textNumbers.push(textNumber)
      }
      if (isShort) short.set(set, (short.get(set) ?? 0) + 1)
      items.push({ set, item })
    }
  }
  textStarts.push(filled)
  return {
    items,
    vocabulary: [...numbers.keys()],
    words: words.slice(0, filled),
    textStarts: Uint32Array.from(textStarts),
    textItems: Uint32Array.from(textItems),
    textNumbers: Uint32Array.from(textNumbers),
    short,
  }
}
