import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authorNames, isPersonName, nameKey } from './author-names.ts'

describe('authorNames', () => {
  it.each([
    ['Ann Lee', ['Ann Lee']],
    ['By Ann Lee and Bo Chi', ['Ann Lee', 'Bo Chi']],
    ['By Ann Lee, Bo Chi and Cy Dot', ['Ann Lee', 'Bo Chi', 'Cy Dot']],
    ['By ANN LEE', ['ANN LEE']],
    ['Von Ute Weiß und Jan Grün', ['Ute Weiß', 'Jan Grün']],
    ['Text: Ute Weiß', ['Ute Weiß']],
    ['Par Zoé Noir et Luc Blanc', ['Zoé Noir', 'Luc Blanc']],
    ['Por Ana Sol y Eva Luz', ['Ana Sol', 'Eva Luz']],
    ['Juan Ortega y Gasset', ['Juan Ortega y Gasset']],
    ['Center for Trials and Research', ['Center for Trials and Research']],
    ['Ann Lee, PhD, MPH', ['Ann Lee']],
    ['Ann Lee, Senior Editor', ['Ann Lee']],
    ['Ann Lee, Jr.', ['Ann Lee, Jr.']],
    ['Lee, Ann', ['Lee, Ann']],
    ['Lee, Ann; Chi, Bo', ['Lee, Ann', 'Chi, Bo']],
    ['Ann Lee | The Gazette of Elsewhere', ['Ann Lee', 'The Gazette of Elsewhere']],
    ['Ann Lee (Elsewhere)', ['Ann Lee']],
    ['Ann Lee (avec Bo Chi et Cy Dot)', ['Ann Lee', 'Cy Dot']],
    ['Ann Lee @annlee', ['Ann Lee']],
    ['ann@a.org (Ann Lee)', ['Ann Lee']],
    ['Ann Lee &amp; Bo Chi', ['Ann Lee', 'Bo Chi']],
    ['山田太郎、鈴木花子', ['山田太郎', '鈴木花子']],
    ['文／山田太郎', ['山田太郎']],
    ['作者：李明 2019年11月18日 10:30 来源：河谷日报', ['李明']],
    ['بقلم: محمد علي', ['محمد علي']],
    ['https://social.example/ann', []],
    ['ann@a.org', []],
    ['@ann', []],
    ['admin', []],
    ['Redaktion', []],
    ['Editorial Staff', []],
    ['3d23d65-ddc6-4ce5', []],
    ['The Gazette', []],
    ['Gazette Newsdesk', []],
    ['', []],
  ])('reads %s', (statement, names) => {
    expect(authorNames([statement], new Set([nameKey('Gazette')]))).toEqual(names)
  })

  it('names nobody twice', () => {
    expect(authorNames(['Ann Lee', 'ann lee', 'Ánn Lee and Bo Chi'])).toEqual(['Ann Lee', 'Bo Chi'])
  })

  it('never throws, and gives short names', () => {
    const word = fc.constantFrom(
      'By',
      'and',
      ' ',
      ',',
      ';',
      'Ann',
      'Lee',
      '(',
      ')',
      '@',
      'http://',
      '|',
      '\n',
      'y',
      '、',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        for (const name of authorNames([words.join('')])) {
          expect(name.length).toBeLessThanOrEqual(100)
          expect(name.trim()).toBe(name)
        }
      }),
    )
  })
})

describe('isPersonName', () => {
  it.each(['Ann Lee', 'Ann B. Lee', 'Jan van der Berg', 'Zoé O’Noir', 'JO LEE', '山田太郎'])(
    'takes %s',
    (name) => {
      expect(isPersonName(name)).toBe(true)
    },
  )
  it.each([
    'Ann',
    'the story',
    'Read More',
    'Senior Editor',
    'Monday Morning',
    'Ann Lee 3',
    'A Very Long Line Of Words',
  ])('refuses %s', (name) => {
    expect(isPersonName(name)).toBe(false)
  })
})
