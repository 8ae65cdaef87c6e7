import { describe, expect, it } from 'vitest'
import type { Json } from '../../model/document.ts'
import type { Preference } from './preference.ts'
import { ageOf, rankBy } from './rank.ts'

const rank = (prefer: Preference, meta: Readonly<Record<string, Json>>): number =>
  rankBy(prefer)({ id: '', text: '', meta, origin: { uri: '', input: '', record: 0 } })

describe('what makes one document better', () => {
  it('does not depend on the time zone of the machine', () => {
    const zone = process.env['TZ']
    const ranks = ['UTC', 'Asia/Tokyo', 'America/New_York'].map((name) => {
      process.env['TZ'] = name
      return [
        rank('newest', { date: '2013-05-01 23:30:00' }),
        ageOf('2013-05-01T23:30:00'),
        rank('newest', { date: '1 May 2013 23:30' }),
      ]
    })
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
    const utc = Date.UTC(2013, 4, 1, 23, 30)
    expect(ranks).toEqual([
      [utc, utc, utc],
      [utc, utc, utc],
      [utc, utc, utc],
    ])
  })

  it('is newest or oldest, and what has no date that can be read never wins', () => {
    const dates: readonly Json[] = ['2012-05', 'Wed, 01 May 2013 10:20:30 GMT', 1_500_000_000, 'soon', null]
    const order = (prefer: Preference): readonly Json[] =>
      [...dates].sort((a, b) => rank(prefer, { date: b }) - rank(prefer, { date: a }))
    expect(order('newest')).toEqual([dates[2], dates[1], dates[0], 'soon', null])
    expect(order('oldest')).toEqual(dates)
  })

  it('is a finite number, whatever a file says', () => {
    const huge = JSON.parse('1e999') as number
    expect(rank('highest-score', { score: huge })).toBe(rank('highest-score', {}))
  })
})

describe('ages', () => {
  it.each<{ readonly rising: readonly Json[]; readonly why: string }>([
    { rising: ['2011', '2012-05-01', '2013-05', '2013-05-02'], why: 'a month is its beginning' },
    {
      rising: [
        'Tue, 01 May 2012 23:00:00 GMT',
        'Wed, 01 May 2013 01:00:00 GMT',
        '2013-05-01T02:00:00',
        1_400_000_000,
      ],
      why: 'all forms of dates are of one order',
    },
    { rising: ['CC-MAIN-2013-20', '2013-06-01', 'CC-MAIN-2013-48'], why: 'a crawl is its week' },
    { rising: [3, 999, 1001, 2013, 10_001, 20_130_501], why: 'numbers are numbers' },
    { rising: ['crawl-3', 'crawl-11', '2013-01-01'], why: 'names are before dates' },
    { rising: ['snapshot-20130501', '2013-05-02', 'snapshot_20130503102030'], why: 'names may have dates' },
    { rising: ['2999-01-01', 'soon'], why: 'the unknown is youngest' },
    { rising: ['2999-01-01', '2013-02-30'], why: 'a day that is none is unknown' },
    { rising: ['2999-01-01', null], why: 'nothing is unknown' },
  ])('$why', ({ rising }) => {
    const ages = rising.map(ageOf)
    expect(ages).toEqual([...new Set(ages)].sort((a, b) => a - b))
  })
})
