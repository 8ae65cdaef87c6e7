import { countBelow, pairPlaces } from '../../kernels/words/pairs.ts'
import { tokenLengths } from '../../text/english-tokens/token-lengths.ts'
import { eachBoundedWord } from '../../text/word-boundaries.ts'
import { LineTable } from './line-table.ts'
import { RangeNumbers } from './range-numbers.ts'
import { kernelColumns, type MakeColumns, WordTable } from './word-table.ts'

/** How a text is cut into words where a rule set has the choice: at white space, or as spaCy's English tokenizer does. */
export type Words = 'whitespace' | 'unicode'

/** And the ways that a rule set has for itself: between Unicode's word boundaries (UAX 29), as DCLM counts n-grams. */
export type WordKind = Words | 'boundaries'

const NO_PAIRS: readonly number[] = []

/** Lines and numbers of a text with more units are given up when the next text comes. */
const LARGE_UNITS = 1 << 22

/**
 * What the rules ask of a text, each part worked out once and when first asked for.
 *
 * A scan holds one text at a time in memory that is kept from text to text; whatever it gave is overwritten by the
 * next {@link read}.
 */
export class TextScan {
  text = ''
  /** Number of UTF-16 units. */
  length = 0
  #points = -1
  #pairs: readonly number[] | undefined
  readonly #words: Readonly<Record<WordKind, WordTable>>
  readonly #ready = new Set<WordTable>()
  readonly #parts = new Map<unknown, unknown>()
  #lines = new LineTable()
  #brokenLines = new LineTable()
  #ranges = new RangeNumbers()

  /** @param make what cuts words: the kernel where nothing is said. */
  constructor(make: MakeColumns = kernelColumns) {
    this.#words = {
      whitespace: new WordTable(make),
      unicode: new WordTable(make),
      boundaries: new WordTable(make),
    }
  }

  /** Begins with another text. */
  read(text: string): this {
    if (this.length > LARGE_UNITS) {
      this.#lines = new LineTable()
      this.#brokenLines = new LineTable()
      this.#ranges = new RangeNumbers()
    }
    this.text = text
    this.length = text.length
    this.#points = -1
    this.#pairs = undefined
    this.#ready.clear()
    this.#parts.clear()
    return this
  }

  /** UTF-16 units of the text; the array is longer. */
  get codes(): Uint16Array {
    return this.words('whitespace').codes
  }

  /** What a part of a rule set works out of the text, once for all rule sets. `key` says what it is. */
  once<Part>(key: unknown, make: () => Part): Part {
    if (this.#parts.has(key)) return this.#parts.get(key) as Part
    const part = make()
    this.#parts.set(key, part)
    return part
  }

  /** Length in characters (code points), as Python's `len`. */
  get points(): number {
    if (this.#points < 0) this.#points = this.pointsIn(0, this.length)
    return this.#points
  }

  /** Characters (code points) in a range of units. */
  pointsIn(from: number, to: number): number {
    const pairs = this.#pairPlaces
    if (pairs.length === 0 || to - from < 2) return to - from
    return to - from - countBelow(pairs, to - 1) + countBelow(pairs, from)
  }

  get #pairPlaces(): readonly number[] {
    if (this.#pairs === undefined) {
      const { hasPairs, codes } = this.words('whitespace')
      this.#pairs = hasPairs ? pairPlaces(codes, this.length) : NO_PAIRS
    }
    return this.#pairs
  }

  /** The words of the text. */
  words(kind: WordKind): WordTable {
    const table = this.#words[kind]
    if (this.#ready.has(table)) return table
    this.#ready.add(table)
    const { text } = this
    if (kind === 'whitespace') table.splitAtSpaces(text)
    else if (kind === 'unicode') table.take(text, (add) => this.#eachToken(add))
    else table.take(text, (add) => eachBoundedWord(text, add))
    return table
  }

  /** Tokens of the words between white space. Equal words are cut once. */
  #eachToken(add: (from: number, to: number) => void): void {
    const { text } = this
    const { codes, count, start, end, id } = this.words('whitespace')
    const lengths: (readonly number[])[] = []
    for (let word = 0; word < count; word++) {
      let from = start[word] as number
      const first = id[word] as number
      const own =
        first === word ? tokenLengths(text, codes, from, end[word] as number) : (lengths[first] ?? [])
      lengths.push(own)
      for (const length of own) {
        add(from, from + length)
        from += length
      }
    }
  }

  /** Lines between line feeds. */
  get lines(): LineTable {
    return this.once('lines', () => {
      this.#lines.splitAtLineFeeds(this.words('whitespace'), this.length)
      return this.#lines
    })
  }

  /** Lines as Python's `str.splitlines()` gives them. */
  get brokenLines(): LineTable {
    return this.once('broken lines', () => {
      this.#brokenLines.splitAtLineEnds(this.words('whitespace'), this.length)
      return this.#brokenLines
    })
  }

  /** Numbers of ranges of this text. */
  get ranges(): RangeNumbers {
    return this.once('ranges', () => this.#ranges.reset(this.words('whitespace').columns))
  }

  /** First unit that is no white space, and the unit behind the last one; equal for a blank text. */
  get content(): { readonly start: number; readonly end: number } {
    const { count, start, end } = this.words('whitespace')
    if (count === 0) return { start: this.length, end: this.length }
    return { start: start[0] as number, end: end[count - 1] as number }
  }
}
