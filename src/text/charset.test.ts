import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeText } from './charset.ts'
import { charsetName, declaredInPage } from './charset-label.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex')

const FRENCH =
  'Le caf\xe9 est une boisson tr\xe8s appr\xe9ci\xe9e en France, o\xf9 l\x92on en boit \xe0 toute heure.'
const RUSSIAN_1251 = hex(
  'cff0e8e2e5f22c20ece8f02120ddf2ee20eff0eef1f2eee920f2e5eaf1f220ede020f0f3f1f1eaeeec20ffe7fbeae52e',
)
const JAPANESE_SJIS = hex(
  '93fa967b8cea82cc83658358836782c582b7814282b182ea82cd83568374836782c5834783938352815b836882b382ea82bd95b68fcd82c582b78142',
)

describe('decodeText', () => {
  it.each([
    {
      why: 'ASCII is UTF-8',
      bytes: latin1('plain'),
      hints: {},
      text: 'plain',
      charset: 'utf-8',
      by: 'utf-8',
    },
    {
      why: 'nothing is nothing',
      bytes: latin1(''),
      hints: { html: true },
      text: '',
      charset: 'utf-8',
      by: 'utf-8',
    },
    {
      why: 'a mark beats a declaration and is no text',
      bytes: utf8('\ufeffcafé'),
      hints: { declared: 'windows-1251' },
      text: 'café',
      charset: 'utf-8',
      by: 'bom',
    },
    {
      why: 'UTF-16 with a mark',
      bytes: hex('fffe 6100 e900'),
      hints: {},
      text: 'aé',
      charset: 'utf-16le',
      by: 'bom',
    },
    {
      why: 'big-endian',
      bytes: hex('feff 0061 00e9'),
      hints: {},
      text: 'aé',
      charset: 'utf-16be',
      by: 'bom',
    },
    {
      why: 'UTF-16 without a mark shows by its zeros',
      bytes: Buffer.from('<p>Über alles</p>', 'utf16le'),
      hints: {},
      text: '<p>Über alles</p>',
      charset: 'utf-16le',
      by: 'guess',
    },
    {
      why: 'declared Latin-1, and yet UTF-8',
      bytes: utf8('naïve café'),
      hints: { declared: 'ISO-8859-1' },
      text: 'naïve café',
      charset: 'utf-8',
      by: 'utf-8',
    },
    {
      why: 'declared UTF-8, and yet Latin-1',
      bytes: latin1(FRENCH),
      hints: { declared: 'utf-8' },
      text: FRENCH.replace('\x92', '’'),
      charset: 'windows-1252',
      by: 'guess',
    },
    {
      why: 'Latin-1 is windows-1252 in practice: 0x92 is an apostrophe',
      bytes: latin1('it\x92s \x80 5'),
      hints: { declared: 'iso-8859-1' },
      text: 'it’s € 5',
      charset: 'windows-1252',
      by: 'declared',
    },
    {
      why: 'x-user-defined is windows-1252',
      bytes: latin1('caf\xe9'),
      hints: { declared: 'x-user-defined' },
      text: 'café',
      charset: 'windows-1252',
      by: 'declared',
    },
    {
      why: 'declared Cyrillic',
      bytes: hex('cff0e8e2e5f2'),
      hints: { declared: 'Windows-1251' },
      text: 'Привет',
      charset: 'windows-1251',
      by: 'declared',
    },
    {
      why: 'the page declares Cyrillic',
      bytes: Buffer.concat([utf8('<html><meta charset="windows-1251"><p>'), hex('cff0e8e2e5f2')]),
      hints: { html: true },
      text: '<html><meta charset="windows-1251"><p>Привет',
      charset: 'windows-1251',
      by: 'meta',
    },
    {
      why: "a server's default Latin-1 loses against the page",
      bytes: Buffer.concat([utf8('<meta charset=windows-1251>'), hex('cff0e8e2e5f2')]),
      hints: { html: true, declared: 'iso-8859-1' },
      text: '<meta charset=windows-1251>Привет',
      charset: 'windows-1251',
      by: 'meta',
    },
    {
      why: 'ISO-2022-JP is ASCII to look at',
      bytes: hex('1b2442 467c 4b5c 1b2842'),
      hints: {},
      text: '日本',
      charset: 'iso-2022-jp',
      by: 'guess',
    },
    {
      why: 'UTF-8 cut inside its last character stays UTF-8',
      bytes: utf8('Grüße aus Köln über München, größer').subarray(0, -4),
      hints: { declared: 'utf-8' },
      text: 'Grüße aus Köln über München, grö',
      charset: 'utf-8',
      by: 'utf-8',
    },
  ])('$why', ({ bytes, hints, text, charset, by }) => {
    const decoded = decodeText(bytes, hints)
    expect({ text: decoded.text, charset: decoded.charset, by: decoded.by }).toEqual({ text, charset, by })
  })

  it('counts what the end cuts off', () => {
    const decoded = decodeText(utf8('Grüße aus Köln').subarray(0, 4))
    expect(decoded).toEqual({ text: 'Grü', charset: 'utf-8', by: 'utf-8', replaced: 0 })
    const cut = decodeText(utf8('Grüße ü').subarray(0, -1))
    expect(cut).toEqual({ text: 'Grüße \ufffd', charset: 'utf-8', by: 'utf-8', replaced: 1 })
  })

  it('keeps UTF-8 with one bad byte as UTF-8', () => {
    const bytes = Buffer.concat([
      utf8('Äpfel, Öl, Übung, Maße, Grüße, früh, schön, Bär, für, Tür'),
      hex('ff'),
      utf8(' ende'),
    ])
    expect(decodeText(bytes)).toMatchObject({ charset: 'utf-8', replaced: 1 })
  })

  it('guesses', () => {
    expect(decodeText(RUSSIAN_1251)).toMatchObject({
      text: 'Привет, мир! Это простой текст на русском языке.',
      charset: 'windows-1251',
      by: 'guess',
    })
    expect(decodeText(JAPANESE_SJIS)).toMatchObject({ charset: 'shift_jis', by: 'guess', replaced: 0 })
    expect(decodeText(JAPANESE_SJIS).text).toContain('日本語のテストです')
  })

  it('guesses from where the characters are, however late', () => {
    const late = Buffer.concat([Buffer.alloc(200_000, 'plain words. '), RUSSIAN_1251])
    expect(decodeText(late)).toMatchObject({ charset: 'windows-1251', by: 'guess' })
  })

  it('tries the next set where the declared one does not fit', () => {
    expect(decodeText(latin1(FRENCH), { declared: 'euc-kr' }).charset).toBe('windows-1252')
  })

  it('never throws, and never gives a lone surrogate', () => {
    const labels = [
      'utf-8',
      'utf-16',
      'utf-16be',
      'gbk',
      'big5',
      'shift_jis',
      'iso-2022-jp',
      'no-such',
      '',
      'latin1',
    ]
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.option(fc.constantFrom(...labels), { nil: undefined }),
        fc.boolean(),
        (bytes, declared, html) => {
          const decoded = decodeText(bytes, { html, ...(declared === undefined ? {} : { declared }) })
          expect(decoded.text.isWellFormed()).toBe(true)
          expect(decoded.replaced).toBeLessThanOrEqual(decoded.text.length)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives every text back that was UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        // Zeros on one side look like UTF-16, escapes like ISO-2022-JP, and a mark is no text.
        fc.pre(!/[\0\x1b]|^\ufeff/.test(text))
        expect(decodeText(utf8(text))).toEqual({ text, charset: 'utf-8', by: 'utf-8', replaced: 0 })
      }),
    )
  })
})

describe('charsetName', () => {
  it.each([
    ['UTF8', 'utf-8'],
    ['"utf-8"', 'utf-8'],
    ['latin1', 'windows-1252'],
    ['US-ASCII', 'windows-1252'],
    ['GB2312', 'gbk'],
    ['iso8859-15', 'iso-8859-15'],
    ['Shift_JIS', 'shift_jis'],
    ['CP949', 'euc-kr'],
    ['MacRoman', 'macintosh'],
    ['none', undefined],
    ['', undefined],
    ['x'.repeat(1000), undefined],
  ])('%s', (label, name) => expect(charsetName(label)).toBe(name))
})

describe('declaredInPage', () => {
  it.each([
    ['<meta charset=koi8-r>', 'koi8-r'],
    [`<META HTTP-EQUIV='Content-Type' content='text/html; charset=big5'>`, 'big5'],
    ['<?xml version="1.0" encoding="ISO-8859-2"?><html>', 'iso-8859-2'],
    ['<!-- <meta charset=big5> --><meta charset=gbk>', 'gbk'],
    ['<script>"<meta charset=big5>"</script><meta charset=gbk>', 'gbk'],
    ['<meta charset=utf-16>', 'utf-8'],
    ['<meta charset=nonsense><meta charset=gbk>', 'gbk'],
    ['<p>charset=gbk', undefined],
    [`${' '.repeat(5000)}<meta charset=gbk>`, undefined],
    [`${'<!--'.repeat(2000)}`, undefined],
  ])('%.60s', (page, name) => expect(declaredInPage(utf8(page))).toBe(name))
})
