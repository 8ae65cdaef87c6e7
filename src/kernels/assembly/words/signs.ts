import {
  COUNTED,
  codes,
  copies,
  end,
  flags,
  give,
  LENGTHS,
  LETTER,
  list,
  NO_SYMBOL,
  number,
  points,
  put,
  start,
  units,
  words,
} from './columns'

const LONG: i32 = 256

/** Counts the words by what they hold and by length. */
export function tallyWords(): void {
  memory.fill(LENGTHS, 0, (LONG + 1) << 2)
  const bits = flags
  const characters = points
  const count = words
  let spoken: i32 = 0
  let spokenCharacters: i32 = 0
  let letterWords: i32 = 0
  let longest: i32 = 0
  let before: i32 = 0
  for (let word = 0; word < count; word++) {
    const all = <i32>load<u8>(bits + <usize>word)
    const behind = number(characters, word + 1)
    const length = behind - before
    before = behind
    const isSpoken = i32((all & NO_SYMBOL) !== 0)
    spoken += isSpoken
    spokenCharacters += length & -isSpoken
    letterWords += all & LETTER
    longest = max(longest, length)
    const slot = min(length, LONG)
    put(LENGTHS, slot, number(LENGTHS, slot) + 1)
  }
  give(0, <f64>spoken)
  give(1, <f64>spokenCharacters)
  give(2, <f64>letterWords)
  give(3, <f64>longest)
}

/** Counts `#`, `…`, `...` and words with one of the first two. */
export function countSigns(): void {
  let hashes: i32 = 0
  let ellipses: i32 = 0
  let threeDots: i32 = 0
  let symbolWords: i32 = 0
  for (let word = 0; word < words; word++) {
    if ((<i32>load<u8>(flags + <usize>word) & COUNTED) === 0) continue
    let dots: i32 = 0
    let symbols: i32 = 0
    const last = number(end, word)
    for (let unit = number(start, word); unit < last; unit++) {
      const code = <i32>load<u16>(codes + (<usize>unit << 1))
      if (code === 0x2e) {
        if (++dots < 3) continue
        threeDots++
        dots = 0
        continue
      }
      dots = 0
      if (code === 0x23) hashes++
      else if (code === 0x2026) ellipses++
      else continue
      symbols++
    }
    if (symbols > 0) symbolWords++
  }
  give(0, <f64>hashes)
  give(1, <f64>ellipses)
  give(2, <f64>threeDots)
  give(3, <f64>symbolWords)
}

/**
 * Which of Gopher's stop words stand among the numbered words, as they are and in either case, and how many words are
 * one; looks at so many words of `list`.
 */
export function stopWords(count: i32): void {
  const different = list
  const starts = start
  const ends = end
  const text = codes
  let exact: i32 = 0
  let folded: i32 = 0
  let exactCount: i32 = 0
  let foldedCount: i32 = 0
  for (let index = 0; index < count; index++) {
    const word = number(different, index)
    const from = number(starts, word)
    const length = number(ends, word) - from
    if (<u32>(length - 2) > 2) continue
    const mask = ~(<u64>0) >> (<u64>(4 - length) << 4)
    const key = load<u64>(text + (<usize>from << 1)) & mask
    // Only A to Z become a to z by this bit, and no other unit becomes one of them.
    const small = key | (0x0020002000200020 & mask)
    const own = bitOf(small, length)
    if (own === 0) continue
    const all = number(copies, word)
    folded |= own
    foldedCount += all
    if (small !== key) continue
    exact |= own
    exactCount += all
  }
  give(0, <f64>popcnt<i32>(exact))
  give(1, <f64>exactCount)
  give(2, <f64>popcnt<i32>(folded))
  give(3, <f64>foldedCount)
}

// the, be, to, of, and, that, have, with
const THE: u64 = 0x0000006500680074
const BE: u64 = 0x0000000000650062
const TO: u64 = 0x00000000006f0074
const OF: u64 = 0x000000000066006f
const AND: u64 = 0x00000064006e0061
const THAT: u64 = 0x0074006100680074
const HAVE: u64 = 0x0065007600610068
const WITH: u64 = 0x0068007400690077

function bitOf(key: u64, length: i32): i32 {
  if (length === 2) return i32(key === BE) | (i32(key === TO) << 1) | (i32(key === OF) << 2)
  if (length === 3) return (i32(key === THE) << 3) | (i32(key === AND) << 4)
  return (i32(key === THAT) << 5) | (i32(key === HAVE) << 6) | (i32(key === WITH) << 7)
}

const KELVIN: i16 = 0x212a

/**
 * The first unit from one on where a phrase of C4's rules may stand: at the k of `ook`, the v of `jav` and `riv`, the m
 * of `erm` and `rem`, in either case; or -1.
 */
export function nextPhrase(from: i32): i32 {
  for (let unit = from; unit < units; unit += 16) {
    const place = codes + (<usize>unit << 1)
    const left = v128.load(place)
    const right = v128.load(place, 16)
    const own = folded(left, right)
    const isK = v128.or(
      is(own, 0x6b),
      i8x16.narrow_i16x8_s(i16x8.eq(left, i16x8.splat(KELVIN)), i16x8.eq(right, i16x8.splat(KELVIN))),
    )
    const isV = is(own, 0x76)
    const isM = is(own, 0x6d)
    if (!v128.any_true(v128.or(v128.or(isK, isV), isM))) continue
    const before = folded(v128.load(place - 2), v128.load(place + 14))
    const first = folded(v128.load(place - 4), v128.load(place + 12))
    const isR = is(before, 0x72)
    const isE = is(before, 0x65)
    const k = v128.and(isK, v128.and(is(before, 0x6f), is(first, 0x6f)))
    const v = v128.and(
      isV,
      v128.or(
        v128.and(is(before, 0x61), is(first, 0x6a)),
        v128.and(is(before, 0x69), is(first, 0x72)),
      ),
    )
    const m = v128.and(isM, v128.or(v128.and(isR, is(first, 0x65)), v128.and(isE, is(first, 0x72))))
    const hits = i8x16.bitmask(v128.or(v128.or(k, v), m))
    if (hits !== 0) {
      const hit = unit + ctz<i32>(hits)
      return hit < units ? hit : -1
    }
  }
  return -1
}

/** 16 units as bytes, with capitals made small; units beyond a byte are none of the letters. */
// @ts-ignore: decorator
@inline
function folded(left: v128, right: v128): v128 {
  return v128.or(i8x16.narrow_i16x8_u(left, right), i8x16.splat(0x20))
}

// @ts-ignore: decorator
@inline
function is(bytes: v128, letter: i8): v128 {
  return i8x16.eq(bytes, i8x16.splat(letter))
}
