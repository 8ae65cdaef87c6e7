import {
  at,
  classes,
  codes,
  end,
  firstBytes,
  flags,
  gaps,
  give,
  high,
  LEAD,
  low,
  LOW_BYTES,
  number,
  places,
  points,
  put,
  squeezed,
  start,
  stops,
  TERMINAL,
  units,
  words,
} from './columns'

/** Units that are looked at together. */
const BLOCK: i32 = 64
const SPACES: u64 = 0x0020002000200020

/**
 * Notes the class of each unit, the low byte of its flags, and gives the number of words between white space. White
 * space is the sign bit of a class.
 */
export function classify(): i32 {
  const padded = (units + BLOCK) & ~(BLOCK - 1)
  for (let unit = units; unit < padded; unit++) store<u16>(codes + (<usize>unit << 1), 0x20)
  // Room that vectors reach over.
  for (let byte: usize = 0; byte < 128; byte += 8) store<u64>(codes + (<usize>padded << 1) + byte, SPACES)
  const t0 = v128.load(LOW_BYTES)
  const t1 = v128.load(LOW_BYTES, 16)
  const t2 = v128.load(LOW_BYTES, 32)
  const t3 = v128.load(LOW_BYTES, 48)
  const t4 = v128.load(LOW_BYTES, 64)
  const t5 = v128.load(LOW_BYTES, 80)
  const t6 = v128.load(LOW_BYTES, 96)
  const t7 = v128.load(LOW_BYTES, 112)
  let edges: i32 = 0
  let carry: i32 = 0
  for (let unit = 0; unit < padded; unit += 16) {
    const from = codes + (<usize>unit << 1)
    const to = classes + <usize>unit
    const left = v128.load(from)
    const right = v128.load(from, 16)
    let all: v128
    if (v128.any_true(v128.and(v128.or(left, right), i16x8.splat(<i16>0xff80)))) {
      for (let index: usize = 0; index < 16; index++)
        store<u8>(to + index, load<u8>(LOW_BYTES + <usize>load<u16>(from + (index << 1))))
      all = v128.load(to)
    } else {
      const bytes = i8x16.narrow_i16x8_u(left, right)
      all = i8x16.swizzle(t0, bytes)
      all = v128.or(all, i8x16.swizzle(t1, i8x16.sub(bytes, i8x16.splat(16))))
      all = v128.or(all, i8x16.swizzle(t2, i8x16.sub(bytes, i8x16.splat(32))))
      all = v128.or(all, i8x16.swizzle(t3, i8x16.sub(bytes, i8x16.splat(48))))
      all = v128.or(all, i8x16.swizzle(t4, i8x16.sub(bytes, i8x16.splat(64))))
      all = v128.or(all, i8x16.swizzle(t5, i8x16.sub(bytes, i8x16.splat(80))))
      all = v128.or(all, i8x16.swizzle(t6, i8x16.sub(bytes, i8x16.splat(96))))
      all = v128.or(all, i8x16.swizzle(t7, i8x16.sub(bytes, i8x16.splat(112))))
      v128.store(to, all)
    }
    const inside = ~i8x16.bitmask(all) & 0xffff
    edges += popcnt<i32>(inside ^ (((inside << 1) | carry) & 0xffff))
    carry = inside >> 15
  }
  return edges >> 1
}

/** Notes where the words between white space begin and end. */
export function cutAtSpaces(): void {
  let edge: i32 = 0
  let carry: u64 = 0
  // Starts and ends in turns; `places` has room for both, as the column behind it is not used yet.
  const edges = places
  const bytes = classes
  const last = units
  for (let unit = 0; unit <= last; unit += BLOCK) {
    const from = bytes + <usize>unit
    const spaces =
      <u64>(<u32>i8x16.bitmask(v128.load(from))) |
      (<u64>(<u32>i8x16.bitmask(v128.load(from, 16))) << 16) |
      (<u64>(<u32>i8x16.bitmask(v128.load(from, 32))) << 32) |
      (<u64>(<u32>i8x16.bitmask(v128.load(from, 48))) << 48)
    const inside = ~spaces
    let changes = inside ^ ((inside << 1) | carry)
    carry = inside >> 63
    while (changes !== 0) {
      put(edges, edge++, unit + <i32>ctz<u64>(changes))
      changes &= changes - 1
    }
  }
  const starts = start
  const ends = end
  const count = words
  for (let word = 0; word < count; word++) {
    const both = load<u64>(edges + (<usize>word << 3))
    put(starts, word, <i32>both)
    put(ends, word, <i32>(both >> 32))
  }
}

/**
 * Fills the columns of words whose starts and ends are there. Gives the number of gaps that are not one space, of words
 * with a mark that can end a sentence, of words with half a pair, whose flags are still to be set right, and of pairs.
 */
export function fillWords(): void {
  // Globals are loaded anew after each store; locals are not.
  const text = codes
  const bytes = classes
  const starts = start
  const ends = end
  const firsts = at
  const characters = points
  const bits = flags
  const gapList = gaps
  const stopList = stops
  const target = squeezed
  const count = words
  let unit: i32 = 0
  let pairs: i32 = 0
  let gapCount: i32 = 0
  let stopCount: i32 = 0
  let leads: i32 = 0
  let before: i32 = 0
  for (let word = 0; word < count; word++) {
    const from = number(starts, word)
    const to = number(ends, word)
    const length = to - from
    put(firsts, word, unit)
    put(characters, word, unit - pairs)
    const gap = from - before
    put(gapList, gapCount, word)
    // Its first unit tells: one unit that is a space, or none where the next word follows at once.
    gapCount += i32(gap !== 0) & (i32(gap !== 1) | i32(load<u16>(text + (<usize>before << 1)) !== 0x20))
    before = to
    const all = flagsOf(bytes + <usize>from, length)
    store<u8>(bits + <usize>word, <u8>all)
    put(stopList, stopCount, word)
    stopCount += (all >> 2) & 1
    if (all & LEAD) {
      leads++
      pairs += pairsIn(from, to)
    }
    copyUnits(text + (<usize>from << 1), target + (<usize>unit << 1), length)
    unit += length
  }
  put(firsts, count, unit)
  put(characters, count, unit - pairs)
  give(0, <f64>gapCount)
  give(1, <f64>stopCount)
  give(2, <f64>leads)
  give(3, <f64>pairs)
}

/** Lists the words with a mark that can end a sentence anew; gives their number. */
export function listStops(): i32 {
  let count: i32 = 0
  for (let word = 0; word < words; word++) {
    put(stops, count, word)
    count += i32((<i32>load<u8>(flags + <usize>word) & TERMINAL) !== 0)
  }
  return count
}

/** The classes of some units, together. */
// @ts-ignore: decorator
@inline
function flagsOf(from: usize, length: i32): i32 {
  let all = i64x2.splat(0)
  while (length > 16) {
    all = v128.or(all, v128.load(from))
    from += 16
    length -= 16
  }
  all = v128.or(all, v128.and(v128.load(from), firstBytes(length)))
  let bits = low(all) | high(all)
  bits |= bits >> 32
  bits |= bits >> 16
  bits |= bits >> 8
  return <i32>(bits & 0xff)
}

/** Copies units of the text to the end of the text without white space; what is behind may be written over. */
// @ts-ignore: decorator
@inline
function copyUnits(source: usize, target: usize, length: i32): void {
  v128.store(target, v128.load(source))
  while (length > 8) {
    source += 16
    target += 16
    length -= 8
    v128.store(target, v128.load(source))
  }
}

/** Number of pairs of halves in a range of units. */
function pairsIn(from: i32, to: i32): i32 {
  let pairs: i32 = 0
  for (let unit = from; unit + 1 < to; unit++) {
    const two = load<u32>(codes + (<usize>unit << 1))
    if ((two & 0xfc00fc00) !== 0xdc00d800) continue
    pairs++
    unit++
  }
  return pairs
}
