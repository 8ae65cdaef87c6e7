import {
  add,
  at,
  bitsFor,
  firstBytes,
  found,
  hashes,
  isSame,
  number,
  places,
  points,
  put,
  slots,
  spread,
  squeezed,
  words,
} from './columns'

/** Smallest and greatest n that is asked for. */
const SHORTEST: i32 = 5
const LONGEST: i32 = 10
/** Units at the start of a word that must stand elsewhere before an n-gram there can be a copy. */
const WINDOW: i32 = 16

/**
 * Leaves in `places` the words at which an n-gram of five words or more may have a copy, and hashes of their n-grams;
 * gives how many they are.
 *
 * Hashes of windows are counted, to two, without looking at what they stand for, so that a few places are left that have
 * no copy; none that has one is passed over.
 */
export function findPlaces(): i32 {
  // Globals are loaded anew after each store; locals are not.
  const firsts = at
  const text = squeezed
  const table = slots
  const kept = places
  const seen = found
  const last = words
  // At least 32 bits a word; beside each eight, eight more that say which of them were set twice.
  const bits = bitsFor(last) + 4
  const shift: u64 = 64 - <u64>bits
  const total = number(firsts, last)
  memory.fill(table, 0, (<usize>1) << (bits - 2))
  let windows: i32 = 0
  for (; windows < last; windows++) {
    const from = number(firsts, windows)
    if (from + WINDOW > total) break
    const slot = <u32>(windowHash(text + (<usize>from << 1)) >> shift)
    put(seen, windows, <i32>slot)
    const pair = table + (<usize>(slot >> 3) << 1)
    const bit = <u32>1 << (slot & 7)
    const both = <u32>load<u16>(pair)
    store<u16>(pair, both | bit | ((both & bit) << 8))
  }
  let all: i32 = 0
  for (let word = 0; word < windows; word++) {
    put(kept, all, word)
    const slot = <u32>number(seen, word)
    const twice = load<u8>(table + (<usize>(slot >> 3) << 1) + 1) >> <u8>(slot & 7)
    // Where five words are shorter than a window, nothing is known.
    const isShort = number(firsts, min(word + SHORTEST, last)) - number(firsts, word) < WINDOW
    all += (twice & 1) | i32(isShort)
  }
  for (let word = windows; word < last; word++) put(kept, all++, word)
  for (let index = 0; index < all; index++) hashGrams(index)
  return all
}

/** Hash of the window at a place. */
// @ts-ignore: decorator
@inline
function windowHash(place: usize): u64 {
  return spread(add(add(0, v128.load(place)), v128.load(place, 16)))
}

/** Hashes of the n-grams at a place, for each n; the parts that they have in common are hashed once. */
function hashGrams(index: i32): void {
  const word = number(places, index)
  const from = number(at, word)
  const place = squeezed + (<usize>from << 1)
  let hash: u64 = 0
  let done: i32 = 0
  for (let n = SHORTEST; n <= LONGEST && word + n <= words; n++) {
    const bytes = (number(at, word + n) - from) << 1
    for (; done + 16 < bytes; done += 16) {
      const part = v128.load(place + <usize>done)
      hash = add(hash, part)
    }
    const part = v128.and(v128.load(place + <usize>done), firstBytes(bytes - done))
    store<u64>(hashAt(index, n), spread(add(hash ^ <u64>bytes, part)))
  }
}

// @ts-ignore: decorator
@inline
function hashAt(index: i32, n: i32): usize {
  return hashes + ((<usize>index * (LONGEST - SHORTEST + 1) + <usize>(n - SHORTEST)) << 3)
}

/** Characters in n-grams that were seen before, each stepped over whole; looks at the first so many places. */
export function copiedCharacters(n: i32, count: i32): i32 {
  const bits = bitsFor(count)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  memory.fill(slots, 0, (<usize>8) << bits)
  const table = slots
  const firsts = at
  const behind = firsts + (<usize>n << 2)
  const text = squeezed
  let characters: i32 = 0
  let next: i32 = 0
  for (let index = 0; index < count; index++) {
    const word = number(places, index)
    // Inside a copy that was stepped over.
    if (word < next) continue
    if (word + n > words) break
    const hash = load<u64>(hashAt(index, n))
    const tag = hash << 32
    let slot = <usize>(hash >> shift)
    for (;;) {
      const entry = load<u64>(table + (slot << 3))
      if (entry === 0) {
        store<u64>(table + (slot << 3), tag | <u64>(word + 1))
        break
      }
      if ((entry ^ tag) >> 32 === 0) {
        const other = <i32>entry - 1
        const from = number(firsts, word)
        const bytes = (number(behind, word) - from) << 1
        const otherFrom = number(firsts, other)
        if (
          (number(behind, other) - otherFrom) << 1 === bytes &&
          isSame(text + (<usize>otherFrom << 1), text + (<usize>from << 1), bytes)
        ) {
          characters += number(points, word + n) - number(points, word)
          next = word + n
          break
        }
      }
      slot = (slot + 1) & mask
    }
  }
  return characters
}
