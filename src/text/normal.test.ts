import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText, normalText } from './normal.ts'

const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'B',
      ' ',
      '\n',
      '\r',
      '\t',
      '\u0000',
      '\u0085',
      '\u2028',
      '\ufeff',
      '\ud800',
      '\udc00',
      'e\u0301',
      '\u0130',
      '\u00a0',
      'ß',
      '\n\n\n',
      '\u3000',
      '\u001b',
      'ẛ̣',
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

describe('normalText', () => {
  it('is what one replacement of all white space would give', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(normalText(text)).toBe(text.normalize('NFC').replace(/\s+/g, ' ').trim())
      }),
    )
  })

  it.each([-3, -2, -1, 0, 1])('does not cut a run of spaces in a long text (%i)', (shift) => {
    const text = `${'a'.repeat((1 << 20) + shift)} \n\t ${'b '.repeat(1 << 20)}`
    expect(normalText(text)).toBe(text.replace(/\s+/g, ' ').trim())
  })

  it.each([
    ['  a \n\n b\t', 'a b', 'white space'],
    ['cafe\u0301', 'caf\u00e9', 'composed'],
    ['A', 'A', 'case stays'],
    ['', '', 'nothing'],
    ['\u00a0\u3000', '', 'spaces of other kinds'],
  ])('%j → %j: %s', (text, normal) => {
    expect(normalText(text)).toBe(normal)
  })

  it('folds case only when asked', () => {
    expect(normalText('ÄB c', { caseFold: true })).toBe('äb c')
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, caseFold) => {
        const once = normalText(text, { caseFold })
        expect(normalText(once, { caseFold })).toBe(once)
      }),
    )
  })
})

describe('cleanText', () => {
  it.each([
    ['a\r\nb\rc', 'a\nb\nc', 'line ends'],
    ['a\u2028b\u0085c', 'a\nb\nc', 'line ends of Unicode'],
    ['a\u0000b\u001b[0mc\u0092', 'ab[0mc', 'control characters'],
    ['\ufeffa', 'a', 'a byte order mark'],
    ['a\ud800b', 'a\ufffdb', 'a lone surrogate'],
    ['😀', '😀', 'a pair is no lone surrogate'],
    ['a  \nb\t\n', 'a\nb', 'spaces at line ends'],
    ['a\n\n\nb', 'a\n\n\nb', 'two blank lines stay'],
    ['a\n\n\n\n\nb', 'a\n\n\nb', 'more become two'],
    ['a\n\tb', 'a\n\tb', 'indentation stays'],
    [' \n\na\n\n', 'a', 'space around the whole'],
    ['', '', 'nothing'],
  ])('%j → %j: %s', (text, clean) => {
    expect(cleanText(text)).toBe(clean)
  })

  it('changes nothing the second time, and leaves well-formed text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = cleanText(text)
        expect(cleanText(once)).toBe(once)
        expect(once.isWellFormed()).toBe(true)
      }),
    )
  })

  it('takes linear time on long runs of spaces and line ends', () => {
    const blank = `${' '.repeat(300_000)}${'\n'.repeat(300_000)}`
    expect(cleanText(`a${blank}b${blank}`)).toBe('a\n\n\nb')
    expect(normalText(`a${blank}b${blank}`)).toBe('a b')
  })
})
