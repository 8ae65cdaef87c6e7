import { expect, it } from 'vitest'
import { nameKey } from './author-names.ts'
import { pageTitle, siteNameInTitle } from './page-title.ts'

const title = (candidates: readonly (string | undefined)[], heading?: string) =>
  pageTitle({ candidates, heading, siteKeys: new Set(['The Gazette', 'gazette.org'].map(nameKey)) })

it.each([
  [['A story'], undefined, 'A story', 'a plain title'],
  [['A story | The Gazette'], undefined, 'A story', 'the name behind'],
  [['Gazette: A story'], undefined, 'A story', 'the name before'],
  [['A story – Gazette.org - The Gazette'], undefined, 'A story', 'two names'],
  [['A story | Sports'], undefined, 'A story | Sports', 'a part that is no name'],
  [['Anti-hero - hero'], undefined, 'Anti-hero - hero', 'signs of the title itself'],
  [['The Gazette', 'A story'], undefined, 'A story', 'a title that is the name alone'],
  [['The Gazette'], 'A story', 'A story', 'nothing but the name, and a heading'],
  [['The Gazette'], undefined, 'The Gazette', 'nothing but the name'],
  [['A long story | Sports'], 'A long story', 'A long story', 'the heading is the first part'],
  [
    ['A long story | My Own Blog'],
    'My Own Blog',
    'A long story | My Own Blog',
    'the heading is the last part',
  ],
  [['河水上涨淹没农田_河谷日报'], '河水上涨淹没农田', '河水上涨淹没农田', 'parted as in Chinese'],
  [['河水上涨 - 河谷日报'], '河水上涨', '河水上涨', 'a heading of few characters'],
  [['snake_case names'], 'snake', 'snake_case names', 'a sign within a word'],
  [['A long st...', 'A long story'], undefined, 'A long story', 'cut, and whole elsewhere'],
  [['A long st…'], undefined, 'A long st…', 'cut'],
  [[undefined], undefined, undefined, 'nothing'],
])('of %j and %j gives %j: %s', (candidates, heading, expected, _why) => {
  expect(title(candidates, heading)).toBe(expected)
})

it('finds the name of the host in a title', () => {
  expect(siteNameInTitle('A story - The Gazette', new Set(['gazette']))).toBe('The Gazette')
  expect(siteNameInTitle('A story - Elsewhere', new Set(['gazette']))).toBeUndefined()
})
