import {
  add,
  bitsFor,
  codes,
  copies,
  end,
  firstBytes,
  hashOf,
  id,
  isSame,
  lastBytes,
  list,
  number,
  put,
  slots,
  spread,
  start,
  words,
} from './columns'

/** Bytes of a word that two vectors hold: its first eight units and its last. */
const SHORT: i32 = 32

/**
 * Numbers the words: each has the number of the first that is equal to it. Gives how many are different, which are in
 * `list`.
 */
export function numberWords(): i32 {
  const bits = bitsFor(words)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  memory.fill(slots, 0, (<usize>8) << bits)
  // Globals are loaded anew after each store; locals are not.
  const table = slots
  const starts = start
  const ends = end
  const text = codes
  const ids = id
  const counts = copies
  const count = words
  const different = list
  let distinct: i32 = 0
  for (let word = 0; word < count; word++) {
    const from = number(starts, word)
    const bytes = (number(ends, word) - from) << 1
    const place = text + (<usize>from << 1)
    const isLong = bytes > SHORT
    const mask1 = firstBytes(min(bytes, 16))
    const mask2 = lastBytes(min(max(bytes - 16, 0), 16))
    const key1 = v128.and(v128.load(place), mask1)
    const key2 = v128.and(v128.load(place + <usize>bytes - 16), mask2)
    const hash = isLong
      ? hashOf(place, bytes)
      : spread(add(add(bytes, key1), key2))
    let slot = <usize>(hash >> shift)
    // An entry is the low half of a hash above a word and one.
    const tag = hash << 32
    for (;;) {
      const entry = load<u64>(table + (slot << 3))
      if (entry === 0) {
        store<u64>(table + (slot << 3), tag | <u64>(word + 1))
        put(ids, word, word)
        put(counts, word, 1)
        put(different, distinct++, word)
        break
      }
      if ((entry ^ tag) >> 32 === 0) {
        const other = <i32>entry - 1
        const otherFrom = number(starts, other)
        if ((number(ends, other) - otherFrom) << 1 === bytes) {
          const otherPlace = text + (<usize>otherFrom << 1)
          const left = v128.xor(v128.and(v128.load(otherPlace), mask1), key1)
          const right = v128.xor(v128.and(v128.load(otherPlace + <usize>bytes - 16), mask2), key2)
          if (!v128.any_true(v128.or(left, right)) && (!isLong || isSame(otherPlace, place, bytes))) {
            put(ids, word, other)
            put(counts, other, number(counts, other) + 1)
            break
          }
        }
      }
      slot = (slot + 1) & mask
    }
  }
  return distinct
}

/** Hash of a range of units of the text. */
export function rangeHash(from: i32, to: i32): i32 {
  const hash = hashOf(codes + (<usize>from << 1), (to - from) << 1)
  return <i32>(hash ^ (hash >> 32))
}
