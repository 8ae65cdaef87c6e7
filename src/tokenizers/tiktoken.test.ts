import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodingRanks } from '../engine/tokens/encoding-ranks.ts'
import { bpeTwin } from './bpe-twin.ts'
import { ByteEncoder } from './byte-encoder.ts'
import { ENCODINGS, parseRanks, rankedMerges, tiktokenTokenizer } from './tiktoken.ts'
import { gatherTokens } from './token-bytes.ts'
import { cutBy, type WordPattern, wordExpression } from './word-pattern.ts'

const texts = JSON.parse(readFileSync('test/golden/tokens/texts.json', 'utf8')) as string[]
const golden = readFileSync('test/golden/tokens/tiktoken.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { encoding: string; ids: number[][] })
const tokenizerOf = (name: string) => {
  const encoding = ENCODINGS.find((each) => each.name === name)
  if (encoding === undefined) throw new Error(name)
  return tiktokenTokenizer(encoding, encodingRanks(encoding))
}

describe.each(golden)('$encoding', ({ encoding, ids }) => {
  const tokenizer = tokenizerOf(encoding)

  it('gives the ids of tiktoken', () => {
    expect(ids).toHaveLength(texts.length)
    for (const [at, text] of texts.entries()) {
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(ids[at])
      // A second time, words come from the cache.
      expect([...tokenizer.encode(text)]).toEqual(ids[at])
    }
  })

  it('has the bytes of a text in its tokens, and decodes to it', () => {
    for (const text of texts) {
      const tokens = tokenizer.encode(text)
      expect(Buffer.concat([...tokens].map((id) => tokenizer.bytesOf(id)))).toEqual(Buffer.from(text))
      expect(tokenizer.decode(tokens)).toBe(text.toWellFormed())
    }
  })
})

describe('special tokens', () => {
  const tokenizer = tokenizerOf('cl100k_base')

  it('are text in a text, and are decoded by their id', () => {
    expect(tokenizer.encode('<|endoftext|>')).not.toContain(tokenizer.endOfText)
    expect(tokenizer.decode([tokenizer.endOfText ?? 0])).toBe('<|endoftext|>')
    expect(tokenizer.vocabularySize).toBe(100_277)
  })

  it('an id without a token is refused', () => {
    expect(() => tokenizer.bytesOf(100_270)).toThrow(RangeError)
    expect(() => tokenizer.decode([200_000])).toThrow(RangeError)
  })
})

/** All bytes, and some of what pieces below make, so that there is much to merge and many ranks to choose from. */
const SMALL = (() => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))
  const more = [
    'ab',
    'ba',
    'aa',
    "'s",
    ' a',
    'aab',
    'aaaa',
    '  ',
    'é',
    'éa',
    '12',
    '\n\n',
    '中文',
    'aba',
    'abab',
    'aaa',
  ]
  return rankedMerges(gatherTokens([...bytes, ...more.map((each) => Buffer.from(each))]))
})()
const PATTERNS: readonly WordPattern[] = [
  { family: 'gpt2', digits: 1, takesEnd: false },
  { family: 'cl100k', digits: 3, takesEnd: true },
  { family: 'cl100k', digits: 1, takesEnd: false },
  { family: 'o200k', digits: 3, takesEnd: false },
]
const PIECES =
  "a b ab aab A B Ab 'S 's 'll 'LL 've ' '' 1 12 ٣ Ⅷ é É ǅ ʰ ª 中文 カ ก ี \u0301 \u0903 / // ! . \ud800 \udc00 😀 𐐀 \u00a0 \u3000 \u0085 \u2028 \ufeff \0 ſ 'ſ \ua7ce"
    .split(' ')
    .concat(' ', '  ', '\n', '\r\n', '\t', ' \n ')
const text = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 40, size: 'max' })
  .map((pieces) => pieces.join(''))

describe.each(PATTERNS)('the kernel, $family with $digits digits', (pattern) => {
  const encoder = new ByteEncoder(SMALL, pattern)
  const twin = bpeTwin(SMALL, pattern)

  it('does what its twin does', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect([...encoder.encode(each)]).toEqual(twin(each))
      }),
      { numRuns: 2000 },
    )
  })

  it('wherever the end of a chunk falls', () => {
    const fillers = ['a', 'ab ', ' ', '\n', '1', '中', '!', "'s", '😀', 'A', '\u0301']
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(...fillers),
        fc.integer({ min: -40, max: 40 }),
        text,
        (head, filler, shift, tail) => {
          // Long texts go to the kernel in pieces of a third of its chunk, by their UTF-16 units.
          const length = Math.max(0, (192 << 10) / 3 - head.length + shift)
          const middle = filler.repeat(Math.ceil(length / filler.length)).slice(0, length)
          const whole = `${head}${middle}${tail}x`
          const words = cutBy(wordExpression(pattern), whole.toWellFormed())
          const ids = words.flatMap((word) => [...encoder.encodeWord(word)])
          expect(Buffer.compare(Buffer.from(ids), Buffer.from(encoder.encode(whole)))).toBe(0)
          expect(encoder.encode(whole)).toHaveLength(ids.length)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('words', () => {
  it('merge in any length as the twin merges them', () => {
    const encoder = new ByteEncoder(SMALL)
    const twin = bpeTwin(SMALL, { family: 'gpt2', digits: 1, takesEnd: false })
    const word = fc
      .array(fc.constantFrom('a', 'b', 'ab', 'ba', 'é'), { minLength: 1, maxLength: 300, size: 'max' })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(word, (each) => {
        expect([...encoder.encodeWord(each)]).toEqual(twin(each))
      }),
      { numRuns: 300 },
    )
  })

  it('of a million letters take no time that grows with the square', () => {
    const tokenizer = tokenizerOf('o200k_base')
    const ids = tokenizer.encode('a'.repeat(1 << 20))
    expect(ids).toHaveLength(131_072)
    expect(tokenizer.decode(ids.subarray(0, 2))).toBe('a'.repeat(16))
  })

  it('of more than 32 MiB are refused', () => {
    const encoder = new ByteEncoder(SMALL, { family: 'gpt2', digits: 1, takesEnd: false })
    expect(() => encoder.encode('a'.repeat(50 << 20))).toThrow(/longer than 32 MiB/)
    expect([...encoder.encode('ab')]).toEqual([...new ByteEncoder(SMALL, PATTERNS[0]).encode('ab')])
  })
})

describe('a file of ranks', () => {
  const file = (text: string): Uint8Array => Buffer.from(text)

  it('may have gaps', () => {
    const tokens = parseRanks(file('YQ== 0\nYWI= 3\r\n'), 'x')
    expect([...tokens.starts]).toEqual([0, 1, 1, 1, 3])
    expect(Buffer.from(tokens.blob).toString()).toBe('aab')
  })

  it.each([
    ['YQ==\n', 1],
    ['YQ== x\n', 1],
    ['YQ== 0\n 1\n', 2],
    ['YQ== 1\nYg== 1\n', 2],
    ['<html>\n', 1],
  ])('%j is refused', (text, line) => {
    expect(() => parseRanks(file(text), 'x')).toThrow(`x: line ${line}:`)
  })

  it('must have every byte', () => {
    expect(() => rankedMerges(parseRanks(file('YQ== 0\n'), 'x'))).toThrow('1 of the 256 single bytes')
  })
})
