/**
 * Text in UTF-8 to token ids: cuts bytes into words as the known patterns do, and gives the ids of a word from a cache, or
 * merges its bytes by rank. `tokenizers/bpe-twin.ts` says what is computed, in TypeScript and by regular expressions;
 * `tokenizers/byte-encoder.ts` drives this module.
 *
 * A text comes in chunks. A word whose end cannot be told from this chunk alone is left for the next call.
 */

// What the table of characters says of one.
const LETTER: u32 = 1
const NUMBER: u32 = 2
const SPACE: u32 = 4
/** Letters but small ones, and marks. */
const UPPER: u32 = 8
/** Letters but capital and title ones, and marks. */
const LOWER: u32 = 16
const NEWLINE: u32 = 32
/** Said of the end of the chunk. */
const END: u32 = 64

const GPT2: i32 = 0
const CL100K: i32 = 1
const O200K: i32 = 2

const NONE: u32 = 0xffffffff

/** Parts up to which looking through all of them for the least rank is faster than a heap. */
const MOST_SCANNED: usize = 72
/** Bytes of a word above which there may be no memory to merge them. */
const MOST_MERGED: usize = 32 << 20
/** Bytes and ids of a word that the cache holds; with both, a slot is one line of the processor's cache. */
const CACHED_BYTES: usize = 32
const CACHED_IDS: usize = 7
const SLOT_BITS: usize = 6

const MASKS: usize = 1024
const CLASSES: usize = MASKS + 64
/** Rank of the merge of two single bytes, by both. */
const BYTE_PAIRS: usize = CLASSES + 0x110000
const BYTE_IDS: usize = BYTE_PAIRS + 0x40000
const TABLES: usize = BYTE_IDS + 1024

const STEP: u64 = 0x9e3779b97f4a7c15
const LAST: u64 = 0xbf58476d1ce4e5b9

let tokens: usize = 0
let tokenMask: usize = 0
let starts: usize = 0
let blob: usize = 0
let pairs: usize = 0
let pairMask: usize = 0
let mergedIds: usize = 0
let mergesByPair: bool = false
let takesWhole: bool = false
let longest: usize = 0

let cache: usize = 0
let cacheShift: u64 = 0

let text: usize = 0
let out: usize = 0
let scratch: usize = 0

let pattern: i32 = 0
let mostDigits: i32 = 0
let takesEnd: bool = false
let consumed: usize = 0
let refused: bool = false
/** Whether a match had to look at what is behind the chunk. */
let touched: bool = false

export function classPlace(): usize {
  return CLASSES
}
export function byteIdPlace(): usize {
  return BYTE_IDS
}
export function startPlace(): usize {
  return starts
}
export function blobPlace(): usize {
  return blob
}
export function textPlace(): usize {
  return text
}
export function idPlace(): usize {
  return out
}
/** Bytes of the chunk that the last {@link encode} has turned into ids. */
export function consumedBytes(): usize {
  return consumed
}
/** Whether a word was too long, since this was last asked. Its ids are missing. */
export function wasRefused(): i32 {
  const answer: i32 = refused ? 1 : 0
  refused = false
  return answer
}

/**
 * Lays memory out for a vocabulary: so many tokens with so many bytes together; by powers of two, slots of the tables of tokens, of
 * pairs (0 for merges that are ranked by the bytes of what they make) and of cached words; and so many merges.
 */
export function layOut(count: usize, bytes: usize, tokenBits: usize, pairBits: usize, merges: usize, cacheBits: usize): void {
  tokens = TABLES
  tokenMask = (<usize>1 << tokenBits) - 1
  starts = tokens + (<usize>8 << tokenBits)
  blob = starts + ((count + 1) << 2)
  mergesByPair = pairBits > 0
  pairs = (blob + bytes + 64 + 15) & ~15
  pairMask = (<usize>1 << pairBits) - 1
  mergedIds = pairs + (mergesByPair ? <usize>16 << pairBits : 0)
  cache = (mergedIds + (merges << 2) + 63) & ~63
  cacheShift = 64 - cacheBits
  text = cache + (<usize>1 << (cacheBits + SLOT_BITS))
  makeRoom(text)
  memory.fill(MASKS, 0xff, 32)
  memory.fill(BYTE_PAIRS, 0xff, 0x40000)
}

/** Room for a chunk of so many bytes, which is written at `textPlace()`, and its ids. */
export function reserve(bytes: usize): void {
  out = (text + bytes + 64 + 15) & ~15
  scratch = out + (bytes << 2) + 64
  makeRoom(scratch)
}

function makeRoom(end: usize): void {
  const missing = <i32>((end + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
}

/** Finds tokens by their bytes from now on. Starts, bytes and ids of single bytes are written before. */
export function indexTokens(count: u32, whole: i32): void {
  takesWhole = whole != 0
  longest = 0
  for (let id: u32 = 0; id < count; id++) {
    const start = load<u32>(starts + (<usize>id << 2))
    const length = <usize>(load<u32>(starts + (<usize>id << 2), 4) - start)
    if (length == 0) continue
    if (length > longest) longest = length
    const place = blob + start
    const hash = hashOf(place, length)
    let slot = <usize>hash & tokenMask
    while (load<u32>(tokens + (slot << 3)) != 0) slot = (slot + 1) & tokenMask
    store<u32>(tokens + (slot << 3), id + 1)
    store<u32>(tokens + (slot << 3), <u32>(hash >> 32), 4)
    if (length == 2 && !mergesByPair) store<u32>(BYTE_PAIRS + (<usize>load<u16>(place) << 2), id)
  }
}

/** The merge of that rank joins two tokens to a third. A pair that is there already has the new rank. */
export function addMerge(rank: u32, left: u32, right: u32, id: u32): void {
  store<u32>(mergedIds + (<usize>rank << 2), id)
  const key = (<u64>left << 32) | right
  let slot = <usize>hashPair(key) & pairMask
  // The rank is stored one higher, so that 0 says that a slot is free.
  while (load<u32>(pairs + (slot << 4), 8) != 0 && load<u64>(pairs + (slot << 4)) != key) slot = (slot + 1) & pairMask
  store<u64>(pairs + (slot << 4), key)
  store<u32>(pairs + (slot << 4), rank + 1, 8)
}

/** After all merges: ranks of pairs of single bytes, which most lookups are of. */
export function indexBytePairs(): void {
  for (let left: usize = 0; left < 256; left++) {
    for (let right: usize = 0; right < 256; right++) {
      const rank = rankOfPair(load<u32>(BYTE_IDS + (left << 2)), load<u32>(BYTE_IDS + (right << 2)))
      store<u32>(BYTE_PAIRS + (((right << 8) | left) << 2), rank)
    }
  }
}

/** The pattern that texts are cut by: its family, most digits of a number, and whether white space at the end of the text is one word. */
export function setPattern(family: i32, digits: i32, isEndWhole: i32): void {
  pattern = family
  mostDigits = digits
  takesEnd = isEndWhole != 0
}

/** Encodes a chunk; gives the number of ids, which stand at `idPlace()`. */
export function encode(length: usize, isLast: i32): usize {
  const end = text + length
  let place = text
  let to = out
  while (place < end) {
    touched = false
    const stop =
      pattern == GPT2 ? gpt2Word(place, end) : pattern == CL100K ? cl100kWord(place, end) : o200kWord(place, end)
    if (touched && isLast == 0) break
    to = encodeWord(place, stop - place, to)
    place = stop
  }
  consumed = place - text
  return (to - out) >> 2
}

/** Encodes the chunk as one word. */
export function encodeOne(length: usize): usize {
  return (encodeWord(text, length, out) - out) >> 2
}

/** Merges so many ids that stand at `textPlace()`, four bytes each; merges must be ranked by pairs. */
export function mergeIds(count: usize): usize {
  if (count > MOST_MERGED) {
    refused = true
    return 0
  }
  beginParts(count)
  for (let index: usize = 0; index < count; index++) {
    const place = text + (index << 2)
    setPart(index, load<u32>(place), index + 1 < count ? rankOfPair(load<u32>(place), load<u32>(place, 4)) : NONE)
  }
  return (joinParts(text, count, out) - out) >> 2
}

// ---- words ----

// @ts-ignore: decorator
@inline
function widthAt(place: usize): usize {
  const first = <u32>load<u8>(place)
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** Class of the character at a place; texts are well formed. */
// @ts-ignore: decorator
@inline
function classAt(place: usize): u32 {
  const first = <u32>load<u8>(place)
  if (first < 0x80) return load<u8>(CLASSES + first)
  return wideClass(place, first)
}

function wideClass(place: usize, first: u32): u32 {
  const second = <u32>load<u8>(place, 1) & 0x3f
  if (first < 0xe0) return load<u8>(CLASSES + (((first & 0x1f) << 6) | second))
  const third = <u32>load<u8>(place, 2) & 0x3f
  if (first < 0xf0) return load<u8>(CLASSES + (((first & 0xf) << 12) | (second << 6) | third))
  return load<u8>(CLASSES + (((first & 0x7) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(place, 3) & 0x3f)))
}

// @ts-ignore: decorator
@inline
function classOrEnd(place: usize, end: usize): u32 {
  if (place < end) return classAt(place)
  touched = true
  return END
}

/** End of the run of characters that are of one of these classes. */
// @ts-ignore: decorator
@inline
function runIn(place: usize, end: usize, classes: u32): usize {
  while (place < end) {
    if ((classAt(place) & classes) == 0) return place
    place += widthAt(place)
  }
  touched = true
  return place
}

/** End of the run of characters that are of none of these classes. */
// @ts-ignore: decorator
@inline
function runOut(place: usize, end: usize, classes: u32): usize {
  while (place < end) {
    if ((classAt(place) & classes) != 0) return place
    place += widthAt(place)
  }
  touched = true
  return place
}

/** Bytes of 's, 't, 'm, 'd, 'll, 've or 're at an apostrophe; 0 where there is none. */
function contraction(place: usize, end: usize, isFolded: bool): usize {
  if (place + 2 > end) {
    touched = true
    return 0
  }
  const fold: u32 = isFolded ? 0x20 : 0
  const first = <u32>load<u8>(place, 1)
  const letter = first | fold
  if (letter == 0x73 || letter == 0x64 || letter == 0x6d || letter == 0x74) return 2
  if (letter != 0x6c && letter != 0x76 && letter != 0x72 && !(isFolded && first == 0xc5)) return 0
  if (place + 3 > end) {
    touched = true
    return 0
  }
  const second = <u32>load<u8>(place, 2)
  // U+017F, a long s, is an s where case is folded.
  if (first == 0xc5) return second == 0xbf ? 3 : 0
  return (second | fold) == (letter == 0x6c ? 0x6c : 0x65) ? 3 : 0
}

/** White space that no other part of a pattern took: all but its last character, where more than one stands before something else. */
function spaces(place: usize, end: usize, byLines: bool): usize {
  let at = place
  let last = place
  let line: usize = 0
  while (at < end) {
    const kind = classAt(at)
    if ((kind & SPACE) == 0) break
    last = at
    at += widthAt(at)
    if (kind & NEWLINE) line = at
  }
  if (at >= end) {
    touched = true
    return takesEnd || !byLines || line == 0 ? end : line
  }
  if (byLines && line != 0) return line
  return last > place ? last : at
}

function digits(place: usize, end: usize): usize {
  for (let count: i32 = 0; count < mostDigits; count++) {
    if ((classOrEnd(place, end) & NUMBER) == 0) return place
    place += widthAt(place)
  }
  return place
}

function gpt2Word(place: usize, end: usize): usize {
  const first = load<u8>(place)
  if (first == 0x27) {
    const length = contraction(place, end, false)
    if (length != 0) return place + length
  }
  const from = first == 0x20 ? place + 1 : place
  const kind = classOrEnd(from, end)
  if (kind & LETTER) return runIn(from, end, LETTER)
  if (kind & NUMBER) return runIn(from, end, NUMBER)
  if ((kind & (SPACE | END)) == 0) return runOut(from, end, LETTER | NUMBER | SPACE)
  return spaces(place, end, false)
}

function cl100kWord(place: usize, end: usize): usize {
  const first = load<u8>(place)
  if (first == 0x27) {
    const length = contraction(place, end, true)
    if (length != 0) return place + length
  }
  const kind = classAt(place)
  if (kind & LETTER) return runIn(place, end, LETTER)
  if (kind & NUMBER) return digits(place, end)
  if ((kind & NEWLINE) == 0) {
    const next = place + widthAt(place)
    if (classOrEnd(next, end) & LETTER) return runIn(next, end, LETTER)
  }
  const from = first == 0x20 ? place + 1 : place
  if ((classOrEnd(from, end) & (LETTER | NUMBER | SPACE | END)) == 0) {
    return runIn(runOut(from, end, LETTER | NUMBER | SPACE), end, NEWLINE)
  }
  return spaces(place, end, true)
}

function o200kWord(place: usize, end: usize): usize {
  const kind = classAt(place)
  if ((kind & (NUMBER | NEWLINE)) == 0) {
    let stop: usize
    if (kind & LETTER) {
      stop = mixedWord(place, end)
      if (stop == 0) stop = runIn(place, end, UPPER)
    } else {
      const next = place + widthAt(place)
      stop = mixedWord(next, end)
      // A mark that stands before no such word is one.
      if (stop == 0 && (kind & UPPER) != 0) stop = mixedWord(place, end)
      if (stop == 0 && (classOrEnd(next, end) & UPPER) != 0) stop = runIn(next, end, UPPER)
    }
    if (stop != 0) {
      if (stop >= end) {
        touched = true
        return stop
      }
      return load<u8>(stop) == 0x27 ? stop + contraction(stop, end, true) : stop
    }
  }
  if (kind & NUMBER) return digits(place, end)
  const from = load<u8>(place) == 0x20 ? place + 1 : place
  if ((classOrEnd(from, end) & (LETTER | NUMBER | SPACE | END)) == 0) {
    let stop = runOut(from, end, LETTER | NUMBER | SPACE)
    while (stop < end) {
      const next = load<u8>(stop)
      if (next != 0x0a && next != 0x0d && next != 0x2f) return stop
      stop++
    }
    touched = true
    return stop
  }
  return spaces(place, end, true)
}

/**
 * End of a word that may begin with capitals and ends with others: as many of the first as there are, then as many of the second. Where
 * none of the second follow, it ends behind the last of the first that is of both.
 */
function mixedWord(place: usize, end: usize): usize {
  let last: usize = 0
  while (place < end) {
    const kind = classAt(place)
    if ((kind & UPPER) == 0) {
      return kind & LOWER ? runIn(place, end, LOWER) : last
    }
    place += widthAt(place)
    if (kind & LOWER) last = place
  }
  touched = true
  return last
}

// ---- ids of a word ----

function encodeWord(place: usize, length: usize, to: usize): usize {
  if (length > CACHED_BYTES) return merge(place, length, to)
  const low = v128.and(v128.load(place), v128.load(MASKS + 32 - length))
  const high = length > 16 ? v128.and(v128.load(place, 16), v128.load(MASKS + 48 - length)) : i64x2.splat(0)
  let hash =
    (<u64>v128.extract_lane<u64>(low, 0) ^ <u64>length) * STEP +
    <u64>v128.extract_lane<u64>(low, 1) * 0xc2b2ae3d27d4eb4f +
    <u64>v128.extract_lane<u64>(high, 0) * 0x165667b19e3779f9 +
    <u64>v128.extract_lane<u64>(high, 1) * 0x85ebca77c2b2ae63
  hash = (hash ^ (hash >> 32)) * LAST
  // Two slots stand together. The one that was filled first makes room.
  const first = cache + (<usize>(hash >> (cacheShift + 1)) << (SLOT_BITS + 1))
  let slot = first
  let header = load<u32>(slot)
  if (<usize>(header & 0xff) != length || !isKey(slot, low, high)) {
    slot += 64
    header = load<u32>(slot)
    if (<usize>(header & 0xff) != length || !isKey(slot, low, high)) {
      const stop = merge(place, length, to)
      const count = (stop - to) >> 2
      if (count > CACHED_IDS) return stop
      memory.copy(slot, first, 64)
      store<u32>(first, <u32>length | (<u32>count << 8))
      memory.copy(first + 4, to, count << 2)
      v128.store(first, low, 32)
      v128.store(first, high, 48)
      return stop
    }
  }
  const count = <usize>(header >> 8)
  v128.store(to, v128.load(slot, 4))
  if (count > 4) v128.store(to, v128.load(slot, 20), 16)
  return to + (count << 2)
}

// @ts-ignore: decorator
@inline
function isKey(slot: usize, low: v128, high: v128): bool {
  return !v128.any_true(v128.or(v128.xor(v128.load(slot, 32), low), v128.xor(v128.load(slot, 48), high)))
}

function merge(place: usize, length: usize, to: usize): usize {
  if (length == 1) {
    store<u32>(to, load<u32>(BYTE_IDS + (<usize>load<u8>(place) << 2)))
    return to + 4
  }
  if (takesWhole) {
    const id = tokenOf(place, length)
    if (id != NONE) {
      store<u32>(to, id)
      return to + 4
    }
  }
  return length <= MOST_SCANNED ? mergeShort(place, length, to) : mergeLong(place, length, to)
}

/** Parts stand in a row: where each begins, its id, and the rank of its merge with the next. */
function mergeShort(place: usize, length: usize, to: usize): usize {
  makeRoom(scratch + ((length + 2) << 4))
  const parts = scratch
  let least = NONE
  let at: usize = 0
  for (let index: usize = 0; index < length; index++) {
    const part = parts + (index << 4)
    const rank = index + 1 < length ? load<u32>(BYTE_PAIRS + (<usize>load<u16>(place + index) << 2)) : NONE
    store<u32>(part, <u32>(place + index))
    store<u32>(part, load<u32>(BYTE_IDS + (<usize>load<u8>(place + index) << 2)), 4)
    store<u32>(part, rank, 8)
    if (rank < least) {
      least = rank
      at = part
    }
  }
  let end = parts + (length << 4)
  store<u32>(end, <u32>(place + length))
  while (least != NONE) {
    store<u32>(at, mergesByPair ? load<u32>(mergedIds + (<usize>least << 2)) : least, 4)
    for (let part = at + 16; part < end; part += 16) v128.store(part, v128.load(part, 16))
    end -= 16
    store<u32>(at, at + 16 < end ? rankOfParts(at) : NONE, 8)
    if (at > parts) store<u32>(at - 16, rankOfParts(at - 16), 8)
    least = NONE
    for (let part = parts; part < end; part += 16) {
      const rank = load<u32>(part, 8)
      if (rank < least) {
        least = rank
        at = part
      }
    }
  }
  for (let part = parts; part < end; part += 16) {
    store<u32>(to, load<u32>(part, 4))
    to += 4
  }
  return to
}

// @ts-ignore: decorator
@inline
function rankOfParts(part: usize): u32 {
  if (mergesByPair) return rankOfPair(load<u32>(part, 4), load<u32>(part, 20))
  const start = <usize>load<u32>(part)
  return tokenOf(start, <usize>load<u32>(part, 32) - start)
}

/**
 * The same by a heap of (rank, place of the left part). A part has the place of its first byte: its id, rank, and the places of the parts
 * beside it. What the heap says of a part that has changed is passed over.
 */
function mergeLong(place: usize, length: usize, to: usize): usize {
  if (length > MOST_MERGED) {
    refused = true
    return to
  }
  beginParts(length)
  for (let index: usize = 0; index < length; index++) {
    const rank = index + 1 < length ? load<u32>(BYTE_PAIRS + (<usize>load<u16>(place + index) << 2)) : NONE
    setPart(index, load<u32>(BYTE_IDS + (<usize>load<u8>(place + index) << 2)), rank)
  }
  return joinParts(place, length, to)
}

function beginParts(length: usize): void {
  heap = scratch + ((length + 2) << 4)
  heapSize = 0
  makeRoom(heap + ((length + 1) << 4) + ((length + 1) << 3))
}

// @ts-ignore: decorator
@inline
function setPart(index: usize, id: u32, rank: u32): void {
  const part = scratch + (index << 4)
  store<u32>(part, id)
  store<u32>(part, rank, 4)
  store<u32>(part, <u32>(index + 1), 8)
  store<u32>(part, index == 0 ? NONE : <u32>(index - 1), 12)
  if (rank != NONE) push((<u64>rank << 32) | index)
}

function joinParts(place: usize, length: usize, to: usize): usize {
  const parts = scratch
  while (heapSize > 0) {
    const top = pop()
    const index = <usize>(<u32>top)
    const rank = <u32>(top >> 32)
    const part = parts + (index << 4)
    if (load<u32>(part, 4) != rank) continue
    store<u32>(part, mergesByPair ? load<u32>(mergedIds + (<usize>rank << 2)) : rank)
    store<u32>(part, NONE, 4)
    const gone = parts + (<usize>load<u32>(part, 8) << 4)
    store<u32>(gone, NONE, 4)
    const next = <usize>load<u32>(gone, 8)
    store<u32>(part, <u32>next, 8)
    if (next < length) store<u32>(parts + (next << 4), <u32>index, 12)
    rankAgain(place, parts, index, length)
    const before = load<u32>(part, 12)
    if (before != NONE) rankAgain(place, parts, before, length)
  }
  for (let index: usize = 0; index < length; index = load<u32>(parts + (index << 4), 8)) {
    store<u32>(to, load<u32>(parts + (index << 4)))
    to += 4
  }
  return to
}

function rankAgain(place: usize, parts: usize, index: usize, length: usize): void {
  const part = parts + (index << 4)
  const next = <usize>load<u32>(part, 8)
  let rank = NONE
  if (next < length) {
    const right = parts + (next << 4)
    rank = mergesByPair
      ? rankOfPair(load<u32>(part), load<u32>(right))
      : tokenOf(place + index, <usize>load<u32>(right, 8) - index)
  }
  // Where the rank is as before, the heap still has an entry of it.
  if (rank == load<u32>(part, 4)) return
  store<u32>(part, rank, 4)
  if (rank != NONE) push((<u64>rank << 32) | index)
}

let heap: usize = 0
let heapSize: usize = 0

function push(entry: u64): void {
  let at = heapSize++
  while (at > 0) {
    const above = (at - 1) >> 1
    const other = load<u64>(heap + (above << 3))
    if (other <= entry) break
    store<u64>(heap + (at << 3), other)
    at = above
  }
  store<u64>(heap + (at << 3), entry)
}

function pop(): u64 {
  const top = load<u64>(heap)
  const entry = load<u64>(heap + (--heapSize << 3))
  let at: usize = 0
  for (;;) {
    let below = (at << 1) + 1
    if (below >= heapSize) break
    let least = load<u64>(heap + (below << 3))
    if (below + 1 < heapSize) {
      const other = load<u64>(heap + (below << 3), 8)
      if (other < least) {
        least = other
        below++
      }
    }
    if (entry <= least) break
    store<u64>(heap + (at << 3), least)
    at = below
  }
  store<u64>(heap + (at << 3), entry)
  return top
}

/** The token of some bytes. */
function tokenOf(place: usize, length: usize): u32 {
  if (length > longest) return NONE
  const hash = hashOf(place, length)
  const tag = <u32>(hash >> 32)
  let slot = <usize>hash & tokenMask
  let entry = load<u32>(tokens + (slot << 3))
  while (entry != 0) {
    if (load<u32>(tokens + (slot << 3), 4) == tag && isToken(entry - 1, place, length)) break
    slot = (slot + 1) & tokenMask
    entry = load<u32>(tokens + (slot << 3))
  }
  // 0 is no token: one less is NONE.
  return entry - 1
}

function isToken(id: u32, place: usize, length: usize): bool {
  const start = load<u32>(starts + (<usize>id << 2))
  if (<usize>(load<u32>(starts + (<usize>id << 2), 4) - start) != length) return false
  let from = blob + start
  while (length > 8) {
    if (load<u64>(from) != load<u64>(place)) return false
    from += 8
    place += 8
    length -= 8
  }
  return ((load<u64>(from) ^ load<u64>(place)) & (~(<u64>0) >> ((8 - length) << 3))) == 0
}

function rankOfPair(left: u32, right: u32): u32 {
  const key = (<u64>left << 32) | right
  let slot = <usize>hashPair(key) & pairMask
  let rank = load<u32>(pairs + (slot << 4), 8)
  while (rank != 0 && load<u64>(pairs + (slot << 4)) != key) {
    slot = (slot + 1) & pairMask
    rank = load<u32>(pairs + (slot << 4), 8)
  }
  // 0 is no rank: one less is NONE.
  return rank - 1
}

// @ts-ignore: decorator
@inline
function hashPair(key: u64): u64 {
  const hash = (key ^ (key >> 29)) * LAST
  return hash ^ (hash >> 32)
}

// @ts-ignore: decorator
@inline
function hashOf(place: usize, length: usize): u64 {
  let hash = <u64>length * STEP
  while (length > 8) {
    hash = (hash ^ load<u64>(place)) * STEP
    hash ^= hash >> 32
    place += 8
    length -= 8
  }
  hash = (hash ^ (load<u64>(place) & (~(<u64>0) >> ((8 - length) << 3)))) * STEP
  hash ^= hash >> 32
  hash *= LAST
  return hash ^ (hash >> 29)
}
