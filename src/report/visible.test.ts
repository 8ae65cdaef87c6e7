import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible, visibleLine } from './visible.ts'

describe('visible', () => {
  it.each([
    { text: 'plain\ttext\n', shown: 'plain\ttext\n', why: 'layout stays' },
    { text: 'a\0b', shown: 'a␀b', why: 'NUL' },
    { text: '\x1b[31mred', shown: '␛[31mred', why: 'a terminal escape' },
    { text: '\x9b31m', shown: '<U+009B>31m', why: 'a terminal escape of one byte' },
    { text: 'a\r\nb', shown: 'a␍\nb', why: 'a carriage return would overwrite the line' },
    { text: 'x\u202egpj.exe', shown: 'x<U+202E>gpj.exe', why: 'a right-to-left override' },
    { text: '\ud83d', shown: '<U+D83D>', why: 'a lone surrogate' },
    { text: '👩‍🌾 שלום', shown: '👩‍🌾 שלום', why: 'emoji sequences and right-to-left letters stay' },
  ])('$why', ({ text, shown }) => expect(visible(text)).toBe(shown))

  it('leaves nothing that could drive a terminal, and changes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = visibleLine(text)
        expect(once).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/)
        expect(visibleLine(once)).toBe(once)
      }),
    )
  })
})
