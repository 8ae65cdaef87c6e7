import {
  bitsFor,
  codes,
  copies,
  end,
  firstBytes,
  hashOf,
  high,
  id,
  isSame,
  low,
  mix,
  number,
  put,
  slots,
  start,
  words,
} from './columns'

/** Numbers the words: each has the number of the first that is equal to it. Gives how many are different. */
export function numberWords(): i32 {
  const bits = bitsFor(words)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  memory.fill(slots, 0, (<usize>8) << bits)
  let distinct: i32 = 0
  for (let word = 0; word < words; word++) {
    const from = number(start, word)
    const bytes = (number(end, word) - from) << 1
    const place = codes + (<usize>from << 1)
    let left: u64 = 0
    let right: u64 = 0
    let hash: u64
    if (bytes <= 16) {
      const key = v128.and(v128.load(place), firstBytes(bytes))
      left = low(key)
      right = high(key)
      hash = mix(bytes, left, right)
    } else hash = hashOf(place, bytes)
    let slot = <usize>(hash >> shift)
    // An entry is the low half of a hash above a word and one.
    const tag = hash << 32
    for (;;) {
      const entry = load<u64>(slots + (slot << 3))
      if (entry === 0) {
        store<u64>(slots + (slot << 3), tag | <u64>(word + 1))
        put(id, word, word)
        put(copies, word, 1)
        distinct++
        break
      }
      if ((entry ^ tag) >> 32 === 0) {
        const other = <i32>entry - 1
        const otherFrom = number(start, other)
        if ((number(end, other) - otherFrom) << 1 === bytes) {
          const otherPlace = codes + (<usize>otherFrom << 1)
          let isEqual: boolean
          if (bytes <= 16) {
            const key = v128.and(v128.load(otherPlace), firstBytes(bytes))
            isEqual = ((low(key) ^ left) | (high(key) ^ right)) === 0
          } else isEqual = isSame(otherPlace, place, bytes)
          if (isEqual) {
            put(id, word, other)
            put(copies, other, number(copies, other) + 1)
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
