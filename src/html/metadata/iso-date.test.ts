import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isoDate } from './iso-date.ts'

describe('isoDate', () => {
  it.each([
    ['2019-11-18', '2019-11-18'],
    ['2022-5-5', '2022-05-05'],
    ['2019-11-18T20:33:16+0000', '2019-11-18T20:33:16+00:00'],
    ['2019-11-18T20:33:16.035Z', '2019-11-18T20:33:16Z'],
    ['2019-11-18T20:33:16.0000000Z', '2019-11-18T20:33:16Z'],
    ['2019-11-18T20:33+01:00', '2019-11-18T20:33+01:00'],
    ['2019-11-18 20:33:16 -0800', '2019-11-18T20:33:16-08:00'],
    ['2019-11-18 20:33:16', '2019-11-18'],
    ['2019-11-18T20:33:16', '2019-11-18'],
    ['2019-11-18@05:36:50 CST', '2019-11-18T05:36:50-06:00'],
    ['2019-11-18 3:15:00 -0800', '2019-11-18T03:15:00-08:00'],
    ['2019-11-18+01:00', '2019-11-18'],
    ['2019/11/18', '2019-11-18'],
    ['2019. 11. 18.', '2019-11-18'],
    ['2026 03 05', '2026-03-05'],
    ['20191118', '2019-11-18'],
    ['20191118203316', '2019-11-18'],
    ['20191118T203316Z', '2019-11-18T20:33:16Z'],
    ['Mon, 18 Nov 2019 20:33:16 +0100', '2019-11-18T20:33:16+01:00'],
    ['Mon, 18 Nov 2019 20:33:16 GMT', '2019-11-18T20:33:16Z'],
    ['Mon Nov 18 16:45:24 PDT 2019', '2019-11-18T16:45:24-07:00'],
    ['Mon Nov 18 2019 08:00:58 GMT+0000 (Coordinated Universal Time)', '2019-11-18T08:00:58+00:00'],
    ['So, 12 Feb 2017 19:49:11 CET+0100', '2017-02-12T19:49:11+01:00'],
    ['Fr, 17 Mai 2019 13:38:23 MESZ', '2019-05-17T13:38:23+02:00'],
    ['November 18, 2019', '2019-11-18'],
    ['Nov. 18, 2019 at 8:33 PM EST', '2019-11-18T20:33-05:00'],
    ['Monday, November 18th 2019, 12:05 AM UTC', '2019-11-18T00:05Z'],
    ['18 Nov 2019', '2019-11-18'],
    ['18-Nov-2019', '2019-11-18'],
    ['2023 Jan 7', '2023-01-07'],
    ['Published: 18 November, 2019', '2019-11-18'],
    ['Mon 18 December, 2023', '2023-12-18'],
    ['18.11.2019', '2019-11-18'],
    ['03.04.2019 18:50', '2019-04-03'],
    ['11/18/2019', '2019-11-18'],
    ['18/11/2019', '2019-11-18'],
    ['05/05/2019', '2019-05-05'],
    ['4/24/2000 12:00:00 AM', '2000-04-24'],
    ['2019年11月18日', '2019-11-18'],
    ['2019年11月8日(月) 10時20分', '2019-11-08'],
    ['2019년 11월 18일', '2019-11-18'],
    ['18. November 2019', '2019-11-18'],
    ['am 1. März 2020, 13:31 Uhr', '2020-03-01'],
    ['1. Maerz 2020', '2020-03-01'],
    ['1. Jänner 2020', '2020-01-01'],
    ['Publié le 1er août 2019', '2019-08-01'],
    ['18 févr. 2019', '2019-02-18'],
    ['18 de noviembre de 2019', '2019-11-18'],
    ['mar, 18 nov 2019', '2019-11-18'],
    ['04 mayo 2022 - 00:00', '2022-05-04'],
    ['18 de março de 2019', '2019-03-18'],
    ['18 out. 2019', '2019-10-18'],
    ['18 maggio 2019', '2019-05-18'],
    ['18 maart 2019', '2019-03-18'],
    ['18 września 2019', '2019-09-18'],
    ['18 ноября 2019 г.', '2019-11-18'],
    ['18 Kasım 2019', '2019-11-18'],
    ['١٨ نوفمبر ٢٠١٩', '2019-11-18'],
    ['２０１９年１１月１８日', '2019-11-18'],
  ])('reads %s', (text, date) => {
    expect(isoDate(text)).toBe(date)
  })

  it.each([
    ['03/04/2019', undefined, undefined],
    ['03/04/2019', 'en', undefined],
    ['03/04/2019', 'en-US', '2019-03-04'],
    ['03/04/2019', 'en-GB', '2019-04-03'],
    ['03/04/2019', 'fr', '2019-04-03'],
    ['03-04-2019', 'nl-NL', '2019-04-03'],
    ['03/04/2019', 'ja', undefined],
    ['18 listopada 2019', undefined, undefined],
    ['18 listopada 2019', 'pl', '2019-11-18'],
    ['18 listopada 2019', 'hr-HR', '2019-10-18'],
  ])('reads %s in %s', (text, language, date) => {
    expect(isoDate(text, { language })).toBe(date)
  })

  it.each([
    ['1574109196', '2019-11-18T20:33:16Z'],
    ['1574109196000', '2019-11-18T20:33:16Z'],
    ['9574109196', undefined],
    ['157410919600000', undefined],
  ])('reads the Unix time %s', (text, date) => {
    expect(isoDate(text, { isUnixTime: true })).toBe(date)
    expect(isoDate(text)).toBeUndefined()
  })

  it.each([
    ['', 'nothing'],
    ['May 6', 'no year'],
    ['2019-11', 'no day'],
    ['November 2019', 'no day'],
    ['2024-99-99', 'no such month'],
    ['2019-02-29', 'no such day'],
    ['31 April 2019', 'no such day'],
    ['2199-01-01', 'too far off'],
    ['0001-01-01T00:00:00', 'what some systems write for none'],
    ['18.11.19', 'two digits of a year'],
    ['1.2.2019.4', 'a version'],
    ['12019-11-18', 'five digits of a year'],
    ['2019-11-185', 'three digits of a day'],
    ['PT0H3M42S', 'a duration'],
    ['3 hours ago', 'no date'],
    ['637787971747838761', 'a number'],
  ])('refuses %s: %s', (text) => {
    expect(isoDate(text)).toBeUndefined()
  })

  it.each([
    ['2019-11-18T25:00:00Z', '2019-11-18'],
    ['2019-11-18T20:99:00Z', '2019-11-18'],
    ['2019-11-18T20:33:16+19:00', '2019-11-18'],
    ['2019-11-18 20:33 IST', '2019-11-18'],
    ['2019-11-18 13:00 PM GMT', '2019-11-18'],
  ])('keeps the date of %s and not its time', (text, date) => {
    expect(isoDate(text)).toBe(date)
  })

  const date = fc.date({
    min: new Date('1600-01-01T00:00:00Z'),
    max: new Date('2040-12-31T23:59:59Z'),
    noInvalidDate: true,
  })

  it.each([
    'en-US',
    'en-GB',
    'de',
    'fr',
    'es',
    'pt-BR',
    'it',
    'nl',
    'sv',
    'da',
    'nb',
    'pl',
    'ru',
    'uk',
    'tr',
    'id',
    'ja',
    'ko',
  ])('reads every date as %s writes it', (language) => {
    const format = new Intl.DateTimeFormat(language, {
      dateStyle: 'long',
      timeZone: 'UTC',
      calendar: 'gregory',
    })
    fc.assert(
      fc.property(date, (value) => {
        expect(isoDate(format.format(value), { language })).toBe(value.toISOString().slice(0, 10))
      }),
    )
  })

  it('reads every instant of machine formats', () => {
    fc.assert(
      fc.property(date, (value) => {
        const seconds = value.toISOString().slice(0, 19)
        expect(isoDate(value.toISOString())).toBe(`${seconds}Z`)
        expect(isoDate(value.toUTCString())).toBe(`${seconds}Z`)
        expect(isoDate(seconds.replaceAll(/[-:T]/g, ''))).toBe(seconds.slice(0, 10))
        expect(isoDate(isoDate(value.toISOString()) ?? '')).toBe(`${seconds}Z`)
      }),
    )
  })

  it('never throws, and gives a date that exists or none', () => {
    const word = fc.constantFrom(
      '2019',
      '11',
      '18',
      '-',
      '/',
      '.',
      ' ',
      ':',
      'T',
      'Z',
      '+',
      'nov',
      'mai',
      '年',
      '月',
      '日',
      '0',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const found = isoDate(words.join(''))
        if (found !== undefined) expect(Number.isNaN(Date.parse(found))).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })
})
