import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { repairText } from './repair-text.ts'

const meta = { url: 'http://a.org/' }
const repair = (text: string, options: object = {}) =>
  repairText.create(repairText.options.parse(options))(documentOf(text, meta))

/** Everything off but one option. */
const OFF = {
  entities: false,
  mojibake: false,
  controls: false,
  invisible: false,
  bidi: false,
  hyphenation: 'none',
  nfc: false,
}

describe('each repair by itself', () => {
  it.each([
    [
      'entities',
      true,
      'Caf&eacute; &amp;amp; Th&#233; &#x1F600; &nosuch; &lt',
      'Café & Thé 😀 &nosuch; &lt',
      5,
    ],
    ['entities', true, 'write <b>&amp;</b>\n&amp;', 'write <b>&amp;</b>\n&', 1],
    ['mojibake', true, 'cafÃ©', 'café', 1],
    ['controls', true, 'a\u0000b\u001b[31mred\u001b[0m\tc\r\nd\u0007', 'abred\tc\r\nd', 4],
    ['invisible', true, 'zero\u200bwidth soft\u00adhyphen \ufeffmark', 'zerowidth softhyphen mark', 3],
    [
      'invisible',
      true,
      'می\u200cخواهم क्\u200dष 👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3',
      'می\u200cخواهم क्\u200dष 👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f\u20e3',
      0,
    ],
    ['invisible', true, 'hid\u200dden a\ufe01b\u{e0061}c', 'hidden abc', 3],
    ['invisible', true, '🏴\u{e0067}\u{e0062}\u{e007f}', '🏴\u{e0067}\u{e0062}\u{e007f}', 0],
    ['bidi', true, 'user\u202e\u2066 access\u2069\u200e', 'user access', 4],
    ['bidi', true, 'שלום\u200f abc\u202c', 'שלום\u200f abc', 1],
    ['hyphenation', 'seen', 'the exam-\nple is an example', 'the example\n is an example', 1],
    ['hyphenation', 'seen', 'a well-\nknown fact', 'a well-\nknown fact', 0],
    ['hyphenation', 'seen', 'a re-\nsign, resign or re-sign', 'a re-\nsign, resign or re-sign', 0],
    ['hyphenation', 'all', 'unbe-\n  kannt und Bahn-\nHof', 'unbekannt\n und Bahn-\nHof', 1],
    ['nfc', true, 'e\u0301', 'é', 1],
    ['nfc', true, 'é', 'é', 0],
  ])('%s: %s: %j gives %j', (option, value, text, expected, changes) => {
    const [draft] = repair(text, { ...OFF, [option]: value }) as readonly {
      text: string
      signals: Record<string, unknown>
    }[]
    expect(draft?.text).toBe(expected)
    expect(draft?.signals[option === 'hyphenation' ? 'hyphens' : option]).toBe(changes)
    expect(repair(text, OFF)).toMatchObject([{ text }])
  })
})

describe('repair-text', () => {
  it('does all of it by default, in an order in which each finds its work', () => {
    expect(repair('caf&Atilde;&copy;\u0000 e\u0301')).toMatchObject([
      { text: 'café é', meta, signals: { entities: 2, mojibake: 1, controls: 1, nfc: 1, hyphens: 0 } },
    ])
  })

  it('changes nothing of right text, and declares what it measures', () => {
    const text = 'Größe, naïve, Đặng, Łódź — “quotes” & more.\n\nПривет! 東京。 שלום 👩🏽‍🚀'
    const [draft] = repair(text) as readonly { text: string; signals: Record<string, number> }[]
    expect(draft?.text).toBe(text)
    expect(Object.values(draft?.signals ?? {}).every((count) => count === 0)).toBe(true)
    expect(Object.keys(draft?.signals ?? {})).toEqual(Object.keys(repairText.signals ?? {}))
  })

  it('drops what is empty then', () => expect(repair('\u0000\u200b \n')).toEqual({ drop: 'empty' }))

  it('takes time in line with length', () => {
    for (const piece of [
      '&amp;',
      '&',
      'a-\n',
      '\u200d',
      '\u001b[',
      'é-\n',
      '&#1',
      '\u{e0061}',
      '\u0301\u0323',
    ]) {
      const before = process.cpuUsage()
      repair(piece.repeat(Math.ceil((1 << 20) / piece.length)), { hyphenation: 'all' })
      expect(process.cpuUsage(before).user / 1e6, piece).toBeLessThan(8)
    }
  })
})
