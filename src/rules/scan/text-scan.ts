import { Buffer } from 'node:buffer'
import { tokenLengths } from '../../text/english-tokens/token-lengths.ts'
import { eachBoundedWord } from '../../text/word-boundaries.ts'
import { characterFlags, SPACE } from './character-flags.ts'
import { type GramLevel, gramLevels } from './gram-levels.ts'
import { JoinedGrams } from './joined-grams.ts'
import { LineTable } from './line-table.ts'
import { RangeNumbers } from './range-numbers.ts'
import { pairsIn, WordTable } from './word-table.ts'

/** How a text is cut into words where a rule set has the choice: at white space, or as spaCy's English tokenizer does. */
export type Words = 'whitespace' | 'unicode'

/** And the ways that a rule set has for itself: between Unicode's word boundaries (UAX 29), as DCLM counts n-grams. */
export type WordKind = Words | 'boundaries'

/**
 * What the rules ask of a text, each part worked out once and when first asked for.
 *
 * A scan holds one text at a time in buffers that are kept from text to text; whatever it gave is overwritten by the
 * next {@link read}.
 */
export class TextScan {
  text = ''
  /** UTF-16 units of the text; the buffer is longer. */
  codes = new Uint16Array(0)
  /** Number of units. */
  length = 0
  #bytes = Buffer.alloc(0)
  #points = -1
  readonly #words = { whitespace: new WordTable(), unicode: new WordTable(), boundaries: new WordTable() }
  readonly #grams = new Map<WordTable, readonly GramLevel[]>()
  readonly #joined = {
    whitespace: new JoinedGrams(),
    unicode: new JoinedGrams(),
    boundaries: new JoinedGrams(),
  }
  readonly #ready = new Set<object>()
  readonly #lines = new LineTable()
  readonly #brokenLines = new LineTable()
  readonly #ranges = new RangeNumbers()

  /** Begins with another text. */
  read(text: string): this {
    this.text = text
    this.length = text.length
    if (this.codes.length < text.length) {
      const size = Math.max(text.length, 2 * this.codes.length, 4096)
      this.codes = new Uint16Array(size)
      this.#bytes = Buffer.from(this.codes.buffer)
    }
    this.#bytes.write(text, 0, 'utf16le')
    this.#points = -1
    this.#ready.clear()
    this.#grams.clear()
    this.#ranges.reset(this.codes)
    return this
  }

  /** Length in characters (code points), as Python's `len`. */
  get points(): number {
    if (this.#points < 0) this.#points = this.pointsIn(0, this.length)
    return this.#points
  }

  /** Characters (code points) in a range of units. */
  pointsIn(from: number, to: number): number {
    return to - from - (this.#hasPairs ? pairsIn(this.codes, from, to, characterFlags()) : 0)
  }

  /** The words of the text. */
  words(kind: WordKind): WordTable {
    const table = this.#words[kind]
    if (!this.#isNew(table)) return table
    const { text, codes, length } = this
    if (kind === 'whitespace') table.splitAtSpaces(codes, length)
    else if (kind === 'unicode') table.take(codes, length, (add) => this.#eachToken(add))
    else table.take(codes, length, (add) => eachBoundedWord(text, add))
    return table
  }

  /** Tokens of the words between white space. Equal words are cut once. */
  #eachToken(add: (from: number, to: number) => void): void {
    const words = this.words('whitespace')
    words.identify()
    const { count, start, end, id } = words
    const lengths: (readonly number[])[] = []
    for (let word = 0; word < count; word++) {
      let from = start[word] as number
      const first = id[word] as number
      const own = first === word ? tokenLengths(this.text.slice(from, end[word])) : (lengths[first] ?? [])
      lengths.push(own)
      for (const length of own) {
        add(from, from + length)
        from += length
      }
    }
  }

  /** Repeated n-grams of the words, for n from 2 to 10, in this order. */
  grams(kind: WordKind): readonly GramLevel[] {
    const words = this.words(kind)
    let levels = this.#grams.get(words)
    if (levels === undefined) {
      levels = gramLevels(words)
      this.#grams.set(words, levels)
    }
    return levels
  }

  /** N-grams of the words that were seen before, as datatrove compares them. */
  joinedGrams(kind: WordKind): JoinedGrams {
    const grams = this.#joined[kind]
    return this.#isNew(grams) ? grams.read(this.words(kind)) : grams
  }

  /** Lines between line feeds. */
  get lines(): LineTable {
    if (this.#isNew(this.#lines)) {
      this.#lines.splitAtLineFeeds(this.codes, this.length, this.words('whitespace'))
    }
    return this.#lines
  }

  /** Lines as Python's `str.splitlines()` gives them. */
  get brokenLines(): LineTable {
    if (this.#isNew(this.#brokenLines)) {
      this.#brokenLines.splitAtLineEnds(this.codes, this.length, this.words('whitespace'))
    }
    return this.#brokenLines
  }

  /** Numbers of ranges of this text. */
  get ranges(): RangeNumbers {
    return this.#ranges
  }

  /** First unit that is no white space, and the unit behind the last one; equal for a blank text. */
  get content(): { readonly start: number; readonly end: number } {
    const flags = characterFlags()
    let start = 0
    let end = this.length
    while (start < end && ((flags[this.codes[start] as number] as number) & SPACE) !== 0) start++
    while (end > start && ((flags[this.codes[end - 1] as number] as number) & SPACE) !== 0) end--
    return { start, end }
  }

  get #hasPairs(): boolean {
    const words = this.words('whitespace')
    return (words.at[words.count] as number) !== words.characters
  }

  #isNew(part: object): boolean {
    if (this.#ready.has(part)) return false
    this.#ready.add(part)
    return true
  }
}
