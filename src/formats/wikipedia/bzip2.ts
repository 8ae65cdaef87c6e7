import type { Source } from '../../model/record.ts'
import { ByteWindow } from './byte-window.ts'
import { Bzip2Decoder } from './bzip2-block.ts'

/** What a bzip2 file holds, in order. Bits and bytes are counted from the start of the file as stored. */
export type Bzip2Item =
  /** A stream begins at byte `start`. */
  | { readonly kind: 'stream'; readonly start: number }
  /** A verified block whose magic is at `bit`; `data` is overwritten by the next item. */
  | { readonly kind: 'block'; readonly bit: number; readonly data: Uint8Array }
  /** Something from `bit` on could not be decoded; the next item is behind it. */
  | { readonly kind: 'damage'; readonly bit: number; readonly reason: Bzip2Reason; readonly detail: string }

export type Bzip2Reason = 'cut-bz2' | 'bad-bz2'

/** `BZh1` to `BZh9`. */
const HEADER_BYTES = 4
const MAGIC_BITS = 48
/** Halves of the 48-bit magics of a block (pi) and of a stream's end (square root of pi). */
const BLOCK = [0x314159, 0x265359] as const
const END = [0x177245, 0x385090] as const
/** Compressed blocks are nearly always shorter than the first; the largest possible ends in the second. */
const LOOKAHEAD_BYTES = [1_500_000, 6_000_000] as const

/**
 * Decodes concatenated bzip2 streams from byte `start` on.
 *
 * Each block has a checksum of its own, so damage costs the blocks it touches and no others: decoding
 * goes on at the next block or stream. With `seek`, `start` need not be a stream: the first block
 * behind it is where reading begins, silently. Memory: one block (at most 46.7 MB), its links and 12 MB.
 */
export async function* bzip2Items(
  source: Source,
  start: number,
  options: { readonly seek?: boolean; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Bzip2Item, void> {
  const window = new ByteWindow(source, start, options.signal)
  const decoder = new Bzip2Decoder()
  try {
    let place = options.seek === true ? await nextPlace(window, start * 8) : { header: start }
    while (place !== undefined) {
      const step: Step =
        'header' in place
          ? await readStreamHeader(window, place.header)
          : await readBlock(window, decoder, place.magic)
      if (step.item !== undefined) yield step.item
      place = step.next === 'search' ? await nextPlace(window, step.from) : step.next
    }
  } finally {
    await window.close()
  }
}

/** Where decoding goes on: a stream's header at a byte, or a magic at a bit. */
type Place = { readonly header: number } | { readonly magic: number }

type Step =
  | { readonly item: Bzip2Item | undefined; readonly next: Place | undefined }
  | { readonly item: Bzip2Item; readonly next: 'search'; readonly from: number }

async function readStreamHeader(window: ByteWindow, offset: number): Promise<Step> {
  const bytes = await window.fill(offset, HEADER_BYTES)
  if (bytes.length === 0) return { item: undefined, next: undefined }
  if (isStreamHeader(bytes, 0)) {
    return { item: { kind: 'stream', start: offset }, next: { magic: (offset + HEADER_BYTES) * 8 } }
  }
  const short = bytes.length < HEADER_BYTES
  const detail = short
    ? `the file ends in the header of the stream at byte ${offset}`
    : `no bzip2 stream at byte ${offset}`
  return damage(offset * 8, short ? 'cut-bz2' : 'bad-bz2', detail)
}

async function readBlock(window: ByteWindow, decoder: Bzip2Decoder, bit: number): Promise<Step> {
  const offset = Math.floor(bit / 8)
  const shift = bit % 8
  let bytes = await window.fill(offset, LOOKAHEAD_BYTES[0])
  if (bytes.length * 8 < shift + MAGIC_BITS + 32)
    return damage(bit, 'cut-bz2', 'the file ends inside a stream')
  if (matches(bytes, shift, END)) {
    return { item: undefined, next: { header: offset + Math.ceil((shift + MAGIC_BITS + 32) / 8) } }
  }
  if (!matches(bytes, shift, BLOCK)) return damage(bit, 'bad-bz2', `no bzip2 block at byte ${offset}`)
  let result = decoder.decode(bytes, shift + MAGIC_BITS)
  if (result.kind === 'cut' && !window.ended) {
    bytes = await window.fill(offset, LOOKAHEAD_BYTES[1])
    result = decoder.decode(bytes, shift + MAGIC_BITS)
  }
  if (result.kind === 'block') {
    return { item: { kind: 'block', bit, data: result.data }, next: { magic: offset * 8 + result.end } }
  }
  if (result.kind === 'bad') return damage(bit, 'bad-bz2', `the block at byte ${offset}: ${result.why}`)
  return window.ended
    ? damage(bit, 'cut-bz2', `the file ends inside the block at byte ${offset}`)
    : damage(bit, 'bad-bz2', `the block at byte ${offset} is longer than a block can be`)
}

function damage(bit: number, reason: Bzip2Reason, detail: string): Step {
  return { item: { kind: 'damage', bit, reason, detail }, next: 'search', from: bit + 1 }
}

/** The first stream header or magic at bit `from` or behind it. */
async function nextPlace(window: ByteWindow, from: number): Promise<Place | undefined> {
  let bit = from
  for (;;) {
    const offset = Math.floor(bit / 8)
    const bytes = await window.fill(offset, LOOKAHEAD_BYTES[0])
    const found = findMagic(bytes, bit % 8)
    if (found !== undefined) {
      const header = found % 8 === 0 ? found / 8 - HEADER_BYTES : -1
      if (header >= 0 && offset + header >= from / 8 && isStreamHeader(bytes, header)) {
        return { header: offset + header }
      }
      return { magic: offset * 8 + found }
    }
    if (window.ended) return undefined
    // A header and its magic are 10 bytes: they may lie across the end of the view.
    bit = Math.max(bit + 1, (offset + bytes.length - HEADER_BYTES - MAGIC_BITS / 8) * 8)
  }
}

/** Bit of the first magic of a block in `bytes` at or behind bit `from`. */
function findMagic(bytes: Uint8Array, from: number): number | undefined {
  let high = 0
  let low = 0
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    for (let shift = 7; shift >= 0; shift--) {
      high = ((high << 1) | (low >>> 23)) & 0xffffff
      low = ((low << 1) | ((byte >>> shift) & 1)) & 0xffffff
      if (high === BLOCK[0] && low === BLOCK[1]) {
        const bit = index * 8 + 8 - shift - MAGIC_BITS
        if (bit >= from) return bit
      }
    }
  }
  return undefined
}

function matches(bytes: Uint8Array, bit: number, magic: readonly [number, number]): boolean {
  return bitsAt(bytes, bit) === magic[0] && bitsAt(bytes, bit + 24) === magic[1]
}

/** 24 bits of `bytes` from `bit` on. */
function bitsAt(bytes: Uint8Array, bit: number): number {
  const index = bit >>> 3
  const word =
    ((bytes[index] ?? 0) << 24) |
    ((bytes[index + 1] ?? 0) << 16) |
    ((bytes[index + 2] ?? 0) << 8) |
    (bytes[index + 3] ?? 0)
  return (word >>> (8 - (bit & 7))) & 0xffffff
}

/** Whether `BZh1` to `BZh9` stands at `index`. */
export function isStreamHeader(bytes: Uint8Array, index: number): boolean {
  const level = bytes[index + 3] ?? 0
  return (
    bytes[index] === 0x42 &&
    bytes[index + 1] === 0x5a &&
    bytes[index + 2] === 0x68 &&
    level >= 0x31 &&
    level <= 0x39
  )
}

/**
 * The first byte at or behind `from` at which a bzip2 stream may begin: a header with the magic of a
 * block behind it, on a byte. `undefined` = none to the end.
 *
 * Chance gives such a place once in 2^78 bytes; a crafted one is found out when the file is read.
 */
export async function nextStreamStart(source: Source, from: number): Promise<number | undefined> {
  let tail = new Uint8Array(0)
  let base = from
  for await (const chunk of source.read(from, source.size)) {
    const bytes = Buffer.concat([tail, chunk])
    for (let at = bytes.indexOf('BZh'); at !== -1; at = bytes.indexOf('BZh', at + 1)) {
      const whole = at + HEADER_BYTES + MAGIC_BITS / 8 <= bytes.length
      if (whole && isStreamHeader(bytes, at) && matches(bytes, (at + HEADER_BYTES) * 8, BLOCK)) {
        return base + at
      }
    }
    tail = Uint8Array.from(bytes.subarray(Math.max(0, bytes.length - 9)))
    base += bytes.length - tail.length
  }
  return undefined
}
