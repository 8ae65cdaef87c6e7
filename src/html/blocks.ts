import { type ElementStates, State } from './element-state.ts'
import { hashByte, type Lexicon, WORD_SEED } from './lexicon.ts'
import { Kind, TAG_KIND, TEXT } from './tag-table.ts'
import { Gap, type Tree } from './tree.ts'

/** Columns of {@link Blocks.stats}. */
export const Stat = {
  /** Characters that are no space; one of a script without spaces between words counts as three. */
  size: 0,
  linkSize: 1,
  words: 2,
  linkWords: 3,
  letters: 4,
  capitals: 5,
  commas: 6,
  stops: 7,
  marks: 8,
  links: 9,
  codeSize: 10,
  /** Weights of its words in the lexicon: their sum, and the least. */
  weight: 11,
  lightest: 12,
  /** Words that stand in the page's title, and that begin with a capital. */
  titleWords: 13,
  capitalWords: 14,
} as const
export const STATS = 15

/** A page's text as a list of blocks: runs of text with no edge of a block in them. */
export interface Blocks {
  readonly count: number
  /** First and last text node. */
  readonly first: Int32Array
  readonly last: Int32Array
  /** The block-level element around it. */
  readonly element: Int32Array
  /** Bits of {@link State} that hold for all its text, and that hold for some. */
  readonly all: Int32Array
  readonly some: Int32Array
  /** Byte that is its first, and its last, of those that are no space. */
  readonly firstByte: Uint8Array
  readonly lastByte: Uint8Array
  /** {@link STATS} numbers a block. */
  readonly stats: Float64Array
}

export class BlockReader implements Blocks {
  count = 0
  first = new Int32Array(512)
  last = new Int32Array(512)
  element = new Int32Array(512)
  all = new Int32Array(512)
  some = new Int32Array(512)
  firstByte = new Uint8Array(512)
  lastByte = new Uint8Array(512)
  stats = new Float64Array(512 * STATS)
  readonly #words: Lexicon
  /** Words of the title, as a filter of 2048 bits that may err. */
  readonly #title = new Int32Array(64)

  constructor(words: Lexicon) {
    this.#words = words
  }

  read(tree: Tree, { state }: ElementStates, titleNode: number): Blocks {
    this.count = 0
    this.#title.fill(0)
    if (titleNode >= 0) this.#readTitle(tree, titleNode)
    const { size, tag, parent, gap } = tree
    let isOpen = false
    let lastLink = -1
    // Text that is passed over may hold the edge of a block.
    let pending = 0
    for (let node = 1; node < size; node++) {
      if (tag[node] !== TEXT) continue
      const above = parent[node] as number
      const bits = state[above] as number
      pending |= gap[node] as number
      if (bits & State.unread) continue
      if (!isOpen || (pending & Gap.block && this.count < MAX_BLOCKS)) {
        if (isOpen) this.#close()
        this.#open(node, blockAround(tree, above))
        isOpen = true
      }
      const block = this.count - 1
      if (this.#sizeOf(tree, node, bits) > 0) {
        this.all[block] = (this.all[block] as number) & bits
        this.some[block] = (this.some[block] as number) | bits
        this.last[block] = node
        if (bits & State.link && above !== lastLink) {
          this.#add(Stat.links, 1)
          lastLink = above
        }
      }
      pending = 0
    }
    if (isOpen) this.#close()
    return this
  }

  #add(stat: number, value: number): void {
    const at = (this.count - 1) * STATS + stat
    this.stats[at] = (this.stats[at] as number) + value
  }

  #open(node: number, element: number): void {
    if (this.count === this.first.length) this.#grow()
    const block = this.count++
    this.first[block] = node
    this.last[block] = node
    this.element[block] = element
    this.all[block] = -1
    this.some[block] = 0
    this.firstByte[block] = 0
    this.lastByte[block] = 0
    this.stats.fill(0, block * STATS, (block + 1) * STATS)
  }

  /** Drops the block at hand if it holds nothing but space. */
  #close(): void {
    const base = (this.count - 1) * STATS
    if (this.stats[base + Stat.size] === 0) this.count--
  }

  /** Counts a text into the block at hand; gives its size. */
  #sizeOf(tree: Tree, node: number, bits: number): number {
    const { bytes } = tree
    const stop = tree.to[node] as number
    const block = this.count - 1
    const base = block * STATS
    let words = 0
    let letters = 0
    let digits = 0
    let others = 0
    let capitals = 0
    let capitalWords = 0
    let commas = 0
    let stops = 0
    let marks = 0
    let unspaced = 0
    let titleWords = 0
    let weight = 0
    let lightest = 0
    let word = WORD_SEED
    let first = 0
    let last = 0
    for (let at = tree.from[node] as number; at <= stop; at++) {
      let code = at < stop ? (bytes[at] as number) : 32
      if (code >= 0x61 && code <= 0x7a) {
        // Most of all text: a run of small letters.
        if (first === 0) first = code
        const start = at
        do {
          word = hashByte(word, code)
          last = code
          code = ++at < stop ? (bytes[at] as number) : 32
        } while (code >= 0x61 && code <= 0x7a)
        letters += at - start
      }
      if (code === 0x26) {
        const entity = entityAt(bytes, at, stop)
        if (entity > 0) {
          at += entity & 63
          code = entity >> 6
        }
      } else if (code === 0xc2 && bytes[at + 1] === 0xa0) {
        at++
        code = 32
      }
      if (code <= 0x40 || (code >= 0x5b && code < 0x61) || (code >= 0x7b && code < 0x80)) {
        if (code >= 0x30 && code <= 0x39) {
          digits++
          word = hashByte(word, 0x30)
        } else {
          if (word !== WORD_SEED) {
            words++
            const found = this.#words.weight(word, block)
            weight += found
            if (found < lightest) lightest = found
            if (((this.#title[(word >>> 5) & 63] as number) >>> (word & 31)) & 1) titleWords++
            word = WORD_SEED
          }
          if (code <= 32) continue
          if (code === 0x2c || code === 0x3b) commas++
          else if (code === 0x2e || code === 0x21 || code === 0x3f) stops++
          else marks++
          others++
        }
      } else if (code > 0x7f) {
        // Bytes that go on a character are a part of its word.
        if (code > 0xbf) {
          letters++
          if (code >= 0xe3 && code <= 0xed) {
            unspaced++
            if (code === 0xe3 && bytes[at + 1] === 0x80) {
              if (bytes[at + 2] === 0x81) commas++
              else if (bytes[at + 2] === 0x82) stops++
            }
          }
        }
        word = hashByte(word, code)
      } else {
        letters++
        if (code <= 0x5a) {
          capitals++
          if (word === WORD_SEED) capitalWords++
        }
        word = hashByte(word, code | 32)
      }
      if (first === 0) first = code
      last = code
    }
    let size = letters + digits + others
    if (size === 0) return 0
    const { stats } = this
    const isLink = (bits & State.link) !== 0
    size += 2 * unspaced
    words += unspaced >> 1
    stats[base + Stat.size] = (stats[base + Stat.size] as number) + size
    stats[base + Stat.words] = (stats[base + Stat.words] as number) + words
    if (isLink) {
      stats[base + Stat.linkSize] = (stats[base + Stat.linkSize] as number) + size
      stats[base + Stat.linkWords] = (stats[base + Stat.linkWords] as number) + words
    }
    stats[base + Stat.letters] = (stats[base + Stat.letters] as number) + letters
    stats[base + Stat.capitals] = (stats[base + Stat.capitals] as number) + capitals
    stats[base + Stat.commas] = (stats[base + Stat.commas] as number) + commas
    stats[base + Stat.stops] = (stats[base + Stat.stops] as number) + stops
    stats[base + Stat.marks] = (stats[base + Stat.marks] as number) + marks
    stats[base + Stat.titleWords] = (stats[base + Stat.titleWords] as number) + titleWords
    stats[base + Stat.capitalWords] = (stats[base + Stat.capitalWords] as number) + capitalWords
    if (bits & (State.code | State.preformatted))
      stats[base + Stat.codeSize] = (stats[base + Stat.codeSize] as number) + size
    stats[base + Stat.weight] = (stats[base + Stat.weight] as number) + weight
    if (lightest < (stats[base + Stat.lightest] as number)) stats[base + Stat.lightest] = lightest
    if (this.firstByte[block] === 0) this.firstByte[block] = first
    this.lastByte[block] = last
    return size
  }

  #readTitle(tree: Tree, node: number): void {
    const { bytes } = tree
    const stop = Math.min(tree.to[node] as number, (tree.from[node] as number) + 400)
    let word = WORD_SEED
    for (let at = tree.from[node] as number; at <= stop; at++) {
      const code = at < stop ? (bytes[at] as number) : 32
      const lower = code >= 0x41 && code <= 0x5a ? code | 32 : code
      if (lower > 0x7f || (lower >= 0x61 && lower <= 0x7a)) word = hashByte(word, lower)
      else if (lower >= 0x30 && lower <= 0x39) word = hashByte(word, 0x30)
      else if (word !== WORD_SEED) {
        const slot = (word >>> 5) & 63
        this.#title[slot] = (this.#title[slot] as number) | (1 << (word & 31))
        word = WORD_SEED
      }
    }
  }

  #grow(): void {
    const length = this.first.length * 2
    this.first = longer(this.first, new Int32Array(length))
    this.last = longer(this.last, new Int32Array(length))
    this.element = longer(this.element, new Int32Array(length))
    this.all = longer(this.all, new Int32Array(length))
    this.some = longer(this.some, new Int32Array(length))
    this.firstByte = longer(this.firstByte, new Uint8Array(length))
    this.lastByte = longer(this.lastByte, new Uint8Array(length))
    this.stats = longer(this.stats, new Float64Array(length * STATS))
  }
}

/** Blocks behind this many are read as lines of the last. */
const MAX_BLOCKS = 16_384

function longer<T extends Uint8Array | Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** The nearest element around a node that starts and ends a line. */
function blockAround(tree: Tree, node: number): number {
  let at = node
  while (at > 0 && ((TAG_KIND[tree.tag[at] as number] as number) & (Kind.block | Kind.cell)) === 0)
    at = tree.parent[at] as number
  return at
}

/** Longest name of a character reference that is looked for. */
const MAX_ENTITY = 10

/**
 * A character reference in the bytes: how many bytes stand behind its `&` (6 bits), and a byte of its kind
 * above them: a space, a letter or a mark. 0 where none stands. What it is exactly is told when text is made.
 */
function entityAt(bytes: Uint8Array, at: number, stop: number): number {
  let end = at + 1
  const limit = Math.min(stop, at + MAX_ENTITY)
  while (end < limit && bytes[end] !== 0x3b && (bytes[end] as number) > 32) end++
  if (end >= limit || bytes[end] !== 0x3b || end === at + 1) return 0
  const first = bytes[at + 1] as number
  const second = bytes[at + 2] as number
  let kind = 0x61
  if (first === 0x6e && second === 0x62) kind = 32
  else if (first === 0x23)
    kind = second === 0x31 && bytes[at + 3] === 0x36 && bytes[at + 4] === 0x30 ? 32 : 0x2f
  else if (end - at <= 6) kind = 0x2f
  return (end - at) | (kind << 6)
}
