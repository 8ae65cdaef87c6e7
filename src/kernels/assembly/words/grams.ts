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
  // Globals are loaded anew after each store; locals are not.
  const at = places
  const grams = gram
  const ids = id
  const counts = copies
  const last = words
  let count: i32 = 0
  for (let word = 0; word < last; word++) {
    const own = number(ids, word)
    put(at, count, word)
    put(grams, word, own)
    count += i32(number(counts, own) > 1)
  }
  for (let n = 2; n <= MAX_N; n++) count = level(n, count)
}

/** Looks at the places where both shorter n-grams repeat; gives how many of them repeat, which stay in `places`. */
function level(n: i32, shorter: i32): i32 {
  const bits = bitsFor(shorter)
  const shift: u64 = 64 - bits
  const mask: usize = ((<usize>1) << bits) - 1
  if (shorter > 1) memory.fill(slots, 0, (<usize>4) << bits)
  const table = slots
  const at = places
  const grams = gram
  const firsts = first
  const counts = gramCopies
  const numbers = found
  let distinct: i32 = 0
  let count: i32 = 0
  for (let index = 0; index + 1 < shorter; index++) {
    const place = number(at, index)
    if (number(at, index + 1) !== place + 1) continue
    const key = load<u64>(grams + (<usize>place << 2))
    const hash = (key ^ (key >> 29)) * 0x9e3779b97f4a7c15
    let slot = table + ((<usize>(hash >> shift)) << 2)
    const end = table + (mask << 2)
    for (;;) {
      const entry = load<i32>(slot) - 1
      if (entry < 0) {
        store<i32>(slot, distinct + 1)
        put(firsts, distinct, place)
        put(counts, distinct, 1)
        put(numbers, count, distinct++)
        break
      }
      if (load<u64>(grams + (<usize>number(firsts, entry) << 2)) === key) {
        put(counts, entry, number(counts, entry) + 1)
        put(numbers, count, entry)
        break
      }
      slot = slot === end ? table : slot + 4
    }
    put(at, count++, place)
  }
  return sumUp(n, count, distinct)
}

function sumUp(n: i32, count: i32, distinct: i32): i32 {
  const at = places
  const grams = gram
  const counts = gramCopies
  const numbers = found
  const characters = points
  const behindN = characters + (<usize>n << 2)
  let maxCopies: i32 = words >= n ? 1 : 0
  let top: i32 = 0
  for (let entry = 0; entry < distinct; entry++) {
    const own = number(counts, entry)
    if (own <= maxCopies) continue
    maxCopies = own
    top = number(first, entry)
  }
  let longest: i32 = words >= n ? number(behindN, top) - number(characters, top) : 0
  let repeated: i64 = 0
  let covered: i32 = 0
  let behind: i32 = 0
  let kept: i32 = 0
  for (let index = 0; index < count; index++) {
    const entry = number(numbers, index)
    const own = number(counts, entry)
    if (own < 2) continue
    const place = number(at, index)
    const last = number(behindN, place)
    const length = last - number(characters, place)
    repeated += length
    covered += last - number(characters, max(place, behind))
    behind = place + n
    if (own === maxCopies && length > longest) longest = length
    put(at, kept++, place)
    put(grams, place, entry)
  }
  const field = (n - 2) * FIELDS
  give(field, <f64>maxCopies)
  give(field + 1, <f64>top)
  give(field + 2, <f64>longest)
  give(field + 3, <f64>repeated)
  give(field + 4, <f64>covered)
  return kept
}
