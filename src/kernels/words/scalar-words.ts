import { Buffer } from 'node:buffer'
import { pairedBits, pairsIn } from './pairs.ts'
import { scalarCopies } from './scalar-copies.ts'
import { scalarLevels } from './scalar-levels.ts'
import {
  type CharacterBits,
  COUNTED,
  type GramLevel,
  JOINED,
  LETTER,
  NO_SYMBOL,
  type SignTally,
  SPACE,
  type StopWordTally,
  TERMINAL,
  type WordColumns,
  type WordTally,
} from './word-columns.ts'

const STOP_WORDS = ['the', 'be', 'to', 'of', 'and', 'that', 'have', 'with']
const LONGEST_STOP_WORD = 4
const LONG = 256
/** The Kelvin sign is a `k` in small letters. */
const PHRASE = /(?<=oo)[k\u212a]|(?<=ja)v|(?<=ri)v|(?<=er)m|(?<=re)m/gi

/** The {@link WordColumns} in plain TypeScript, with arrays of its own for each text. */
export class ScalarWords implements WordColumns {
  codes = new Uint16Array(0)
  count = 0
  hasPairs = false
  start = new Int32Array(0)
  end = new Int32Array(0)
  points = new Int32Array(1)
  flags = new Uint8Array(0)
  gaps = new Int32Array(0)
  gapCount = 0
  stops = new Int32Array(0)
  stopCount = 0
  id = new Int32Array(0)
  copies = new Int32Array(0)
  /** Nothing is kept for the next text. */
  readonly bytes = 0
  readonly #bits: CharacterBits
  #text = ''
  #numbers = new Map<string, number>()

  constructor(bits: CharacterBits) {
    this.#bits = bits
  }

  cutAtSpaces(text: string): void {
    const { units } = this.#bits
    const edges = new Int32Array(text.length + 1)
    let edge = 0
    for (let index = 0; index <= text.length; index++) {
      const isSpace = index === text.length || ((units[text.charCodeAt(index)] as number) & SPACE) !== 0
      // Between words an even number of edges is behind, in a word an odd one.
      if (isSpace === (edge % 2 === 1)) edges[edge++] = index
    }
    this.take(text, edges, edge >> 1)
  }

  take(text: string, edges: Int32Array, count: number): void {
    this.#text = text
    const bytes = Buffer.from(text, 'utf16le')
    this.codes = new Uint16Array(text.length)
    Buffer.from(this.codes.buffer).set(bytes)
    this.count = count
    this.start = Int32Array.from({ length: count }, (_, word) => edges[2 * word] as number)
    this.end = Int32Array.from({ length: count }, (_, word) => edges[2 * word + 1] as number)
    this.points = new Int32Array(count + 1)
    this.flags = new Uint8Array(count)
    this.gaps = new Int32Array(count)
    this.stops = new Int32Array(count)
    this.id = new Int32Array(count)
    this.copies = new Int32Array(count)
    this.hasPairs = false
    this.gapCount = 0
    this.stopCount = 0
    let before = 0
    for (let word = 0; word < count; word++) {
      const from = this.start[word] as number
      const to = this.end[word] as number
      const gap = text.slice(before, from)
      if (gap !== '' && gap !== ' ') this.gaps[this.gapCount++] = word
      before = to
      const bits = pairedBits(this.codes, from, to, this.#bits)
      this.flags[word] = bits
      if ((bits & TERMINAL) !== 0) this.stops[this.stopCount++] = word
      const pairs = pairsIn(this.codes, from, to)
      if (pairs > 0) this.hasPairs = true
      this.points[word + 1] = (this.points[word] as number) + to - from - pairs
    }
  }

  numberWords(): number {
    const numbers = new Map<string, number>()
    for (let word = 0; word < this.count; word++) {
      const text = this.#word(word)
      const number = numbers.get(text) ?? word
      numbers.set(text, number)
      this.id[word] = number
      this.copies[number] = number === word ? 1 : (this.copies[number] as number) + 1
    }
    this.#numbers = numbers
    return numbers.size
  }

  tally(): WordTally {
    const lengths = new Int32Array(LONG + 1)
    let spoken = 0
    let spokenCharacters = 0
    let letterWords = 0
    let longest = 0
    for (let word = 0; word < this.count; word++) {
      const length = (this.points[word + 1] as number) - (this.points[word] as number)
      const flags = this.flags[word] as number
      if ((flags & NO_SYMBOL) !== 0) {
        spoken++
        spokenCharacters += length
      }
      if ((flags & LETTER) !== 0) letterWords++
      longest = Math.max(longest, length)
      const slot = Math.min(length, LONG)
      lengths[slot] = (lengths[slot] as number) + 1
    }
    return { spoken, spokenCharacters, letterWords, longest, lengths }
  }

  signs(): SignTally {
    const counts = { hashes: 0, ellipsisSigns: 0, threeDots: 0, symbolWords: 0 }
    for (let word = 0; word < this.count; word++) {
      if (((this.flags[word] as number) & COUNTED) === 0) continue
      const text = this.#word(word)
      const hashes = text.split('#').length - 1
      const ellipsisSigns = text.split('…').length - 1
      counts.hashes += hashes
      counts.ellipsisSigns += ellipsisSigns
      counts.threeDots += text.split('...').length - 1
      if (hashes + ellipsisSigns > 0) counts.symbolWords++
    }
    return counts
  }

  stopWords(): StopWordTally {
    const found = new Set<string>()
    const folded = new Set<string>()
    let words = 0
    let foldedWords = 0
    for (const [text, number] of this.#numbers) {
      if (text.length > LONGEST_STOP_WORD) continue
      const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
      if (!STOP_WORDS.includes(small)) continue
      folded.add(small)
      foldedWords += this.copies[number] as number
      if (small !== text) continue
      found.add(text)
      words += this.copies[number] as number
    }
    return { distinct: found.size, words, foldedDistinct: folded.size, foldedWords }
  }

  gramLevels(): readonly GramLevel[] {
    return scalarLevels(this)
  }

  copiedCharacters(): readonly number[] {
    const words = Array.from({ length: this.count }, (_, word) => this.#word(word))
    return JOINED.map((n) => scalarCopies(words, this.points, n))
  }

  nextPhrase(from: number): number {
    PHRASE.lastIndex = from
    return PHRASE.exec(this.#text)?.index ?? -1
  }

  rangeHash(from: number, to: number): number {
    let hash = to - from
    for (let index = from; index < to; index++) {
      hash = (Math.imul(hash, 0x01000193) + (this.codes[index] as number)) | 0
    }
    return hash
  }

  #word(word: number): string {
    return this.#text.slice(this.start[word], this.end[word])
  }
}
