import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainWord } from './plain-word.ts'
import { hashWord, WordReader } from './word-reader.ts'

function readAll(text: string) {
  const reader = new WordReader()
  reader.open(text)
  const words = []
  while (reader.next()) {
    const { word, start, end, low, high } = reader
    words.push({ word, token: text.slice(start, end), low, high })
  }
  return words
}

describe('words of evaluation sets and documents', () => {
  it.each([
    ['Don’t', 'dont', 'an apostrophe is punctuation'],
    ['«Straße»,', 'straße', 'punctuation of any script'],
    ['$1,000.50', '100050', 'signs go, as string.punctuation of Python has them'],
    ['e\u0301tude', 'étude', 'composed'],
    ['ΟΔΟΣ.', 'οδος', 'a capital sigma at the end of a word'],
    ['soft\u00adhyphen', 'softhyphen', 'what shows nothing'],
    ['हिन्दी', 'हिन्दी', 'marks stay'],
    ['…', '', 'punctuation alone is no word'],
  ])('%s is %s: %s', (token, word) => {
    expect(plainWord(token)).toBe(word)
    expect(readAll(`a ${token}\u3000b`).map((each) => each.word)).toEqual(
      ['a', word, 'b'].filter((each) => each !== ''),
    )
  })

  it('reads as cutting at white space and plainWord do, and hashes by the plain form alone', () => {
    const unit = fc.oneof(
      fc.constantFrom(
        ...' \n\u00a0\u3000aAbÉ.,!-’…Σσςİßﬀ漢가\u1100\u1161e\u0301\u00ad\u200d\u0000😀𝒂'.split(''),
      ),
      fc.string({ unit: 'binary', maxLength: 2 }),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const text = units.join('')
        const tokens = text.split(/\s+/).filter((token) => plainWord(token) !== '')
        const words = readAll(text)
        expect(words.map(({ token }) => token)).toEqual(tokens)
        for (const { token, word, low, high } of words) {
          expect(word).toBe(plainWord(token))
          expect({ low, high }).toEqual(hashWord(word))
        }
      }),
    )
  })
})
