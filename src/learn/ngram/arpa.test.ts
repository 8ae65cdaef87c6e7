import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TilthError } from '../../model/error.ts'
import { readArpa } from './arpa.ts'

const MODEL = `\\data\\
ngram 1=4
ngram 2=2

\\1-grams:
-1\t<unk>
-99\t<s>\t-0.5
-0.5\t</s>
-0.25\ta\t-0.125

\\2-grams:
-0.0625\t<s> a
-0.75\ta a

\\end\\
`
const read = (text: string) => readArpa(Buffer.from(text))
const scored = (text: string, ...words: string[]): number => read(text).score(words).log10

describe('an ARPA model', () => {
  it.each([
    [['a'], -0.0625 - 0.125 - 0.5, 'a bigram, then the back-off of "a"'],
    [['a', 'a'], -0.0625 - 0.75 - 0.125 - 0.5, 'bigrams'],
    [['b'], -0.5 - 1 - 0.5, 'an unknown word, which is no context'],
    [['b', 'a'], -0.5 - 1 - 0.25 - 0.125 - 0.5, 'a word behind an unknown one'],
    [[], -0.5 - 0.5, 'the end alone'],
  ])('scores %j: %d, %s', (words, log10, _why) => expect(scored(MODEL, ...words)).toBe(log10))

  it('takes line ends of two bytes, spaces for tabs, empty lines before, and no line feed at the end', () => {
    for (const text of [
      MODEL.replaceAll('\n', '\r\n'),
      MODEL.replaceAll('\t', ' '),
      `\n\n${MODEL}`,
      MODEL.trimEnd(),
    ]) {
      expect(scored(text, 'a', 'a', 'b')).toBe(scored(MODEL, 'a', 'a', 'b'))
    }
  })

  it('gives an unknown word -100 where the model has none', () => {
    expect(scored(MODEL.replace('ngram 1=4', 'ngram 1=3').replace('-1\t<unk>\n', ''), 'b')).toBe(-101)
  })

  it('of one length needs no contexts', () => {
    const text = MODEL.replace('ngram 2=2\n', '').replace(/\\2-grams[\s\S]*\n\n/, '')
    expect(scored(text, 'a', 'b')).toBe(-0.25 - 1 - 0.5)
  })

  it.each([
    ['', 1, /expected \\data\\/],
    ['{"a": 1}', 1, /expected \\data\\/],
    [MODEL.replace('1=4', '1=x'), 2, /expected ngram 1=COUNT/],
    [MODEL.replace('ngram 2', 'ngram 3'), 3, /expected ngram 2=COUNT/],
    [MODEL.replace('1=4', '1=99999999999'), 2, /too short for/],
    [MODEL.replace('1=4', '1=5'), 10, /end before/],
    [MODEL.replace('1=4', '1=3'), 9, /more \\1-grams: than the 3/],
    [MODEL.replace('-0.25\ta', 'x\ta'), 9, /expected a number as probability/],
    [MODEL.replace('-0.25\ta', 'nan\ta'), 9, /expected a number as probability/],
    [MODEL.replace('-0.25\ta', '0.25\ta'), 9, /above 0/],
    [MODEL.replace('-0.125', '-'), 9, /expected a number as back-off/],
    [MODEL.replace('a a', 'a'), 13, /got 2 field/],
    [MODEL.replace('a a', 'a a\t-1'), 13, /got 4 field/],
    [MODEL.replace('a a', 'a c'), 13, /word 2 is not among/],
    [MODEL.replace('a a', '<s> a'), 13, /twice/],
    [MODEL.replace('-0.25\ta', '-0.25\t</s>'), 9, /twice/],
    [MODEL.replace('\\2-grams:', '\\3-grams:'), 11, /expected \\2-grams:/],
    [MODEL.replace('\\end\\', ''), 16, /expected \\end\\/],
    [MODEL.replace('<s>\t', 'x\t'), 10, /no <s>/],
  ])('is refused where it is wrong: %j', (text, line, message) => {
    const ask = (): unknown => read(text)
    expect(ask).toThrow(TilthError)
    expect(ask).toThrow(message)
    expect(ask).toThrow(`line ${line}:`)
  })

  it('says what other files are', () => {
    expect(() => read('mmap lm http://kheafield.com/code format version 5\n\0')).toThrow(/binary/)
    expect(() => readArpa(Uint8Array.of(0x1f, 0x8b, 8, 0))).toThrow(/compressed/)
    expect(() => readArpa(Buffer.from(MODEL.replace('\ta\t', '\t\xff\t'), 'latin1'))).toThrow(
      /line 9: it is not UTF-8/,
    )
  })

  it('cut anywhere is refused or the same model', () => {
    const whole = readFileSync('test/golden/ccnet/model.arpa')
    let refused = 0
    for (let length = 0; length < whole.length - 6; length += 1013) {
      expect(() => readArpa(whole.subarray(0, length))).toThrow(TilthError)
      refused++
    }
    expect(refused).toBeGreaterThan(50)
  })
})
