import type { ByteReader } from './byte-reader.ts'
import { FNV_OFFSET, hashed, WordTable } from './word-table.ts'

/** Settings of a model that decide what of a line is looked up. */
export interface FeatureSettings {
  /** Words of the longest run of words that is a feature. */
  readonly wordNgrams: number
  /** Rows that runs of characters and words share by hash. */
  readonly buckets: number
  /** Characters of the shortest and longest run of characters that is a feature; 0 = none. */
  readonly minChars: number
  readonly maxChars: number
}

/** Rows of a line, in `rows` up to `count`; good until the next line. */
export interface LineRows {
  readonly rows: Int32Array
  readonly count: number
}

const LABEL = Buffer.from('__label__')
const END_OF_LINE = Buffer.from('</s>')
const OPENING = 0x3c
const CLOSING = 0x3e
const WORD_FACTOR = 116049371n

/** The words and labels of a model, and which rows of its matrix a line of text has. */
export class Dictionary {
  readonly labels: readonly string[]
  /** Times that each label stood in the training text, by which the tree of hierarchical softmax is built. */
  readonly labelCounts: readonly number[]
  readonly #settings: FeatureSettings
  readonly #words: WordTable
  readonly #wordCount: number
  /** Row by bucket where a model was pruned: -1 for those that were not kept. */
  readonly #kept: Int32Array | undefined
  /** Rows of runs of characters of each known word, once it was met. */
  readonly #runs: (Int32Array | undefined)[] = []
  #text = new Uint8Array(1 << 12)
  #rows = new Int32Array(1 << 10)
  #count = 0

  constructor(reader: ByteReader, settings: FeatureSettings) {
    this.#settings = settings
    const size = reader.int32()
    this.#wordCount = reader.int32()
    reader.int32()
    reader.int64()
    const pruned = reader.int64()
    if (size < 0 || this.#wordCount < 0 || this.#wordCount > size) throw new RangeError('it has no words')
    const parts: Uint8Array[] = []
    const ends: number[] = []
    const labels: string[] = []
    const labelCounts: number[] = []
    let end = 0
    for (let id = 0; id < size; id++) {
      const word = reader.name()
      const count = reader.int64()
      const isLabel = reader.byte() === 1
      end += word.length
      parts.push(word)
      ends.push(end)
      if (!isLabel) continue
      labels.push(Buffer.from(startsWith(word, LABEL) ? word.subarray(LABEL.length) : word).toString())
      labelCounts.push(count)
    }
    this.#words = new WordTable(Buffer.concat(parts), Int32Array.from(ends))
    this.labels = labels
    this.labelCounts = labelCounts
    if (pruned < 0) return
    this.#kept = new Int32Array(settings.buckets).fill(-1)
    for (let index = 0; index < pruned; index++) this.#kept[reader.int32()] = reader.int32()
  }

  /**
   * Rows of a line: of each word and its runs of characters, of the end of the line, and of runs of words. A line
   * break ends the line, as does its mark where the line spells it out. O(bytes × longest run).
   */
  rowsOf(line: string): LineRows {
    if (this.#text.length < line.length * 3 + 8) this.#text = new Uint8Array(line.length * 6 + 8)
    const text = this.#text
    // A word is put between brackets in its place, so the text begins behind room for one.
    const length = 1 + new TextEncoder().encodeInto(line, text.subarray(1)).written
    const hashes: number[] = []
    this.#count = 0
    let at = 1
    while (at < length) {
      let hash = FNV_OFFSET
      const start = at
      while (at < length && !isGap(text[at] as number)) hash = hashed(hash, text[at++] as number)
      const gap = at < length ? (text[at] as number) : 0x0a
      if (at > start) {
        if (isEndOfLine(text, start, at)) break
        this.#takeWord(text, start, at, hash, hashes)
      }
      if (gap === 0x0a) break
      at++
    }
    this.#takeWord(END_OF_LINE, 0, END_OF_LINE.length, END_OF_LINE.reduce(hashed, FNV_OFFSET), hashes)
    if (this.#settings.wordNgrams > 1) this.#addWordRuns(hashes)
    return { rows: this.#rows, count: this.#count }
  }

  #takeWord(text: Uint8Array, from: number, to: number, hash: number, hashes: number[]): void {
    const id = this.#words.find(text, from, to, hash)
    if (id < 0 ? startsWith(text.subarray(from, to), LABEL) : id >= this.#wordCount) return
    if (this.#settings.wordNgrams > 1) hashes.push(hash | 0)
    const isEnd = text === END_OF_LINE
    if (id >= 0) this.#add(id)
    if (isEnd || this.#settings.maxChars <= 0) return
    if (id < 0) this.#addCharacterRuns(text, from, to)
    else {
      const known = this.#runs[id]
      if (known !== undefined)
        for (let index = 0; index < known.length; index++) this.#add(known[index] as number)
      else {
        const before = this.#count
        this.#addCharacterRuns(text, from, to)
        this.#runs[id] = this.#rows.slice(before, this.#count)
      }
    }
  }

  /** Runs of whole characters of UTF-8 of a word in brackets; a lone bracket is none. */
  #addCharacterRuns(text: Uint8Array, from: number, to: number): void {
    const { minChars, maxChars, buckets } = this.#settings
    const before = text[from - 1] as number
    const behind = text[to] as number
    text[from - 1] = OPENING
    text[to] = CLOSING
    const end = to + 1
    for (let start = from - 1; start < end; start++) {
      if (isContinuation(text[start] as number)) continue
      let hash = FNV_OFFSET
      for (let at = start, characters = 1; at < end && characters <= maxChars; characters++) {
        do hash = hashed(hash, text[at++] as number)
        while (at < end && isContinuation(text[at] as number))
        if (characters >= minChars && !(characters === 1 && (start === from - 1 || at === end))) {
          this.#addBucket((hash >>> 0) % buckets)
        }
      }
    }
    text[from - 1] = before
    text[to] = behind
  }

  /** Runs of words: hashes of words, signed 32-bit, folded into 64 bits. */
  #addWordRuns(hashes: readonly number[]): void {
    const { wordNgrams, buckets } = this.#settings
    for (let from = 0; from < hashes.length; from++) {
      let hash = BigInt.asUintN(64, BigInt(hashes[from] as number))
      for (let at = from + 1; at < hashes.length && at < from + wordNgrams; at++) {
        hash = BigInt.asUintN(64, hash * WORD_FACTOR + BigInt(hashes[at] as number))
        this.#addBucket(Number(hash % BigInt(buckets)))
      }
    }
  }

  #addBucket(bucket: number): void {
    const row = this.#kept === undefined ? bucket : (this.#kept[bucket] as number)
    if (row >= 0) this.#add(this.#wordCount + row)
  }

  #add(row: number): void {
    if (this.#count === this.#rows.length) {
      const larger = new Int32Array(2 * this.#rows.length)
      larger.set(this.#rows)
      this.#rows = larger
    }
    this.#rows[this.#count++] = row
  }
}

/** White space of ASCII, and NUL. */
function isGap(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

function isEndOfLine(text: Uint8Array, from: number, to: number): boolean {
  return to - from === END_OF_LINE.length && startsWith(text.subarray(from, to), END_OF_LINE)
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte)
}
