import { Buffer } from 'node:buffer'
import { wordsBinary } from '../binary/words.ts'
import { pairedBits } from './pairs.ts'
import {
  type CharacterBits,
  type GramLevel,
  JOINED,
  LEAD,
  LEVELS,
  type SignTally,
  type StopWordTally,
  type WordColumns,
  type WordTally,
} from './word-columns.ts'

/** What `assembly/words.ts` exports. Arguments that end in `At` are places in memory, in bytes. */
interface WordsKernel {
  readonly memory: WebAssembly.Memory
  prepare(): void
  placeUnits(count: number, codesAt: number, classesAt: number): void
  placeWords(count: number, ...columnsAt: number[]): void
  classify(): number
  cutAtSpaces(): void
  fillWords(): void
  listStops(): number
  numberWords(): number
  tallyWords(): void
  countSigns(): void
  stopWords(count: number): void
  nextPhrase(from: number): number
  gramLevels(): void
  findPlaces(): number
  copiedCharacters(n: number, places: number): number
  rangeHash(from: number, to: number): number
}

/** Fixed places, as `assembly/words/columns.ts` has them. */
const LENGTHS_AT = 1024
const TABLE_AT = 4096
/** Units begin behind the table, its low bytes and some room, as phrases are looked for from two units before. */
const CODES_AT = TABLE_AT + 131_072 + 65_536 + 64
/** Bytes behind each column that whole vectors may reach, beyond the end of the text's last block of 64. */
const ROOM = 256
const PAGE = 65_536
/** More units than this are given no room for growth. */
const LARGE = 1 << 22

let compiled: WebAssembly.Module | undefined

/** The {@link WordColumns} of a kernel with a memory of its own, which grows with the longest text. */
export class KernelWords implements WordColumns {
  codes = new Uint16Array(0)
  count = 0
  hasPairs = false
  start = new Int32Array(0)
  end = new Int32Array(0)
  points = new Int32Array(0)
  flags = new Uint8Array(0)
  gaps = new Int32Array(0)
  gapCount = 0
  stops = new Int32Array(0)
  stopCount = 0
  id = new Int32Array(0)
  copies = new Int32Array(0)
  readonly #kernel: WordsKernel
  readonly #bits: CharacterBits
  #results = new Float64Array(0)
  #bytes = Buffer.alloc(0)
  /** Units and words there is room for, and where the columns of words stand. */
  #units = 0
  #words = 0
  #classesAt = 0
  #distinct = 0
  #columnsAt: readonly number[] = []

  constructor(bits: CharacterBits) {
    compiled ??= new WebAssembly.Module(Buffer.from(wordsBinary, 'base64'))
    this.#kernel = new WebAssembly.Instance(compiled).exports as unknown as WordsKernel
    this.#bits = bits
    this.#grow(CODES_AT)
    new Uint16Array(this.#kernel.memory.buffer, TABLE_AT, 65_536).set(bits.units)
    this.#kernel.prepare()
    this.#placeUnits(1024)
  }

  /** Bytes of its memory. */
  get bytes(): number {
    return this.#kernel.memory.buffer.byteLength
  }

  cutAtSpaces(text: string): void {
    this.#read(text)
    this.#place(this.#kernel.classify())
    this.#kernel.cutAtSpaces()
    this.#fill()
  }

  take(text: string, edges: Int32Array, count: number): void {
    this.#read(text)
    this.#kernel.classify()
    this.#place(count)
    for (let word = 0; word < count; word++) {
      this.start[word] = edges[2 * word] as number
      this.end[word] = edges[2 * word + 1] as number
    }
    this.#fill()
  }

  numberWords(): number {
    this.#distinct = this.#kernel.numberWords()
    return this.#distinct
  }

  tally(): WordTally {
    this.#kernel.tallyWords()
    const [spoken = 0, spokenCharacters = 0, letterWords = 0, longest = 0] = this.#results
    const lengths = new Int32Array(this.#kernel.memory.buffer, LENGTHS_AT, 257).slice()
    return { spoken, spokenCharacters, letterWords, longest, lengths }
  }

  signs(): SignTally {
    this.#kernel.countSigns()
    const [hashes = 0, ellipsisSigns = 0, threeDots = 0, symbolWords = 0] = this.#results
    return { hashes, ellipsisSigns, threeDots, symbolWords }
  }

  stopWords(): StopWordTally {
    this.#kernel.stopWords(this.#distinct)
    const [distinct = 0, words = 0, foldedDistinct = 0, foldedWords = 0] = this.#results
    return { distinct, words, foldedDistinct, foldedWords }
  }

  gramLevels(): readonly GramLevel[] {
    this.#kernel.gramLevels()
    return LEVELS.map((n, level): GramLevel => {
      const field = (index: number): number => this.#results[level * 5 + index] as number
      return {
        n,
        grams: Math.max(0, this.count - n + 1),
        maxCopies: field(0),
        top: field(1),
        longestTop: field(2),
        repeatedCharacters: field(3),
        coveredCharacters: field(4),
      }
    })
  }

  copiedCharacters(): readonly number[] {
    const places = this.#kernel.findPlaces()
    return JOINED.map((n) => this.#kernel.copiedCharacters(n, places))
  }

  nextPhrase(from: number): number {
    return this.#kernel.nextPhrase(from)
  }

  rangeHash(from: number, to: number): number {
    return this.#kernel.rangeHash(from, to)
  }

  #read(text: string): void {
    const { length } = text
    if (length > this.#units)
      this.#placeUnits(length > LARGE ? length : Math.min(LARGE, Math.max(length, 2 * this.#units)))
    this.#bytes.write(text, CODES_AT, 'utf16le')
    this.#kernel.placeUnits(length, CODES_AT, this.#classesAt)
  }

  /** Makes room for units; the words that were there are gone. */
  #placeUnits(units: number): void {
    this.#units = units
    this.#classesAt = CODES_AT + 2 * units + ROOM
    this.#placeWords(Math.max(this.#words, units >> 2))
  }

  #place(words: number): void {
    if (words > this.#words) this.#placeWords(this.#units > LARGE ? words : Math.max(words, 2 * this.#words))
    this.count = words
    this.#kernel.placeWords(words, ...this.#columnsAt)
  }

  /** Lays out the columns behind the units for so many words, in the order that the kernel is told of them. */
  #placeWords(words: number): void {
    this.#words = words
    let end = this.#classesAt + this.#units + ROOM
    const take = (bytes: number): number => {
      const at = end
      end = Math.ceil((at + bytes + ROOM) / 16) * 16
      return at
    }
    const squeezed = take(2 * this.#units)
    const [start, last, at, points] = [take(4 * words), take(4 * words), take(4 * words), take(4 * words)]
    const flags = take(words)
    const [id, copies, gaps, stops] = [take(4 * words), take(4 * words), take(4 * words), take(4 * words)]
    const work = [take(4 * words), take(4 * words), take(4 * words), take(4 * words), take(4 * words)]
    const slots = take(8 * 2 ** Math.max(6, Math.ceil(Math.log2(2 * words))))
    const hashes = take(8 * JOINED.length * words)
    const list = take(4 * words)
    this.#columnsAt = [
      squeezed,
      start,
      last,
      at,
      points,
      flags,
      id,
      copies,
      gaps,
      stops,
      ...work,
      slots,
      hashes,
      list,
    ]
    this.#grow(end)
    const { buffer } = this.#kernel.memory
    this.#results = new Float64Array(buffer, 0, LENGTHS_AT / 8)
    this.#bytes = Buffer.from(buffer)
    this.codes = new Uint16Array(buffer, CODES_AT, this.#units + 1)
    this.start = new Int32Array(buffer, start, words)
    this.end = new Int32Array(buffer, last, words)
    this.points = new Int32Array(buffer, points, words + 1)
    this.flags = new Uint8Array(buffer, flags, words)
    this.id = new Int32Array(buffer, id, words)
    this.copies = new Int32Array(buffer, copies, words)
    this.gaps = new Int32Array(buffer, gaps, words)
    this.stops = new Int32Array(buffer, stops, words)
  }

  #grow(bytes: number): void {
    const { memory } = this.#kernel
    const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE)
    if (missing > 0) memory.grow(missing)
  }

  #fill(): void {
    this.#kernel.fillWords()
    const [gapCount = 0, stopCount = 0, leads = 0, pairs = 0] = this.#results
    this.gapCount = gapCount
    this.stopCount = stopCount
    this.hasPairs = pairs > 0
    if (leads === 0) return
    // The kernel knows units alone; what a pair stands for is known here.
    const { count, flags, codes, start, end } = this
    for (let word = 0; word < count; word++) {
      if (((flags[word] as number) & LEAD) === 0) continue
      flags[word] = pairedBits(codes, start[word] as number, end[word] as number, this.#bits)
    }
    this.stopCount = this.#kernel.listStops()
  }
}
