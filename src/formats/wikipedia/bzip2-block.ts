/** Result of decoding one bzip2 block. `end` is the bit behind it, counted from the buffer's start. */
export type Bzip2BlockResult =
  | { readonly kind: 'block'; readonly end: number; readonly crc: number; readonly data: Uint8Array }
  | { readonly kind: 'cut' }
  | { readonly kind: 'bad'; readonly why: string }

/** Largest block that the format knows, before run lengths are expanded. Bytes. */
const MAX_BLOCK = 900_000
const GROUP_SIZE = 50
const MAX_CODE_BITS = 20
const FAST_BITS = 10

/**
 * Decoder of single bzip2 blocks. Holds the buffers of one block, so it is made once a reader.
 *
 * A decoded block is at most 900,000 bytes before its run lengths are expanded and 46.7 MB after:
 * that is the bound on memory, whatever the input says. The block's checksum is verified before
 * anything is given out. All loops are bounded by the block size, so damage cannot hang it.
 *
 * Own code rather than `seek-bzip`: that one cannot go on behind a damaged block nor say where a block
 * or stream lies, and reports a cut file as damage.
 */
export class Bzip2Decoder {
  readonly #links = new Uint32Array(MAX_BLOCK)
  #output: Uint8Array = new Uint8Array(1 << 20)

  /**
   * Decodes the block whose 48-bit magic ends at bit `start` of `bytes`. The result's `data` is a view
   * that the next call overwrites. `cut` means that `bytes` ended first.
   */
  decode(bytes: Uint8Array, start: number): Bzip2BlockResult {
    const bits = new BitReader(bytes, start)
    const crc = ((bits.read(16) << 16) | bits.read(16)) >>> 0
    if (bits.read(1) === 1) return bad('a randomised block of bzip2 before 0.9.5')
    const origin = bits.read(24)
    const header = readHeader(bits)
    if (bits.overrun) return { kind: 'cut' }
    if (typeof header === 'string') return bad(header)
    const length = readSymbols(bits, header, this.#links)
    if (bits.overrun) return { kind: 'cut' }
    if (typeof length === 'string') return bad(length)
    if (origin >= length) return bad('the start of the block lies outside it')
    sortLinks(this.#links, length)
    const size = this.#expand(length, origin)
    const found = checksum(this.#output, size)
    if (found !== crc) return bad(`block checksum ${hex(found)}, expected ${hex(crc)}`)
    return { kind: 'block', end: bits.position, crc, data: this.#output.subarray(0, size) }
  }

  /** Walks the sorted links and expands runs: four equal bytes are followed by a count of more. */
  #expand(length: number, origin: number): number {
    const links = this.#links
    let output: Uint8Array = this.#output
    let size = 0
    let run = 0
    let previous = -1
    let link = links[origin] ?? 0
    for (let index = 0; index < length; index++) {
      link = links[link >>> 8] ?? 0
      const byte = link & 0xff
      if (size + 256 > output.length) output = this.#grow()
      if (run === 4) {
        output.fill(previous, size, size + byte)
        size += byte
        run = 0
        previous = -1
        continue
      }
      run = byte === previous ? run + 1 : 1
      previous = byte
      output[size++] = byte
    }
    return size
  }

  #grow(): Uint8Array {
    const larger = new Uint8Array(this.#output.length * 2)
    larger.set(this.#output)
    this.#output = larger
    return larger
  }
}

interface Header {
  /** The bytes that occur in the block, ascending. */
  readonly symbols: Uint8Array
  readonly selectors: Uint8Array
  readonly codes: readonly Code[]
}

/** A canonical Huffman code, with a table for codes of up to {@link FAST_BITS} bits. */
interface Code {
  readonly minBits: number
  readonly maxBits: number
  /** Largest code of each length, -1 where there is none. */
  readonly limit: Int32Array
  readonly base: Int32Array
  readonly order: Uint16Array
  /** `symbol << 5 | bits`, or 0 where the code is longer. */
  readonly fast: Uint16Array
}

/** Bits of a buffer, most significant first. Past the end it gives zeros and sets `overrun`. */
class BitReader {
  readonly bytes: Uint8Array
  index: number
  buffer = 0
  count = 0

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes
    this.index = start >>> 3
    const skip = start & 7
    if (skip > 0) this.read(skip)
  }

  /** At most 24 bits. */
  read(bits: number): number {
    while (this.count < bits) {
      this.buffer = (this.buffer << 8) | (this.bytes[this.index++] ?? 0)
      this.count += 8
    }
    this.count -= bits
    return (this.buffer >>> this.count) & ((1 << bits) - 1)
  }

  get position(): number {
    return this.index * 8 - this.count
  }

  get overrun(): boolean {
    return this.position > this.bytes.length * 8
  }
}

function readHeader(bits: BitReader): Header | string {
  const symbols = readSymbolMap(bits)
  const groups = bits.read(3)
  if (groups < 2 || groups > 6) return `${groups} code tables, expected 2 to 6`
  const selectorCount = bits.read(15)
  if (selectorCount === 0) return 'no selectors'
  const selectors = new Uint8Array(selectorCount)
  const recent = Uint8Array.from({ length: groups }, (_, group) => group)
  for (let index = 0; index < selectorCount; index++) {
    let rank = 0
    while (bits.read(1) === 1) {
      rank++
      if (rank >= groups) return 'a selector names no code table'
    }
    selectors[index] = moveToFront(recent, rank)
  }
  const codes: Code[] = []
  for (let group = 0; group < groups; group++) {
    const lengths = readLengths(bits, symbols.length + 2)
    if (typeof lengths === 'string') return lengths
    codes.push(buildCode(lengths))
  }
  return { symbols, selectors, codes }
}

function readSymbolMap(bits: BitReader): Uint8Array {
  const symbols: number[] = []
  const used = bits.read(16)
  for (let high = 0; high < 16; high++) {
    if ((used & (0x8000 >>> high)) === 0) continue
    const row = bits.read(16)
    for (let low = 0; low < 16; low++) {
      if ((row & (0x8000 >>> low)) !== 0) symbols.push(high * 16 + low)
    }
  }
  return Uint8Array.from(symbols)
}

function readLengths(bits: BitReader, count: number): Uint8Array | string {
  const lengths = new Uint8Array(count)
  let length = bits.read(5)
  for (let symbol = 0; symbol < count; symbol++) {
    while (length >= 1 && length <= MAX_CODE_BITS && bits.read(1) === 1) length += bits.read(1) === 1 ? -1 : 1
    if (length < 1 || length > MAX_CODE_BITS) return 'a code length outside 1 to 20'
    lengths[symbol] = length
  }
  return lengths
}

function buildCode(lengths: Uint8Array): Code {
  const perLength = new Uint32Array(MAX_CODE_BITS + 2)
  for (const length of lengths) perLength[length] = (perLength[length] ?? 0) + 1
  const order = new Uint16Array(lengths.length)
  const limit = new Int32Array(MAX_CODE_BITS + 2).fill(-1)
  const base = new Int32Array(MAX_CODE_BITS + 2)
  const fast = new Uint16Array(1 << FAST_BITS)
  let next = 0
  let code = 0
  let minBits = MAX_CODE_BITS
  let maxBits = 1
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    const count = perLength[length] ?? 0
    code <<= 1
    base[length] = next - code
    if (count === 0) continue
    minBits = Math.min(minBits, length)
    maxBits = length
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue
      order[next++] = symbol
      if (length <= FAST_BITS) {
        const from = code << (FAST_BITS - length)
        fast.fill((symbol << 5) | length, from, from + (1 << (FAST_BITS - length)))
      }
      code++
    }
    limit[length] = code - 1
  }
  return { minBits, maxBits, limit, base, order, fast }
}

/** Reads the block's symbols into `links` (bytes in BWT order); gives their number, or what is wrong. */
function readSymbols(bits: BitReader, header: Header, links: Uint32Array): number | string {
  const { selectors, codes } = header
  const bytes = bits.bytes
  const recent = new Uint8Array(256)
  recent.set(header.symbols)
  const endSymbol = header.symbols.length + 1
  let { index, buffer, count } = bits
  let length = 0
  let run = 0
  let runBit = 0
  let wrong = 'the block has no end'
  symbols: for (const selector of selectors) {
    const code = codes[selector]
    if (code === undefined) break
    const { fast, limit, base, order, maxBits } = code
    for (let left = GROUP_SIZE; left > 0; left--) {
      while (count < MAX_CODE_BITS) {
        buffer = (buffer << 8) | (bytes[index++] ?? 0)
        count += 8
      }
      const entry = fast[(buffer >>> (count - FAST_BITS)) & ((1 << FAST_BITS) - 1)] ?? 0
      let symbol: number
      if (entry !== 0) {
        count -= entry & 31
        symbol = entry >>> 5
      } else {
        let width = Math.min(FAST_BITS + 1, code.minBits)
        let value = (buffer >>> (count - width)) & ((1 << width) - 1)
        while (width <= maxBits && value > (limit[width] ?? -1)) {
          width++
          value = (buffer >>> (count - width)) & ((1 << width) - 1)
        }
        if (width > maxBits) {
          wrong = 'a code that no table holds'
          break symbols
        }
        count -= width
        symbol = order[value + (base[width] ?? 0)] ?? 0
      }
      if (symbol <= 1) {
        if (runBit > 20) {
          wrong = 'a run longer than the block'
          break symbols
        }
        run += (symbol + 1) << runBit++
        continue
      }
      if (runBit > 0) {
        if (length + run > MAX_BLOCK) {
          wrong = 'more bytes than a block holds'
          break symbols
        }
        links.fill(recent[0] ?? 0, length, length + run)
        length += run
        run = 0
        runBit = 0
      }
      if (symbol === endSymbol) {
        bits.index = index
        bits.buffer = buffer
        bits.count = count
        return length
      }
      if (length >= MAX_BLOCK) {
        wrong = 'more bytes than a block holds'
        break symbols
      }
      links[length++] = moveToFront(recent, symbol - 1)
    }
  }
  // Zeros past the end of a cut buffer look like damage: the caller asks for `overrun` first.
  bits.index = index
  bits.count = count
  return wrong
}

function moveToFront(recent: Uint8Array, rank: number): number {
  const value = recent[rank] ?? 0
  if (rank > 16) recent.copyWithin(1, 0, rank)
  else for (let index = rank; index > 0; index--) recent[index] = recent[index - 1] ?? 0
  recent[0] = value
  return value
}

/** Undoes the Burrows-Wheeler transform: each entry gets the place of its successor above its byte. */
function sortLinks(links: Uint32Array, length: number): void {
  const place = new Uint32Array(256)
  for (let index = 0; index < length; index++) {
    const byte = links[index] ?? 0
    place[byte] = (place[byte] ?? 0) + 1
  }
  let sum = 0
  for (let byte = 0; byte < 256; byte++) {
    const count = place[byte] ?? 0
    place[byte] = sum
    sum += count
  }
  for (let index = 0; index < length; index++) {
    const byte = (links[index] ?? 0) & 0xff
    const target = place[byte] ?? 0
    place[byte] = target + 1
    links[target] = (links[target] ?? 0) | (index << 8)
  }
}

/** CRC-32 of bzip2: polynomial 04c11db7, most significant bit first. */
function checksum(data: Uint8Array, size: number): number {
  const table = crcTable()
  let crc = -1
  for (let index = 0; index < size; index++) {
    crc = (crc << 8) ^ (table[(crc >>> 24) ^ (data[index] ?? 0)] ?? 0)
  }
  return ~crc >>> 0
}

let cachedTable: Int32Array | undefined

function crcTable(): Int32Array {
  if (cachedTable !== undefined) return cachedTable
  const table = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1
    table[byte] = crc
  }
  cachedTable = table
  return table
}

function bad(why: string): Bzip2BlockResult {
  return { kind: 'bad', why }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
