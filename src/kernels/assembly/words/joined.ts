import { at, bitsFor, found, gram, hashOf, isSame, mix, number, places, points, put, slots, squeezed, words } from './columns'

/** Smallest n that is asked for. */
const SHORTEST: i32 = 5
/** Units at the start of a word that must stand elsewhere before an n-gram there can be a copy: a few, then more. */
const WINDOW: i32 = 12
const LONG_WINDOW: i32 = 24

/**
 * Leaves in `places` the words at which an n-gram of five words or more may have a copy; gives their number.
 *
 * Hashes of windows are counted in a table of bytes without looking at what they stand for, so that some places are
 * left that have no copy; none that has one is passed over.
 */
export function findPlaces(): i32 {
  const bits = bitsFor(words) + 3
  const total = number(at, words)
  memory.fill(slots, 0, (<usize>1) << bits)
  let windows: i32 = 0
  for (; windows < words; windows++) {
    const from = number(at, windows)
    if (from + WINDOW > total) break
    count(windows, <u32>(windowHash(from) >> (64 - <u64>bits)))
  }
  let kept: i32 = 0
  for (let word = 0; word < words; word++) {
    const isSeen = word < windows && load<u8>(slots + <usize>number(found, word)) > 1
    put(places, kept, word)
    kept += i32(isSeen || shortest(word, total) < WINDOW)
  }
  return longerPlaces(kept, total)
}

/** Leaves of the places those whose longer windows repeat, where an n-gram is as long. */
function longerPlaces(all: i32, total: i32): i32 {
  const bits = bitsFor(all) + 3
  memory.fill(slots, 0, (<usize>1) << bits)
  for (let index = 0; index < all; index++) {
    const from = number(at, number(places, index))
    if (from + LONG_WINDOW > total) break
    const hash = mix(windowHash(from), windowHash(from + WINDOW), 0)
    count(index, <u32>(hash >> (64 - <u64>bits)))
  }
  let kept: i32 = 0
  for (let index = 0; index < all; index++) {
    const word = number(places, index)
    const isLong = shortest(word, total) >= LONG_WINDOW
    put(places, kept, word)
    kept += i32(!isLong || load<u8>(slots + <usize>number(found, index)) > 1)
  }
  return kept
}

/** Units of the first five words from a word on, or of what is left. */
// @ts-ignore: decorator
@inline
function shortest(word: i32, total: i32): i32 {
  const last = word + SHORTEST < words ? number(at, word + SHORTEST) : total
  return last - number(at, word)
}

/** Counts a slot of the table, to two. */
// @ts-ignore: decorator
@inline
function count(index: i32, slot: u32): void {
  put(found, index, <i32>slot)
  const seen = load<u8>(slots + <usize>slot)
  store<u8>(slots + <usize>slot, seen + u8(seen < 2))
}

/** Hash of the window from a unit on. */
// @ts-ignore: decorator
@inline
function windowHash(from: i32): u64 {
  const place = squeezed + (<usize>from << 1)
  return mix(load<u64>(place), load<u64>(place, 8), load<u64>(place, 16))
}

/** Characters in n-grams that were seen before, each stepped over whole; looks at the first so many places. */
export function copiedCharacters(n: i32, count: i32): i32 {
  const bits = bitsFor(count)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  memory.fill(slots, 0, (<usize>8) << bits)
  let characters: i32 = 0
  let next: i32 = 0
  for (let index = 0; index < count; index++) {
    const word = number(places, index)
    // Inside a copy that was stepped over.
    if (word < next) continue
    if (word + n > words) break
    const from = number(at, word)
    const bytes = (number(at, word + n) - from) << 1
    const place = squeezed + (<usize>from << 1)
    const hash = hashOf(place, bytes)
    const tag = hash << 32
    let slot = <usize>(hash >> shift)
    for (;;) {
      const entry = load<u64>(slots + (slot << 3))
      if (entry === 0) {
        store<u64>(slots + (slot << 3), tag | <u64>(word + 1))
        break
      }
      if ((entry ^ tag) >> 32 === 0) {
        const other = <i32>entry - 1
        const otherFrom = number(at, other)
        if (
          (number(at, other + n) - otherFrom) << 1 === bytes &&
          isSame(squeezed + (<usize>otherFrom << 1), place, bytes)
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
