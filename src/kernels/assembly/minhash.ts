/**
 * Sketches a text: UTF-8 bytes in, 64-bit hashes of its shingles and MinHash band keys out. `dedup/sketch-twin.ts` says
 * what is computed and has the same in TypeScript, equal to the bit; `dedup/sketcher.ts` drives this module.
 *
 * A text comes in chunks, so that memory does not grow with it: words and shingles that a chunk's end cuts in two go on in
 * the next. All that grows is the table of characters, by 1 KiB for each 256 code points that texts have used.
 */

/** Bytes of a chunk. Its shingles stay in the first levels of the cache while all permutations pass over them. */
const CHUNK: usize = 32768
/** Most tokens of a shingle; so many earlier ones are kept from chunk to chunk. */
const HISTORY: usize = 256

/** Bytes of texts, and of their keys, that one call may take. */
const BATCH: usize = 262144
/** Texts that one call may take. */
const BATCH_TEXTS: usize = 1024

const PAGE_INDEX: usize = 1024
const TEXT: usize = PAGE_INDEX + 0x1100 * 4
/** Words of the chunk in lower case, with a 0 for what is between them; lower case is at most half as long again. */
const WORDS: usize = TEXT + CHUNK + 64
const TOKENS: usize = WORDS + CHUNK + (CHUNK >> 1) + 192 + (HISTORY << 3)
const SHINGLES: usize = TOKENS + (CHUNK << 3) + 64
const MULTIPLIERS: usize = SHINGLES + (CHUNK << 3) + 64

// What the table of characters says of one: its lower case in 21 bits, and these.
const LOWER: u32 = 0x1fffff
const IS_WORD: u32 = 1 << 21
const IS_CHARACTER: u32 = 1 << 22
const IS_LETTER: u32 = 1 << 23
const IS_UNSPACED: u32 = 1 << 24
const IS_SPECIAL: u32 = 1 << 25

/** Answers of a pass that could not be finished. A page that is missing is answered as -3 minus its number. */
const SPECIAL: i32 = -1

const WORD_START: u64 = 0x243f6a8885a308d3
const WORD_STEP: u64 = 0x9e3779b97f4a7c15
const WORD_END: u64 = 0xbf58476d1ce4e5b9
const SHINGLE_BASE: u64 = 0x94d049bb133111eb

let slots: usize = 0
let bands: usize = 0
/** Keys of a text: one a band, or two where the values are also taken in another order. */
let keyCount: usize = 0
let rows: usize = 0
let addends: usize = 0
let values: usize = 0
let keys: usize = 0
let batch: usize = 0
let pool: usize = 0

let ngram: usize = 0
let outgoing: u64 = 0
let hashes: usize = 0

let seen: usize = 0
let rolling: u64 = 0
let pending: u64 = WORD_START
let carried: usize = 0
let isOpen: bool = false

let wideLetters: i32 = 0
let unspacedLetters: i32 = 0

export function textPlace(): usize {
  return TEXT
}
export function chunkBytes(): usize {
  return CHUNK
}
export function tokenPlace(): usize {
  return TOKENS
}
export function shinglePlace(): usize {
  return SHINGLES
}
export function multiplierPlace(): usize {
  return MULTIPLIERS
}
export function addendPlace(): usize {
  return addends
}
export function keyPlace(): usize {
  return keys
}

/**
 * Lays memory out for so many bands of so many rows, taken in one order or in two. Multipliers and addends are written after
 * it, one for two values.
 */
export function layOut(bandCount: i32, rowCount: i32, orders: i32): void {
  bands = bandCount
  keyCount = bands * orders
  rows = rowCount
  slots = ((bands * rows + 15) >> 4) << 4
  addends = MULTIPLIERS + (slots << 1)
  values = addends + (slots << 1)
  keys = values + (slots << 2)
  batch = (keys + (keyCount << 3) + 15) & ~15
  pool = batch + BATCH + BATCH_TEXTS * 5 + max(BATCH, keyCount << 3)
  makeRoom(pool)
}

export function batchBytes(): usize {
  return BATCH
}
/** Texts that one call may take, so that their keys have room. */
export function batchTexts(): usize {
  return max(1, min(BATCH_TEXTS, BATCH / (keyCount << 3)))
}
/** Place of the texts of a batch. Where each ends, as u32, stands after them, then a byte for each, then their keys. */
export function batchPlace(): usize {
  return batch
}
export function batchEndsPlace(): usize {
  return batch + BATCH
}
export function batchStatesPlace(): usize {
  return batch + BATCH + BATCH_TEXTS * 4
}
export function batchKeysPlace(): usize {
  return batch + BATCH + BATCH_TEXTS * 5
}

/**
 * Makes the band keys of many texts. The byte of a text is then 1 when it has keys, 0 when it has no shingles (its keys are
 * zeros), and 2 when it has to be passed through the other calls.
 */
export function takeBatch(count: i32, size: i32): void {
  const width = keyCount << 3
  let start: usize = 0
  for (let index: usize = 0; index < <usize>count; index++) {
    const end = <usize>load<u32>(batchEndsPlace() + (index << 2))
    const state = sketchWhole(batch + start, end - start, size)
    store<u8>(batchStatesPlace() + index, <u8>state)
    const place = batchKeysPlace() + index * width
    if (state == 1) memory.copy(place, keys, width)
    else memory.fill(place, 0, width)
    start = end
  }
}

function sketchWhole(place: usize, length: usize, size: i32): i32 {
  if (length > CHUNK) return 2
  memory.copy(TEXT, place, length)
  begin(size, 1)
  const shingles = takeWords(<i32>length, 1)
  if (shingles < 0 || isUnspaced(<i32>length) != 0) return 2
  if (shingles == 0) return 0
  finishKeys()
  return 1
}

/** Room for the table of 256 code points from `page * 256` on, one u32 each. */
export function addPage(page: i32): usize {
  const place = pool
  pool += 1024
  makeRoom(pool)
  store<u32>(PAGE_INDEX + (<usize>page << 2), <u32>place)
  return place
}

function makeRoom(end: usize): void {
  const missing = <i32>((end + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
}

/** Starts a text whose shingles are of `size` tokens; with `sketch` 0 there will be no band keys. */
export function begin(size: i32, sketch: i32): void {
  ngram = size
  outgoing = 1
  for (let power: i32 = 0; power < size; power++) outgoing *= SHINGLE_BASE
  memory.fill(TOKENS - (ngram << 3), 0, ngram << 3)
  seen = 0
  rolling = 0
  pending = WORD_START
  carried = 0
  isOpen = false
  hashes = sketch == 0 ? 0 : slots
  memory.fill(values, 0, slots << 2)
  for (let slot: usize = 0; slot < slots; slot += 16) memory.fill(values + (slot << 2), 0xff, 32)
}

/**
 * Takes a chunk of words.
 * Answers the number of shingles that it completes, which stand from `shinglePlace()` on, or why it cannot.
 */
export function takeWords(length: i32, isLast: i32): i32 {
  let end = WORDS + carried
  const failure = normalise(length, end)
  if (failure < 0) return failure
  end = normalEnd
  if (isLast != 0) store<u8>(end++, 0)
  return takeTokens(<i32>((cut(end) - TOKENS) >> 3))
}

/** Takes a chunk of single characters: letters, marks and numbers, in lower case. */
export function takeCharacters(length: i32): i32 {
  const end = TEXT + <usize>length
  store<u32>(end, 0)
  let token = TOKENS
  let place = TEXT
  while (place < end) {
    const entry = entryAt(place)
    if (entry < 0) return entry
    if (entry & IS_SPECIAL) return SPECIAL
    place += width
    if (entry & IS_CHARACTER) {
      store<u64>(token, finish(step(WORD_START, <u64>(<u32>entry & LOWER))))
      token += 8
    }
  }
  return takeTokens(<i32>((token - TOKENS) >> 3))
}

/** In a chunk, the letters of scripts that do without spaces, minus all other letters, plus the bytes of a full chunk. */
export function unspacedSurplus(length: i32): i32 {
  const end = TEXT + <usize>length
  memory.fill(end, 0, 16)
  let surplus = <i32>CHUNK
  let place = TEXT
  while (place < end) {
    const bytes = v128.load(place)
    if (!v128.any_true(v128.and(bytes, i8x16.splat(-128)))) {
      surplus -= popcnt(i8x16.bitmask(asciiLetters(bytes)))
      place += 16
      continue
    }
    const stop = min(place + 16, end)
    while (place < stop) {
      const entry = entryAt(place)
      if (entry < 0) return entry
      place += width
      if (entry & IS_UNSPACED) surplus++
      else if (entry & IS_LETTER) surplus--
    }
  }
  return surplus
}

/** Whether most letters of the chunk that `takeWords` has just seen are of scripts without spaces. */
export function isUnspaced(length: i32): i32 {
  if (unspacedLetters == 0 || unspacedLetters <= wideLetters) return 0
  return unspacedSurplus(length) > <i32>CHUNK ? 1 : 0
}

/** Takes `count` tokens that stand at `tokenPlace()`. */
export function takeTokens(count: i32): i32 {
  const shingles = roll(<usize>count)
  if (shingles > 0) {
    const end = SHINGLES + (shingles << 3)
    for (let slot: usize = 0; slot < hashes; slot += 16) permute(slot, end)
  }
  return <i32>shingles
}

/** Makes the text's band keys of its values: rows that stand together, and then rows that stand as far apart as there are bands. */
export function finishKeys(): void {
  for (let band: usize = 0; band < keyCount; band++) {
    const isTurned = band >= bands
    let from = values + (isTurned ? (band - bands) << 2 : (band * rows) << 2)
    const stride: usize = isTurned ? bands << 2 : 4
    let key = (<u64>band + 1) * WORD_STEP
    for (let row: usize = 0; row < rows; row++) {
      key = step(key, <u64>load<u32>(from))
      from += stride
    }
    store<u64>(keys + (band << 3), mix(key))
  }
}

let normalEnd: usize = 0

/** Writes a chunk's words to `out` in lower case, and a 0 for all else. Sixteen bytes at a time where they are ASCII. */
function normalise(length: i32, out: usize): i32 {
  const end = TEXT + <usize>length
  memory.fill(end, 0, 16)
  wideLetters = 0
  unspacedLetters = 0
  let place = TEXT
  while (place < end) {
    const bytes = v128.load(place)
    if (!v128.any_true(v128.and(bytes, i8x16.splat(-128)))) {
      const lower = v128.or(bytes, i8x16.splat(0x20))
      const letters = asciiLetters(bytes)
      const others = v128.or(
        i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10)),
        i8x16.eq(bytes, i8x16.splat(0x5f)),
      )
      v128.store(out, v128.or(v128.and(letters, lower), v128.and(others, bytes)))
      place += 16
      out += 16
      continue
    }
    const stop = min(place + 16, end)
    while (place < stop) {
      const entry = entryAt(place)
      if (entry < 0) return entry
      if (entry & IS_WORD) {
        if (entry & IS_SPECIAL) return SPECIAL
        const lower = <u32>entry & LOWER
        if (lower < 0x80) store<u8>(out++, <u8>lower)
        else {
          if (entry & IS_UNSPACED) unspacedLetters++
          else if (entry & IS_LETTER) wideLetters++
          out = encode(lower, out)
        }
      } else store<u8>(out++, 0)
      place += width
    }
  }
  // The last sixteen bytes may reach past the text.
  normalEnd = out - (place > end ? place - end : 0)
  return 0
}

// @ts-ignore: decorator
@inline
function asciiLetters(bytes: v128): v128 {
  return i8x16.lt_u(i8x16.sub(v128.or(bytes, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26))
}

let width: usize = 0

/**
 * The table's entry for the character at a place, and its length in `width`; -3 minus a page's number when the page is
 * missing. A byte that begins no well-formed character is a character of its own that belongs to no word.
 */
function entryAt(place: usize): i32 {
  const first = <u32>load<u8>(place)
  let code = first
  width = 1
  if (first >= 0x80) {
    code = 0xfffd
    const second = <u32>load<u8>(place, 1) ^ 0x80
    if (second < 0x40 && first >= 0xc2 && first < 0xf5) {
      if (first < 0xe0) {
        code = ((first & 0x1f) << 6) | second
        width = 2
      } else {
        const third = <u32>load<u8>(place, 2) ^ 0x80
        if (third < 0x40) {
          if (first < 0xf0) {
            const three = ((first & 0xf) << 12) | (second << 6) | third
            if (three >= 0x800 && (three & 0xf800) != 0xd800) {
              code = three
              width = 3
            }
          } else {
            const fourth = <u32>load<u8>(place, 3) ^ 0x80
            const four = ((first & 0x7) << 18) | (second << 12) | (third << 6) | fourth
            if (fourth < 0x40 && four >= 0x10000 && four < 0x110000) {
              code = four
              width = 4
            }
          }
        }
      }
    }
  }
  const page = load<u32>(PAGE_INDEX + (<usize>(code >> 8) << 2))
  if (page == 0) return -3 - <i32>(code >> 8)
  return load<u32>(<usize>page + (<usize>(code & 0xff) << 2))
}

function encode(code: u32, out: usize): usize {
  if (code < 0x800) {
    store<u8>(out, <u8>(0xc0 | (code >> 6)))
    store<u8>(out, <u8>(0x80 | (code & 0x3f)), 1)
    return out + 2
  }
  if (code < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (code >> 12)))
    store<u8>(out, <u8>(0x80 | ((code >> 6) & 0x3f)), 1)
    store<u8>(out, <u8>(0x80 | (code & 0x3f)), 2)
    return out + 3
  }
  store<u8>(out, <u8>(0xf0 | (code >> 18)))
  store<u8>(out, <u8>(0x80 | ((code >> 12) & 0x3f)), 1)
  store<u8>(out, <u8>(0x80 | ((code >> 6) & 0x3f)), 2)
  store<u8>(out, <u8>(0x80 | (code & 0x3f)), 3)
  return out + 4
}

/** Hashes the words up to `end` into tokens; gives the end of these. The start of a word that goes on is carried. */
function cut(end: usize): usize {
  let token = TOKENS
  let start = WORDS
  let open = isOpen
  let hash = pending
  for (let block = WORDS; block < end; block += 64) {
    let gaps =
      gapsAt(block) | (gapsAt(block + 16) << 16) | (gapsAt(block + 32) << 32) | (gapsAt(block + 48) << 48)
    const left = end - block
    if (left < 64) gaps |= (~(<u64>0)) << left
    const after = (gaps << 1) | (open ? 0 : 1)
    let ends = gaps & ~after
    let starts = ~gaps & after
    if (left < 64) ends &= (<u64>1 << left) - 1
    if (!open) {
      start = block + <usize>ctz(starts)
      starts &= starts - 1
    }
    while (ends != 0) {
      const stop = block + <usize>ctz(ends)
      ends &= ends - 1
      store<u64>(token, hashWord(hash, start, stop - start))
      token += 8
      hash = WORD_START
      start = block + <usize>ctz(starts)
      starts &= starts - 1
    }
    open = left < 64 ? load<u8>(end - 1) != 0 : gaps >> 63 == 0
  }
  isOpen = open
  carried = 0
  pending = WORD_START
  if (open) carry(hash, start, end)
  return token
}

/** Sixteen bits: which bytes are 0. */
// @ts-ignore: decorator
@inline
function gapsAt(place: usize): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(v128.load(place), i8x16.splat(0)))
}

/** Keeps a word that the next chunk goes on with: a hash of all but the last one to eight bytes, and these. */
function carry(hash: u64, start: usize, end: usize): void {
  while (end - start > 8) {
    hash = step(hash, load<u64>(start))
    start += 8
  }
  pending = hash
  carried = end - start
  store<u64>(WORDS, load<u64>(start))
}

/** A word of up to sixteen bytes is hashed without a branch on its length, which no processor could guess. */
// @ts-ignore: decorator
@inline
function hashWord(hash: u64, start: usize, length: usize): u64 {
  while (length > 8) {
    hash = step(hash, load<u64>(start))
    start += 8
    length -= 8
  }
  return finish(step(hash, load<u64>(start) & ((~(<u64>0)) >> ((8 - length) << 3))))
}

// @ts-ignore: decorator
@inline
function step(hash: u64, piece: u64): u64 {
  const next = (hash ^ piece) * WORD_STEP
  return next ^ (next >> 32)
}

// @ts-ignore: decorator
@inline
function finish(hash: u64): u64 {
  const last = hash * WORD_END
  return last ^ (last >> 29)
}

/** The finaliser of 64-bit MurmurHash3. */
// @ts-ignore: decorator
@inline
function mix(hash: u64): u64 {
  hash ^= hash >> 33
  hash *= 0xff51afd7ed558ccd
  hash ^= hash >> 33
  hash *= 0xc4ceb9fe1a85ec53
  return hash ^ (hash >> 33)
}

/** Hashes runs of `ngram` tokens, each from the one before: drops the first token and takes the next. */
function roll(count: usize): usize {
  let token = TOKENS
  const end = TOKENS + (count << 3)
  const first = ngram - 1
  const silent: usize = seen >= first ? 0 : min(first - seen, count)
  const span = ngram << 3
  let sum = rolling
  for (const stop = TOKENS + (silent << 3); token < stop; token += 8) {
    sum = sum * SHINGLE_BASE + load<u64>(token) - load<u64>(token - span) * outgoing
  }
  let out = SHINGLES
  for (; token < end; token += 8) {
    sum = sum * SHINGLE_BASE + load<u64>(token) - load<u64>(token - span) * outgoing
    store<u64>(out, mix(sum))
    out += 8
  }
  rolling = sum
  seen = min(seen + count, HISTORY)
  memory.copy(TOKENS - span, end - span, span)
  return (out - SHINGLES) >> 3
}

/** Buckets of {@link sortShingles} at most: their starts, and how far they are filled, stand where the chunk's words were. */
const MOST_BUCKETS: u32 = 4096
/** Numbers of a bucket above which it is no work for a sort by insertion. */
const MOST_INSERTED: u32 = 64

/**
 * Sorts the top 53 bits of the chunk's shingles, each once, as f64 to `tokenPlace()`. Gives how many there are; -1 where too many of
 * them have the same top bits, which no text has by chance. What was in the chunk is gone.
 */
export function sortShingles(count: i32): i32 {
  if (count == 0) return 0
  const end = SHINGLES + (<usize>count << 3)
  const bits = min<u32>(31 - clz<u32>(MOST_BUCKETS), 32 - clz<u32>(<u32>count))
  const shift: u64 = 64 - bits
  const buckets: usize = 1 << bits
  memory.fill(WORDS, 0, (buckets + 1) << 2)
  for (let place = SHINGLES; place < end; place += 8) {
    const at = WORDS + ((<usize>(load<u64>(place) >> shift) + 1) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  for (let at = WORDS + 4; at <= WORDS + (buckets << 2); at += 4) {
    const size = load<u32>(at)
    if (size > MOST_INSERTED) return -1
    store<u32>(at, size + load<u32>(at - 4))
  }
  const starts = WORDS + ((buckets + 1) << 2)
  memory.copy(starts, WORDS, buckets << 2)
  for (let place = SHINGLES; place < end; place += 8) {
    const shingle = load<u64>(place)
    const bucket = <usize>(shingle >> shift) << 2
    const index = load<u32>(WORDS + bucket)
    store<u32>(WORDS + bucket, index + 1)
    const number = <f64>(shingle >> 11)
    const first = TOKENS + (<usize>load<u32>(starts + bucket) << 3)
    let to = TOKENS + (<usize>index << 3)
    while (to > first && load<f64>(to - 8) > number) {
      store<f64>(to, load<f64>(to - 8))
      to -= 8
    }
    store<f64>(to, number)
  }
  let out = TOKENS
  for (let place = TOKENS; place < TOKENS + (<usize>count << 3); place += 8) {
    const number = load<f64>(place)
    if (out != TOKENS && load<f64>(out - 8) == number) continue
    store<f64>(out, number)
    out += 8
  }
  return <i32>((out - TOKENS) >> 3)
}

/**
 * Passes eight permutations over the low halves of the shingles up to `end`, all of them in registers. Eight slots keep the
 * least of each, the next eight the greatest.
 */
function permute(slot: usize, end: usize): void {
  const by = MULTIPLIERS + (slot << 1)
  const plus = addends + (slot << 1)
  const value = values + (slot << 2)
  const by0 = v128.load(by)
  const by1 = v128.load(by, 16)
  const plus0 = v128.load(plus)
  const plus1 = v128.load(plus, 16)
  let least0 = v128.load(value)
  let least1 = v128.load(value, 16)
  let most0 = v128.load(value, 32)
  let most1 = v128.load(value, 48)
  // Two at a time; after an odd number the last one is taken twice, which changes nothing.
  store<u64>(end, load<u64>(end - 8))
  for (let place = SHINGLES; place < end; place += 16) {
    const first = v128.load32_splat(place)
    const second = v128.load32_splat(place, 8)
    const first0 = i32x4.add(i32x4.mul(first, by0), plus0)
    const first1 = i32x4.add(i32x4.mul(first, by1), plus1)
    const second0 = i32x4.add(i32x4.mul(second, by0), plus0)
    const second1 = i32x4.add(i32x4.mul(second, by1), plus1)
    least0 = i32x4.min_u(least0, i32x4.min_u(first0, second0))
    least1 = i32x4.min_u(least1, i32x4.min_u(first1, second1))
    most0 = i32x4.max_u(most0, i32x4.max_u(first0, second0))
    most1 = i32x4.max_u(most1, i32x4.max_u(first1, second1))
  }
  v128.store(value, least0)
  v128.store(value, least1, 16)
  v128.store(value, most0, 32)
  v128.store(value, most1, 48)
}
