import {
  bitsFor,
  copies,
  first,
  found,
  give,
  gram,
  gramCopies,
  id,
  number,
  places,
  points,
  put,
  slots,
  words,
} from './columns'

const MAX_N: i32 = 10
/** Numbers that are given for each n from 2 on. */
const FIELDS: i32 = 5

/**
 * What repeats among the n-grams of numbered words, for n from 2 to 10: copies of the most frequent, the place of the
 * first of them, characters of the longest of them, of all that repeat, and of the words in those.
 */
export function gramLevels(): void {
  let count: i32 = 0
  for (let word = 0; word < words; word++) {
    const own = number(id, word)
    put(places, count, word)
    put(gram, word, own)
    count += i32(number(copies, own) > 1)
  }
  for (let n = 2; n <= MAX_N; n++) count = level(n, count)
}

/** Looks at the places where both shorter n-grams repeat; gives how many of them repeat, which stay in `places`. */
function level(n: i32, shorter: i32): i32 {
  const bits = bitsFor(shorter)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  if (shorter > 1) memory.fill(slots, 0, (<usize>4) << bits)
  let distinct: i32 = 0
  let count: i32 = 0
  for (let index = 0; index + 1 < shorter; index++) {
    const place = number(places, index)
    if (number(places, index + 1) !== place + 1) continue
    const key = load<u64>(gram + (<usize>place << 2))
    const hash = (key ^ (key >> 29)) * 0x9e3779b97f4a7c15
    let slot = <usize>(hash >> shift)
    for (;;) {
      const entry = load<i32>(slots + (slot << 2)) - 1
      if (entry < 0) {
        store<i32>(slots + (slot << 2), distinct + 1)
        put(first, distinct, place)
        put(gramCopies, distinct, 1)
        put(found, count, distinct++)
        break
      }
      if (load<u64>(gram + (<usize>number(first, entry) << 2)) === key) {
        put(gramCopies, entry, number(gramCopies, entry) + 1)
        put(found, count, entry)
        break
      }
      slot = (slot + 1) & mask
    }
    put(places, count++, place)
  }
  return sumUp(n, count, distinct)
}

function sumUp(n: i32, count: i32, distinct: i32): i32 {
  let maxCopies: i32 = words >= n ? 1 : 0
  let top: i32 = 0
  for (let entry = 0; entry < distinct; entry++) {
    const own = number(gramCopies, entry)
    if (own <= maxCopies) continue
    maxCopies = own
    top = number(first, entry)
  }
  let longest: i32 = words >= n ? number(points, top + n) - number(points, top) : 0
  let repeated: i64 = 0
  let covered: i32 = 0
  let behind: i32 = 0
  let kept: i32 = 0
  for (let index = 0; index < count; index++) {
    const entry = number(found, index)
    const own = number(gramCopies, entry)
    if (own < 2) continue
    const place = number(places, index)
    const last = number(points, place + n)
    const characters = last - number(points, place)
    repeated += characters
    covered += last - number(points, max(place, behind))
    behind = place + n
    if (own === maxCopies && characters > longest) longest = characters
    put(places, kept++, place)
    put(gram, place, entry)
  }
  const field = (n - 2) * FIELDS
  give(field, <f64>maxCopies)
  give(field + 1, <f64>top)
  give(field + 2, <f64>longest)
  give(field + 3, <f64>repeated)
  give(field + 4, <f64>covered)
  return kept
}
