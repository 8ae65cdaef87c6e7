import { describe, expect, it } from 'vitest'
import { wordCount, wordsOf } from './words.ts'

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
