import { KernelWords } from '../../kernels/words/kernel-words.ts'
import {
  type CharacterBits,
  type GramLevel,
  JOINED,
  type SignTally,
  type StopWordTally,
  type WordColumns,
  type WordTally,
} from '../../kernels/words/word-columns.ts'
import { characterFlags, pairFlags } from './character-flags.ts'

/** Makes columns for a table: those of the kernel, or of its scalar twin in tests. */
export type MakeColumns = (bits: CharacterBits) => WordColumns

export const kernelColumns: MakeColumns = (bits) => new KernelWords(bits)

/** A memory that grew beyond this for a long text is given up when the next text comes. */
const KEPT_BYTES = 64 << 20

/** The words of a text, with what is asked of them: each part worked out once a text, when first asked for. */
export class WordTable {
  readonly #make: MakeColumns
  #columns: WordColumns | undefined
  /** Bytes of columns that were given up for this text. */
  #given = 0
  #distinct: number | undefined
  #tally: WordTally | undefined
  #signs: SignTally | undefined
  #stopWords: StopWordTally | undefined
  #levels: readonly GramLevel[] | undefined
  #copied: readonly number[] | undefined
  codes = new Uint16Array(0)
  count = 0
  /** Whether a word holds a character above U+FFFF. */
  hasPairs = false
  start = new Int32Array(0)
  end = new Int32Array(0)
  points = new Int32Array(1)
  flags = new Uint8Array(0)

  constructor(make: MakeColumns) {
    this.#make = make
  }

  /** Takes words at white space, as Python's `str.split()`. */
  splitAtSpaces(text: string): void {
    const columns = this.#fresh()
    columns.cutAtSpaces(text)
    this.#look(columns)
  }

  /** Takes the words that `each` tells of, in order. */
  take(text: string, each: (add: (start: number, end: number) => void) => void): void {
    let edges = new Int32Array(2048)
    let edge = 0
    each((from, to) => {
      if (edge === edges.length) {
        const longer = new Int32Array(2 * edge)
        longer.set(edges)
        edges = longer
      }
      edges[edge++] = from
      edges[edge++] = to
    })
    const columns = this.#fresh()
    columns.take(text, edges, edge >> 1)
    this.#look(columns)
  }

  /** Characters (code points) of a word. */
  length(word: number): number {
    return (this.points[word + 1] as number) - (this.points[word] as number)
  }

  /** Characters of all words, without what is between them. */
  get characters(): number {
    return this.points[this.count] as number
  }

  /** The columns, which stand until the next text is cut. */
  get columns(): WordColumns {
    if (this.#columns === undefined) throw new Error('no text was cut to words')
    return this.#columns
  }

  /** Number of the first word that is equal to each word: equal numbers are equal words. */
  get id(): Int32Array {
    this.#number()
    return this.columns.id
  }

  /** How many words have a number; by number. */
  get copies(): Int32Array {
    this.#number()
    return this.columns.copies
  }

  /** Number of different words. */
  get distinct(): number {
    return this.#number()
  }

  get tally(): WordTally {
    this.#tally ??= this.columns.tally()
    return this.#tally
  }

  get signs(): SignTally {
    this.#signs ??= this.columns.signs()
    return this.#signs
  }

  get stopWords(): StopWordTally {
    if (this.#stopWords === undefined) {
      this.#number()
      this.#stopWords = this.columns.stopWords()
    }
    return this.#stopWords
  }

  /** Repeated n-grams, for n from 2 to 10, in this order. */
  get levels(): readonly GramLevel[] {
    if (this.#levels === undefined) {
      this.#number()
      this.#levels = this.columns.gramLevels()
    }
    return this.#levels
  }

  /**
   * Characters in n-grams that were seen before, as datatrove compares them, for an n from 5 to 10.
   *
   * @throws RangeError for another n.
   */
  copiedCharacters(n: number): number {
    this.#copied ??= this.columns.copiedCharacters()
    const copied = this.#copied[n - JOINED[0]]
    if (copied === undefined) throw new RangeError(`n of ${JOINED[0]} to ${JOINED.at(-1)}, got ${n}`)
    return copied
  }

  #number(): number {
    this.#distinct ??= this.columns.numberWords()
    return this.#distinct
  }

  #fresh(): WordColumns {
    if (this.#columns !== undefined && this.#columns.bytes > KEPT_BYTES) {
      this.#given = this.#columns.bytes
      this.#columns = undefined
    }
    this.#columns ??= this.#make({ units: characterFlags(), pair: pairFlags })
    return this.#columns
  }

  #look({ codes, count, hasPairs, start, end, points, flags }: WordColumns): void {
    this.codes = codes as Uint16Array<ArrayBuffer>
    this.count = count
    this.hasPairs = hasPairs
    this.start = start as Int32Array<ArrayBuffer>
    this.end = end as Int32Array<ArrayBuffer>
    this.points = points as Int32Array<ArrayBuffer>
    this.flags = flags as Uint8Array<ArrayBuffer>
    this.#distinct = undefined
    this.#tally = undefined
    this.#signs = undefined
    this.#stopWords = undefined
    this.#levels = undefined
    this.#copied = undefined
    // Nothing points to the columns of the long text now.
    if (this.#given > 0) hastenCollection(this.#given)
    this.#given = 0
  }
}

/**
 * Makes V8 give back the memory of a kernel that nothing holds any longer. It does so when it next collects all, which is
 * far away where texts are short; room that is asked for, and never touched, brings it near.
 */
function hastenCollection(bytes: number): void {
  for (let asked = 0; asked < 2 * bytes; ) asked += new ArrayBuffer(ASKED_BYTES).byteLength
}

const ASKED_BYTES = 128 << 20
