import { forEachAdded } from './unicode-16.ts'

// Bits of a class. The kernel has the same: see `kernels/assembly/bpe.ts`.
const LETTER = 1
const NUMBER = 2
const SPACE = 4
const UPPER = 8
const LOWER = 16
const NEWLINE = 32

const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/\p{L}+/gu, LETTER],
  [/\p{N}+/gu, NUMBER],
  [/\p{White_Space}+/gu, SPACE],
  [/[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+/gu, UPPER],
  [/[\p{Ll}\p{Lm}\p{Lo}\p{M}]+/gu, LOWER],
  [/[\r\n]+/gu, NEWLINE],
]

/** Planes of Unicode in which characters are assigned; the other ones are private or empty. */
const PLANES = [0, 1, 2, 3, 14]

let table: Uint8Array | undefined

/** Classes of all code points as the patterns of the known encodings ask for them, by Unicode 16. Made once, in some 50 ms. */
export function characterClasses(): Uint8Array {
  if (table !== undefined) return table
  const classes = new Uint8Array(0x110000)
  for (const plane of PLANES) {
    const first = plane << 16
    const text = plane === 0 ? basicPlane() : higherPlane(plane)
    const units = plane === 0 ? 1 : 2
    for (const [pattern, bit] of CLASSES) {
      for (const { 0: run, index } of text.matchAll(pattern)) {
        const start = first + index / units
        const end = start + run.length / units
        for (let code = start; code < end; code++) classes[code] = (classes[code] ?? 0) | bit
      }
    }
  }
  forEachAdded((first, last) => classes.fill(0, first, last + 1))
  table = classes
  return classes
}

function basicPlane(): string {
  const units = new Uint16Array(0x10000)
  // A surrogate would join with its neighbour; it has no class, as private characters have none.
  for (let code = 0; code < 0x10000; code++) units[code] = code >= 0xd800 && code < 0xe000 ? 0xe000 : code
  return Buffer.from(units.buffer).toString('utf16le')
}

function higherPlane(plane: number): string {
  const units = new Uint16Array(0x20000)
  for (let low = 0; low < 0x10000; low++) {
    units[low * 2] = 0xd800 + ((((plane - 1) << 16) + low) >> 10)
    units[low * 2 + 1] = 0xdc00 + (low & 0x3ff)
  }
  return Buffer.from(units.buffer).toString('utf16le')
}
