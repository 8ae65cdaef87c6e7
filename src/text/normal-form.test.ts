import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composed, decomposed } from './normal-form.ts'

/** Marks of many classes, of class 0 (U+034F, U+0903), ones that are two (U+0344), one that never composes (U+0958). */
const MARKS = [
  ...'\u0301\u0323\u0334\u0327\u0345\u031b\u0300\u05b0\u064b\u093c\u3099',
  ...'\u034f\u0903\u0344\u0f73\u0958\u{1d165}\u{1d16d}\u{1d1ab}',
]

describe('normal forms', () => {
  it("are the runtime's own, whatever marks stand in whatever order", () => {
    const mark = fc.constantFrom(...MARKS)
    const run = fc.tuple(fc.constantFrom('a', 'क', 'か', '', '\u0344'), fc.array(mark, { maxLength: 300 }))
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
        const text = runs.map(([letter, marks]) => letter + marks.join('')).join('')
        expect(composed(text)).toBe(text.normalize('NFC'))
        expect(decomposed(text)).toBe(text.normalize('NFD'))
      }),
    )
  })

  it('are so for every mark of Unicode', () => {
    const marks = Array.from({ length: 0x110000 }, (_, code) => code)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /\p{M}/u.test(character))
    expect(marks.length).toBeGreaterThan(2000)
    const text = `a${[...marks].reverse().join('')}${marks.join('')}`
    expect(composed(text)).toBe(text.normalize('NFC'))
    expect(decomposed(text)).toBe(text.normalize('NFD'))
  })

  it('take time in line with length', () => {
    const before = process.cpuUsage()
    const text = `a${'\u0301\u0323'.repeat(1 << 19)}`
    expect(composed(text)).toHaveLength(text.length - 1)
    expect(decomposed(text)).toHaveLength(text.length)
    // The runtime's own way takes minutes.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(8)
  })
})
