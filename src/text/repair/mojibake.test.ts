import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { repairMojibake } from './mojibake.ts'

/** UTF-8 read as windows-1252, as browsers have it. */
const misread = (text: string): string => new TextDecoder('windows-1252').decode(Buffer.from(text))

describe('repairMojibake', () => {
  it.each([
    'Das schöne Café am Fluß heißt „Zur Brücke“.',
    'Il a été naïf; l’œuvre coûte 5 €.',
    'Zażółć gęślą jaźń.',
    'Привет, мир!',
    'Καλημέρα κόσμε',
    '東京は日本の首都です。',
    '한국어 문장입니다.',
    'مرحبا بالعالم',
    'It costs £5 — or 7°C… © 2024 “quoted” → ½',
    'Emoji 😀👍🏽 too',
    'Fórmula Indy, FÓRUM, Türkçe, Tiếng Việt',
  ])('reads again %s', (text) => {
    expect(misread(text)).not.toBe(text)
    expect(repairMojibake(misread(text)).text).toBe(text)
    expect(repairMojibake(misread(misread(text))).text).toBe(text)
    expect(repairMojibake(text)).toEqual({ text, changes: 0 })
  })

  it.each([
    ['«LA IRMû', 'a capital before a closing mark'],
    ['„MARÄ“ und „Ä“', 'German quotation marks'],
    ['“the café”…', 'an accent before two marks'],
    ['Fuß\u00adball\u00adspieler', 'a soft hyphen behind ß'],
    ['À VOIRÂ»', 'a capital before a mark'],
    ['NÃO, AÇÃO, SÃO', 'capitals of Portuguese'],
    ['Â is a letter, Ã too', 'letters alone'],
    ['×¼', 'signs'],
    ['naïve façade', 'accents'],
  ])('leaves %s: %s', (text) => expect(repairMojibake(text)).toEqual({ text, changes: 0 }))

  it.each([
    ['we\u0092re', 'we’re', 1],
    ['cafÃ© and dâ€™accord', 'café and d’accord', 2],
    ['\ufeffBOM', '\ufeffBOM', 0],
    ['ï»¿BOM', '\ufeffBOM', 1],
    ['donï¿½t and ï¿½', 'don\ufffdt and \ufffd', 2],
    ['Ã¯Â¿Â½', '\ufffd', 4],
    ['Ãƒ\u00a9tÃƒ\u00a9', 'été', 4],
  ])('makes %j of %j', (text, fixed, changes) =>
    expect(repairMojibake(text)).toEqual({ text: fixed, changes }),
  )

  it('never touches a text without the letters that UTF-8 begins with', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replace(/[\u0080-\u009f\u00c2-\u00f4]/g, '')
        expect(repairMojibake(plain)).toEqual({ text: plain, changes: 0 })
      }),
    )
  })

  it('takes time in line with length', () => {
    for (const piece of ['Ã', 'Ã©', 'â€', 'ð', 'Ãƒ']) {
      const before = process.cpuUsage()
      repairMojibake(piece.repeat((1 << 20) / piece.length))
      expect(process.cpuUsage(before).user / 1e6, piece).toBeLessThan(8)
    }
  })
})
