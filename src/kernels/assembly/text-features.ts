/**
 * Counts a text's hashed tokens, as Spark's `Tokenizer` and `HashingTF` take them, and pairs of neighbours: UTF-8 in, entries
 * of a sparse row out. `learn/linear/text-features-twin.ts` says what is computed and has the same in TypeScript, equal to the bit.
 *
 * Memory: 4 bytes a feature, the longest text that was taken, and 8 bytes a different feature in it.
 */

const COUNTS: usize = 1024
/** Bytes behind a text that are read with it. */
const MARGIN: usize = 64
const SEED: i32 = 42
/** Seeds of the hash by which copies are found. */
const COPY_LOW: i32 = 0x2545f491
const COPY_HIGH: i32 = 0x4f6cdd1d
/** Largest count of an entry. */
const MOST_COUNT: u32 = 255
const INDEX_BITS: u32 = 24

let features: i32 = 0
/** `features - 1` where they are a power of two, or else 0. */
let mask: i32 = 0
let isPaired: bool = false
let text: usize = 0

let list: usize = 0
let met: usize = 0
let tokens: i32 = 0
let previous: i32 = 0
let copyLow: i32 = 0
let copyHigh: i32 = 0
let squared: f64 = 0

/** Lays memory out for so many features; `pairs` = of pairs, too. */
export function layOut(count: i32, pairs: i32): void {
  features = count
  mask = (count & (count - 1)) == 0 ? count - 1 : 0
  isPaired = pairs != 0
  text = (COUNTS + (<usize>count << 2) + 15) & ~15
  makeRoom(text)
}

/** Makes room for a text; gives its place. */
export function textPlace(length: i32): usize {
  makeRoom(text + <usize>length + MARGIN)
  return text
}

/**
 * Puts the text in lower case where it stands; answers 0 where it has a character whose lower case is not known here: then the
 * text is as good as lost.
 */
export function lower(length: i32): i32 {
  const end = text + <usize>length
  memory.fill(end, 0, MARGIN)
  let place = text
  while (place < end) {
    const bytes = v128.load(place)
    if (!v128.any_true(v128.and(bytes, i8x16.splat(-128)))) {
      const capitals = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x41)), i8x16.splat(26))
      v128.store(place, v128.or(bytes, v128.and(capitals, i8x16.splat(0x20))))
      place += 16
      continue
    }
    const stop = min(place + 16, end)
    while (place < stop) {
      const size = lowerOne(place)
      if (size == 0) return 0
      place += size
    }
  }
  return 1
}

/** Puts one character in lower case; gives its bytes, or 0 where its script has cases that take more than a rule. */
function lowerOne(place: usize): usize {
  const first = <u32>load<u8>(place)
  if (first < 0x80) {
    if (first - 0x41 < 26) store<u8>(place, <u8>(first | 0x20))
    return 1
  }
  const second = <u32>load<u8>(place, 1)
  if (first < 0xe0) {
    if (first == 0xc3) {
      // Latin-1: À to Þ without the sign of multiplication.
      if (second <= 0x9e && second != 0x97) store<u8>(place, <u8>(second + 0x20), 1)
      return 2
    }
    // Latin-1 signs; Hebrew, Arabic and what follows them.
    return first == 0xc2 || first >= 0xd7 ? 2 : 0
  }
  if (first < 0xf0) {
    // Indic scripts, Thai, Tibetan; signs but for letters among them; Chinese, Japanese, Korean, private use; wide forms but for letters.
    if (first == 0xe0 || (first >= 0xe3 && first <= 0xe9) || (first >= 0xeb && first <= 0xee)) return 3
    if (first == 0xe2)
      return second <= 0x83 || (second >= 0x87 && second <= 0x91) || (second >= 0x94 && second <= 0xaf) ? 3 : 0
    if (first == 0xea) return second >= 0xb0 ? 3 : 0
    return first == 0xef && second != 0xbc ? 3 : 0
  }
  // Pictures, and rare Chinese.
  return first == 0xf0 && second >= 0x9f ? 4 : 0
}

/** Counts the text's tokens; gives the number of entries, which stand from `entryPlace()` on. */
export function count(length: i32): i32 {
  const end = text + <usize>length
  list = (end + MARGIN + 15) & ~15
  met = 0
  tokens = 0
  copyLow = COPY_LOW
  copyHigh = COPY_HIGH
  memory.fill(end, 0x20, MARGIN)
  // Different features are at most half as many as bytes, with pairs as many; each is in the list and among the entries.
  makeRoom(list + <usize>length * (isPaired ? 10 : 5) + MARGIN)
  if (length == 0) take(emptyToken())
  else scan(end)
  return <i32>writeEntries()
}

export function entryPlace(): usize {
  return list + (met << 2)
}
/** Sum of the squared counts. */
export function squares(): f64 {
  return squared
}
/** Hash of the tokens that are not empty, in two halves. */
export function copyHashLow(): i32 {
  return fmix(copyLow)
}
export function copyHashHigh(): i32 {
  return fmix(copyHigh)
}

function scan(end: usize): void {
  let start = text
  let empty: i32 = 0
  for (let block = text; block < end; block += 64) {
    let gaps =
      gapsAt(block) | (gapsAt(block + 16) << 16) | (gapsAt(block + 32) << 32) | (gapsAt(block + 48) << 48)
    // The first byte behind the text ends its last token; those that follow are not of it.
    if (block + 64 > end && end - block < 63) gaps &= ((<u64>1 << (end - block)) << 1) - 1
    while (gaps != 0) {
      const gap = block + <usize>ctz(gaps)
      gaps &= gaps - 1
      const size = gap - start
      if (size == 0) empty++
      else {
        // Empty tokens at the end are none.
        for (; empty > 0; empty--) take(emptyToken())
        const hash = hashOf(start, size)
        take(hash)
        copyLow = mixed(copyLow, hash)
        copyHigh = mixed(copyHigh, copyLow)
      }
      start = gap + 1
    }
  }
  // A text that fills its last block is ended by the byte behind it.
  if (start < end) {
    for (; empty > 0; empty--) take(emptyToken())
    const hash = hashOf(start, end - start)
    take(hash)
    copyLow = mixed(copyLow, hash)
    copyHigh = mixed(copyHigh, copyLow)
  }
}

// @ts-ignore: decorator
@inline
function gapsAt(place: usize): u64 {
  const bytes = v128.load(place)
  const gaps = v128.or(
    i8x16.eq(bytes, i8x16.splat(0x20)),
    i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(9)), i8x16.splat(5)),
  )
  return <u64>(<u32>i8x16.bitmask(gaps))
}

/** MurmurHash3 of a token. */
function hashOf(place: usize, size: usize): i32 {
  let hash = SEED
  const whole = place + (size & ~3)
  let at = place
  for (; at < whole; at += 4) hash = mixed(hash, load<i32>(at))
  const rest = <i32>(size & 3)
  if (rest != 0) hash ^= scrambled(load<i32>(at) & ((1 << (rest << 3)) - 1))
  return fmix(hash ^ <i32>size)
}

function take(token: i32): void {
  add(token)
  if (isPaired && tokens > 0) add(fmix(mixed(mixed(SEED, previous), token) ^ 8))
  previous = token
  tokens++
}

// @ts-ignore: decorator
@inline
function add(hash: i32): void {
  let feature = hash & mask
  if (mask == 0) {
    feature = hash % features
    if (feature < 0) feature += features
  }
  const place = COUNTS + (<usize>feature << 2)
  const before = load<u32>(place)
  if (before == 0) {
    store<i32>(list + (met << 2), feature)
    met++
  }
  store<u32>(place, before + 1)
}

/** Writes the entries behind the list of features, and sets their counts to 0. */
function writeEntries(): usize {
  const first = list + (met << 2)
  let out = first
  squared = 0
  for (let at = list; at < first; at += 4) {
    const feature = load<u32>(at)
    const place = COUNTS + (<usize>feature << 2)
    let left = load<u32>(place)
    store<u32>(place, 0)
    squared += <f64>left * <f64>left
    for (; left > MOST_COUNT; left -= MOST_COUNT) {
      store<u32>(out, (MOST_COUNT << INDEX_BITS) | feature)
      out += 4
    }
    store<u32>(out, (left << INDEX_BITS) | feature)
    out += 4
  }
  return (out - first) >> 2
}

function emptyToken(): i32 {
  return fmix(SEED)
}

// @ts-ignore: decorator
@inline
function scrambled(block: i32): i32 {
  return rotl<i32>(block * <i32>0xcc9e2d51, 15) * 0x1b873593
}

// @ts-ignore: decorator
@inline
function mixed(hash: i32, block: i32): i32 {
  return rotl<i32>(hash ^ scrambled(block), 13) * 5 + <i32>0xe6546b64
}

// @ts-ignore: decorator
@inline
function fmix(value: i32): i32 {
  let hash = <u32>value
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35
  return <i32>(hash ^ (hash >> 16))
}

function makeRoom(end: usize): void {
  const missing = <i32>((end + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
}
