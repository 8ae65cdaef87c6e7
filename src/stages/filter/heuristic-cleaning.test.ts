import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { decide } from '../../model/stage.ts'
import { heuristicCleaning } from './heuristic-cleaning.ts'

const measure = (text: string) =>
  heuristicCleaning.measure(heuristicCleaning.options.parse({}))(documentOf(text))

function reasonOf(text: string, options: object = {}) {
  const verdict = decide(heuristicCleaning.rules(heuristicCleaning.options.parse(options)), measure(text))
  return verdict.keep ? undefined : verdict.rule.reason
}

/** Rules that a test does not speak of, switched off. */
const OPEN = {
  minWords: 0,
  minMeanWordLength: 0,
  maxMeanWordLength: 1000,
  minLetterWordRatio: 0,
  minLetterRatio: 0,
  maxSymbolRatio: 100,
  maxBulletLineRatio: 1,
  maxEllipsisLineRatio: 1,
  maxRepeatedLineRatio: 1,
  maxRepeatedCharacterRatio: 1,
  maxReplacementRatio: 1,
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

describe('heuristic-cleaning', () => {
  it.each([
    ['a b c', { minWords: 3 }, undefined, 'as many words as asked'],
    ['a b', { minWords: 3 }, 'too-short', 'one fewer'],
    ['', { minWords: 1 }, 'too-short', 'nothing'],
    ['東京都', { minWords: 3 }, undefined, 'a script without spaces has words'],
    ['a b c', { maxWords: 3 }, undefined, 'as many words as allowed'],
    ['a b c d', { maxWords: 3 }, 'too-long', 'one more'],
    ['ab abcd', { minMeanWordLength: 3 }, undefined, 'mean of exactly 3'],
    ['ab abc', { minMeanWordLength: 3 }, 'short-words', 'mean of 2.5'],
    ['abcd abcdef', { maxMeanWordLength: 5 }, undefined, 'mean of exactly 5'],
    ['abcd abcdefg', { maxMeanWordLength: 5 }, 'long-words', 'mean of 5.5'],
    ['𝒜𝒷𝒸', { maxMeanWordLength: 3 }, undefined, 'a surrogate pair is one character'],
    ['これは長い文です。'.repeat(9), { maxMeanWordLength: 5 }, undefined, 'no words to measure in Japanese'],
    ['a b c d 1', { minLetterWordRatio: 0.8 }, undefined, '4 of 5 words with a letter'],
    ['a b c 4 1', { minLetterWordRatio: 0.8 }, 'few-letter-words', '3 of 5'],
    ['ab 12', { minLetterRatio: 0.5 }, undefined, 'half letters'],
    ['ab 123', { minLetterRatio: 0.5 }, 'few-letters', 'fewer'],
    ['हिन्दी', { minLetterRatio: 1 }, undefined, 'vowel signs are letters of their script'],
    ['# b c d e f g h i j', { maxSymbolRatio: 0.1 }, undefined, 'one hash in 10 words'],
    ['# # c d e f g h i j', { maxSymbolRatio: 0.1 }, 'many-symbols', 'two'],
    ['a... b… c', { maxSymbolRatio: 0.5 }, 'many-ellipses', 'both kinds of ellipsis'],
    ['- a\n• b\n* c\nd', { maxBulletLineRatio: 0.75 }, undefined, '3 of 4 lines'],
    ['- a\n• b\n* c\n– d', { maxBulletLineRatio: 0.75 }, 'bullet-lines', '4 of 4'],
    ['-5 degrees\n*bold*', { maxBulletLineRatio: 0 }, undefined, 'a sign before a word is no bullet'],
    ['a...\n\nb…\nc\nd', { maxEllipsisLineRatio: 0.5 }, undefined, '2 of 4 lines, the blank one apart'],
    ['a...\nb…\nc', { maxEllipsisLineRatio: 0.5 }, 'cut-off-lines', '2 of 3'],
    ['a\na\nb\nc', { maxRepeatedLineRatio: 0.25 }, undefined, '1 of 4 lines'],
    ['a\na\nb', { maxRepeatedLineRatio: 0.25 }, 'repeated-lines', '1 of 3'],
    ['ab\nab\nabcd', { maxRepeatedCharacterRatio: 0.25 }, undefined, '2 of 8 characters'],
    ['ab\nab\nabc', { maxRepeatedCharacterRatio: 0.25 }, 'repeated-characters', '2 of 7'],
    ['abc\ufffd', { maxReplacementRatio: 0.25 }, undefined, '1 of 4 characters'],
    ['ab\ufffd', { maxReplacementRatio: 0.25 }, 'undecodable', '1 of 3'],
  ])('%j with %j: %s, %s', (text, options, reason, _why) => {
    expect(reasonOf(text, { ...OPEN, ...options })).toBe(reason)
  })

  it.each([
    ['prose', lines(9, (index) => `In paragraph ${index} the author writes about one thing after another.`)],
    ['German', lines(9, (index) => `Der Donaudampfschifffahrtskapitän ${index} wohnt heute in Regensburg.`)],
    ['Chinese', lines(9, (index) => `第${index}段讲的是作者年轻时在北京读书的故事，以及他后来的生活。`)],
    ['Arabic', lines(12, (index) => `كتب المؤلف في الفقرة ${index} عن أيام شبابه في المدينة`)],
  ])('keeps %s under its defaults', (_, text) => {
    expect(reasonOf(text)).toBeUndefined()
  })

  it.each([
    [
      'a table of numbers',
      lines(30, (index) => `${index * 17} 12.5 1999-01-0${index % 9} 14:32`),
      'few-letters',
    ],
    ['teasers', lines(30, (index) => `News number ${index} begins like this and...`), 'many-ellipses'],
    ['a menu', lines(60, () => 'Home page'), 'repeated-lines'],
    [
      'a wrong character set',
      lines(20, (index) => `gr\ufffd\ufffde aus dem s\ufffdden ${index}`),
      'undecodable',
    ],
  ])('drops %s under its defaults', (_, text, reason) => {
    expect(reasonOf(text)).toBe(reason)
  })

  it('measures finite shares of any text', () => {
    const piece = fc.constantFrom(
      'a',
      '東',
      ' ',
      '\n',
      '…',
      '...',
      '#',
      '- ',
      '1',
      '\ufffd',
      '\u0301',
      '😀',
      '',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const signals = measure(pieces.join(''))
        expect(Object.keys(signals).sort()).toEqual(Object.keys(heuristicCleaning.signals).sort())
        for (const [name, value] of Object.entries(signals)) {
          if (value === null) continue
          expect(value).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(value)).toBe(true)
          if (/(?:Line|letter|Letter|Word|Character|replacement)\w*Ratio$/.test(name))
            expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it.each([[{ minwords: 3 }], [{ minWords: -1 }], [{ minLetterRatio: 1.1 }]])(
    'refuses options %j',
    (options) => {
      expect(() => heuristicCleaning.options.parse(options)).toThrow(/min/)
    },
  )
})
