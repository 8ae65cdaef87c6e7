/**
 * Takes the texts out of lines of JSON objects: bytes in, UTF-8 without escapes out. It takes a line only where it is sure: every byte of
 * it is checked to be JSON, and what is unusual in any way (a name with escapes, a name that comes twice, deep nesting, half of a surrogate
 * pair) is left to `formats/jsonl/json-row.ts`, which says what is right. Whether bytes are UTF-8 is not looked at here.
 */

/** Bytes of lines that one call may take. A text is never longer than it was in JSON. */
const INPUT_BYTES: usize = 262144
const MOST_LINES: usize = 4096
const MOST_NAME: usize = 256
/** Containers in each other that are followed, below the row itself. */
const MOST_DEPTH: i32 = 60

const TEXT_NAME: usize = 1024
const ID_NAME: usize = TEXT_NAME + MOST_NAME
const INPUT: usize = ID_NAME + MOST_NAME
const TEXTS: usize = INPUT + INPUT_BYTES + 64
const LINES: usize = TEXTS + INPUT_BYTES + 64
/** Of a line: where it starts and where it ends, what it is, where its text ends, where its id starts and ends. u32 each. */
const LINE_WORDS: usize = 6
const END: usize = LINES + MOST_LINES * LINE_WORDS * 4

const BLANK: u32 = 0
const TAKEN: u32 = 1
const LEFT: u32 = 2

let textName: usize = 0
let idName: usize = 0
let next: usize = 0
/** Where the next text goes, and where the last string that was read ends if it is one. */
let out: usize = 0
let outEnd: usize = 0
let hasEscapes: bool = false
let idStart: usize = 0
let idEnd: usize = 0

export function inputPlace(): usize {
  return INPUT
}
export function inputBytes(): usize {
  return INPUT_BYTES
}
export function textsPlace(): usize {
  return TEXTS
}
export function linesPlace(): usize {
  return LINES
}
export function mostLines(): usize {
  return MOST_LINES
}
export function mostName(): usize {
  return MOST_NAME
}
export function textNamePlace(): usize {
  return TEXT_NAME
}
export function idNamePlace(): usize {
  return ID_NAME
}

/** Lengths of the names, in bytes, that stand at their places. */
export function begin(textLength: i32, idLength: i32): void {
  textName = textLength
  idName = idLength
  const missing = <i32>((END + 0xffff) >> 16) - memory.size()
  if (missing > 0 && memory.grow(missing) < 0) unreachable()
}

/** Bytes that the last call has taken: whole lines, with their ends. */
export function taken(): usize {
  return next - INPUT
}

/** Takes the whole lines among the bytes at `inputPlace()`; where these are the last, also one without an end. Gives their number. */
export function scan(length: i32, isLast: i32): i32 {
  const end = INPUT + <usize>length
  store<u8>(end, 10)
  next = INPUT
  out = TEXTS
  let count: usize = 0
  while (next < end && count < MOST_LINES) {
    const place = LINES + count * LINE_WORDS * 4
    const before = out
    idStart = 0
    idEnd = 0
    const stop = takeLine(next)
    const isTaken = stop != 0
    let kind = TAKEN
    let lineEnd = stop
    if (!isTaken) {
      kind = LEFT
      lineEnd = lineEndFrom(next)
      out = before
      if (isBlank(next)) kind = BLANK
    }
    if (lineEnd == end && isLast == 0) {
      out = before
      break
    }
    store<u32>(place, <u32>(next - INPUT))
    store<u32>(place, <u32>(lineEnd - INPUT), 4)
    store<u32>(place, kind, 8)
    store<u32>(place, <u32>(out - TEXTS), 12)
    store<u32>(place, <u32>(idStart - INPUT), 16)
    store<u32>(place, <u32>(idEnd - INPUT), 20)
    count++
    next = min(lineEnd + 1, end)
  }
  return <i32>count
}

function lineEndFrom(start: usize): usize {
  let place = start
  while (true) {
    const ends = i8x16.bitmask(i8x16.eq(v128.load(place), i8x16.splat(10)))
    if (ends != 0) return place + <usize>ctz(ends)
    place += 16
  }
}

function isBlank(start: usize): bool {
  return load<u8>(space(start)) == 10
}

/** Where a line ends that is an object with a text; 0 where it is not one, or not surely. */
function takeLine(start: usize): usize {
  let place = space(start)
  if (load<u8>(place) != 0x7b) return 0
  let textEnd: usize = 0
  place = space(place + 1)
  while (true) {
    if (load<u8>(place) != 0x22) return 0
    const name = place + 1
    place = readString(name)
    if (place == 0 || hasEscapes) return 0
    const length = place - 1 - name
    const isText = length == textName && memory.compare(name, TEXT_NAME, length) == 0
    const isId = length == idName && memory.compare(name, ID_NAME, length) == 0
    place = space(place)
    if (load<u8>(place) != 0x3a) return 0
    place = space(place + 1)
    const value = place
    if (isText) {
      if (textEnd != 0 || load<u8>(place) != 0x22) return 0
      place = readString(place + 1)
      if (place == 0) return 0
      textEnd = outEnd
      out = outEnd
    } else {
      place = anyValue(place)
      if (place == 0) return 0
    }
    if (isId) {
      if (idStart != 0) return 0
      idStart = value
      idEnd = place
    }
    place = space(place)
    const byte = load<u8>(place)
    if (byte == 0x2c) {
      place = space(place + 1)
      continue
    }
    if (byte != 0x7d || textEnd == 0) return 0
    place = space(place + 1)
    return load<u8>(place) == 10 ? place : 0
  }
}

// @ts-ignore: decorator
@inline
function space(place: usize): usize {
  while (true) {
    const byte = load<u8>(place)
    if (byte != 0x20 && byte != 9 && byte != 13) return place
    place++
  }
}

/** Where a value ends; 0 where there is none. Without recursion. */
function anyValue(place: usize): usize {
  let depth: i32 = 0
  /** A bit for each open container, the innermost lowest: 1 for an object. */
  let open: u64 = 0
  while (true) {
    const byte = load<u8>(place)
    if (byte == 0x7b || byte == 0x5b) {
      if (++depth > MOST_DEPTH) return 0
      const isObject = byte == 0x7b
      open = (open << 1) | (isObject ? 1 : 0)
      place = space(place + 1)
      if (load<u8>(place) != (isObject ? 0x7d : 0x5d)) {
        if (isObject) {
          place = afterName(place)
          if (place == 0) return 0
        }
        continue
      }
    } else {
      place = scalar(place, byte)
      if (place == 0) return 0
      if (depth == 0) return place
      place = space(place)
    }
    // Behind a value, or at the end of an empty container.
    let byteAfter = load<u8>(place)
    while (byteAfter == ((open & 1) != 0 ? 0x7d : 0x5d)) {
      place++
      open >>= 1
      if (--depth == 0) return place
      place = space(place)
      byteAfter = load<u8>(place)
    }
    if (byteAfter != 0x2c) return 0
    place = space(place + 1)
    if ((open & 1) != 0) {
      place = afterName(place)
      if (place == 0) return 0
    }
  }
}

/** Where the value behind a name and its colon starts; 0 where there is no name. */
function afterName(place: usize): usize {
  if (load<u8>(place) != 0x22) return 0
  place = readString(place + 1)
  if (place == 0) return 0
  place = space(place)
  return load<u8>(place) == 0x3a ? space(place + 1) : 0
}

function scalar(place: usize, byte: u8): usize {
  if (byte == 0x22) return readString(place + 1)
  if (byte == 0x74) return load<u32>(place) == 0x65757274 ? place + 4 : 0
  if (byte == 0x66) return load<u32>(place, 1) == 0x65736c61 ? place + 5 : 0
  if (byte == 0x6e) return load<u32>(place) == 0x6c6c756e ? place + 4 : 0
  return number(place)
}

function number(place: usize): usize {
  if (load<u8>(place) == 0x2d) place++
  if (load<u8>(place) == 0x30) place++
  else {
    place = digits(place)
    if (place == 0) return 0
  }
  if (load<u8>(place) == 0x2e) {
    place = digits(place + 1)
    if (place == 0) return 0
  }
  if ((load<u8>(place) | 0x20) == 0x65) {
    place++
    const sign = load<u8>(place)
    if (sign == 0x2b || sign == 0x2d) place++
    place = digits(place)
  }
  return place
}

/** Behind one digit or more; 0 where there is none. */
function digits(place: usize): usize {
  const start = place
  while (<u8>(load<u8>(place) - 0x30) < 10) place++
  return place == start ? 0 : place
}

/**
 * Reads a string from behind its first quote to behind its last; 0 where it is none. It is written from `out` to `outEnd`: what nobody
 * wants there the next one overwrites.
 */
function readString(place: usize): usize {
  let to = out
  hasEscapes = false
  while (true) {
    const bytes = v128.load(place)
    v128.store(to, bytes)
    const special = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
      ),
    )
    if (special == 0) {
      place += 16
      to += 16
      continue
    }
    const count = <usize>ctz(special)
    place += count
    to += count
    const byte = load<u8>(place)
    if (byte == 0x22) {
      outEnd = to
      return place + 1
    }
    if (byte != 0x5c) return 0
    hasEscapes = true
    const letter = load<u8>(place, 1)
    if (letter != 0x75) {
      const meant = simpleEscape(letter)
      if (meant == 0) return 0
      store<u8>(to++, meant)
      place += 2
      continue
    }
    const unit = hex(place + 2)
    if (unit < 0) return 0
    place += 6
    let code = <u32>unit
    if ((code & 0xf800) == 0xd800) {
      if (code >= 0xdc00 || load<u16>(place) != 0x755c) return 0
      const low = hex(place + 2)
      if (low < 0 || (low & 0xfc00) != 0xdc00) return 0
      place += 6
      code = 0x10000 + ((code & 0x3ff) << 10) + (<u32>low & 0x3ff)
    }
    to = encode(code, to)
  }
}

function simpleEscape(letter: u8): u8 {
  if (letter == 0x6e) return 10
  if (letter == 0x22 || letter == 0x5c || letter == 0x2f) return letter
  if (letter == 0x74) return 9
  if (letter == 0x72) return 13
  if (letter == 0x62) return 8
  return letter == 0x66 ? 12 : 0
}

/** Four hexadecimal digits; -1 where they are not. */
function hex(place: usize): i32 {
  let code: i32 = 0
  for (let at: usize = 0; at < 4; at++) {
    const byte = load<u8>(place + at)
    const digit = <u8>(byte - 0x30)
    const letter = <u8>((byte | 0x20) - 0x61)
    if (digit < 10) code = (code << 4) | digit
    else if (letter < 6) code = (code << 4) | (letter + 10)
    else return -1
  }
  return code
}

function encode(code: u32, to: usize): usize {
  if (code < 0x80) {
    store<u8>(to, <u8>code)
    return to + 1
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)))
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 1)
    return to + 2
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)))
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 1)
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 2)
    return to + 3
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)))
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 0x3f)), 1)
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 2)
  store<u8>(to, <u8>(0x80 | (code & 0x3f)), 3)
  return to + 4
}
