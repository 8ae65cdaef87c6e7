import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countText, wordCount, wordsOf } from './words.ts'

describe('wordsOf', () => {
  it.each([
    ['', []],
    [' \n\t ', []],
    ['Two  words.\n', ['Two', 'words.']],
    ['a\u00a0b\u3000c', ['a', 'b', 'c']],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })
})

describe('wordCount', () => {
  it.each([
    ['', 0, 'nothing'],
    ['-- … !', 0, 'punctuation is no word'],
    ["don't stop", 2, 'an apostrophe inside a word'],
    ['well-known 3.5', 4, 'hyphens and points part words'],
    ['東京は', 3, 'each character of a script without spaces'],
    ['iPhoneを買う', 4, 'both in one run'],
    ['हिन्दी भाषा', 2, 'vowel signs belong to their word'],
    ['한국어 단어', 2, 'Korean is written with spaces'],
    ['e\u0301te\u0301', 1, 'combining marks'],
  ])('%j has %i: %s', (text, count) => {
    expect(wordCount(text)).toBe(count)
  })

  it('takes linear time on a long run without spaces', () => {
    expect(wordCount(`${'a'.repeat(1_000_000)} ${'東'.repeat(200_000)}`)).toBe(200_001)
  })
})

describe('countText', () => {
  it('counts each thing once', () => {
    expect(countText('Zwei Wörter… #1 東京 ... .... \ufffd 😀')).toEqual({
      words: 5,
      spacedWords: 8,
      letterWords: 3,
      characters: 24,
      letters: 12,
      unspacedLetters: 2,
      hashes: 1,
      ellipses: 3,
      replacements: 1,
    })
  })

  it('counts as regular expressions would', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      'e\u0301',
      "'",
      '’',
      ' ',
      '\n',
      '\u00a0',
      '\u3000',
      '.',
      '…',
      '#',
      '9',
    )
    const more = fc.constantFrom(
      '東',
      'は',
      'ไ',
      '\u0e49',
      '한',
      'ि',
      'ह',
      '😀',
      '𝒜',
      '\ud800',
      '\ufffd',
      '',
      '-',
      'Ⅷ',
    )
    const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, more), { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const counts = countText(text)
        expect(counts.spacedWords).toBe(wordsOf(text).length)
        expect(counts.letterWords).toBe(wordsOf(text).filter((word) => /\p{L}/u.test(word)).length)
        expect(counts.characters).toBe(count(text, /\S/gu))
        expect(counts.letters).toBe(count(text, /[\p{L}\p{M}]/gu))
        expect(counts.ellipses).toBe(count(text, /…|\.{3}/g))
        expect(counts.words).toBeLessThanOrEqual(count(text, /[\p{L}\p{N}]/gu))
      }),
    )
  })
})
