/**
 * Where the columns of a text stand in memory, in bytes. Each has room behind its end for one more 16 bytes, so that
 * whole vectors can be read and written there.
 */
export let units: i32 = 0
export let words: i32 = 0
export let codes: usize = 0
export let classes: usize = 0
export let squeezed: usize = 0
export let start: usize = 0
export let end: usize = 0
export let at: usize = 0
export let points: usize = 0
export let flags: usize = 0
export let id: usize = 0
export let copies: usize = 0
export let gaps: usize = 0
export let stops: usize = 0
export let places: usize = 0
export let gram: usize = 0
export let found: usize = 0
export let first: usize = 0
export let gramCopies: usize = 0
export let slots: usize = 0
export let hashes: usize = 0
export let list: usize = 0

/** Numbers that a call gives back: f64 from here on. */
export const RESULTS: usize = 0
/** Words by length, i32 for 0 to 256 characters. */
export const LENGTHS: usize = 1024
/** 16 bytes of ones, 16 of zeros and 16 of ones, to read masks of the first or last few bytes from. */
const MASKS: usize = 2112
/** Flags of each UTF-16 unit, u16, and their low bytes. */
export const TABLE: usize = 4096
export const LOW_BYTES: usize = TABLE + 131072

/** Flags in the low byte of the table. */
export const LETTER: i32 = 1
export const NO_SYMBOL: i32 = 2
export const TERMINAL: i32 = 4
export const COUNTED: i32 = 8
export const LEAD: i32 = 64

/** Prepares what stays, once the table of flags is written. */
export function prepare(): void {
  for (let code: usize = 0; code < 65536; code++) store<u8>(LOW_BYTES + code, load<u8>(TABLE + (code << 1)))
  v128.store(MASKS, i64x2.splat(-1))
  v128.store(MASKS + 16, i64x2.splat(0))
  v128.store(MASKS + 32, i64x2.splat(-1))
}

/** Says where the units and their classes stand, and how many units there are. */
export function placeUnits(count: i32, codesAt: usize, classesAt: usize): void {
  units = count
  codes = codesAt
  classes = classesAt
}

/** Says where the columns of so many words stand. */
export function placeWords(
  count: i32,
  squeezedAt: usize,
  startAt: usize,
  endAt: usize,
  atAt: usize,
  pointsAt: usize,
  flagsAt: usize,
  idAt: usize,
  copiesAt: usize,
  gapsAt: usize,
  stopsAt: usize,
  placesAt: usize,
  gramAt: usize,
  foundAt: usize,
  firstAt: usize,
  gramCopiesAt: usize,
  slotsAt: usize,
  hashesAt: usize,
  listAt: usize,
): void {
  words = count
  squeezed = squeezedAt
  start = startAt
  end = endAt
  at = atAt
  points = pointsAt
  flags = flagsAt
  id = idAt
  copies = copiesAt
  gaps = gapsAt
  stops = stopsAt
  places = placesAt
  gram = gramAt
  found = foundAt
  first = firstAt
  gramCopies = gramCopiesAt
  slots = slotsAt
  hashes = hashesAt
  list = listAt
}

// @ts-ignore: decorator
@inline
export function number(column: usize, index: i32): i32 {
  return load<i32>(column + (<usize>index << 2))
}

// @ts-ignore: decorator
@inline
export function put(column: usize, index: i32, value: i32): void {
  store<i32>(column + (<usize>index << 2), value)
}

// @ts-ignore: decorator
@inline
export function give(index: i32, value: f64): void {
  store<f64>(RESULTS + (<usize>index << 3), value)
}

/** Ones in the first so many bytes, 0 to 16. */
// @ts-ignore: decorator
@inline
export function firstBytes(count: i32): v128 {
  return v128.load(MASKS + 16 - <usize>count)
}

/** Ones in the last so many bytes, 0 to 16. */
// @ts-ignore: decorator
@inline
export function lastBytes(count: i32): v128 {
  return v128.load(MASKS + 16 + <usize>count)
}

// @ts-ignore: decorator
@inline
export function low(vector: v128): u64 {
  return <u64>i64x2.extract_lane(vector, 0)
}

// @ts-ignore: decorator
@inline
export function high(vector: v128): u64 {
  return <u64>i64x2.extract_lane(vector, 1)
}

/** Adds 16 bytes to a hash; products do not wait for one another. */
// @ts-ignore: decorator
@inline
export function add(hash: u64, part: v128): u64 {
  return rotl<u64>(hash, 23) + low(part) * 0x9e3779b97f4a7c15 + high(part) * 0xd6e8feb86659fd93
}

/** Spreads a hash that was added up over all its bits. */
// @ts-ignore: decorator
@inline
export function spread(hash: u64): u64 {
  const mixed = (hash ^ (hash >> 32)) * 0xe7037ed1a0b428db
  return mixed ^ (mixed >> 29)
}

/** Hash of so many bytes. */
export function hashOf(from: usize, bytes: i32): u64 {
  let hash: u64 = bytes
  while (bytes > 16) {
    hash = add(hash, v128.load(from))
    from += 16
    bytes -= 16
  }
  return spread(add(hash, v128.and(v128.load(from), firstBytes(bytes))))
}

/** Whether so many bytes are the same at two places. */
export function isSame(left: usize, right: usize, bytes: i32): boolean {
  while (bytes > 16) {
    if (v128.any_true(v128.xor(v128.load(left), v128.load(right)))) return false
    left += 16
    right += 16
    bytes -= 16
  }
  return !v128.any_true(v128.and(v128.xor(v128.load(left), v128.load(right)), firstBytes(bytes)))
}

/** How many bits index a table with at least two slots an entry; 6 at least. */
// @ts-ignore: decorator
@inline
export function bitsFor(entries: i32): i32 {
  return entries <= 32 ? 6 : 33 - clz<i32>(entries - 1)
}
