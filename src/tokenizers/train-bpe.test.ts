import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLevelJson, TRAINING_PATTERNS } from './hugging-face/byte-level-json.ts'
import { huggingFaceTokenizer } from './hugging-face/tokenizer-json.ts'
import { trainBpe } from './train-bpe.ts'
import { WordCounts } from './word-counts.ts'

const texts = JSON.parse(readFileSync('test/golden/tokens/texts.json', 'utf8')) as string[]
const golden = readFileSync('test/golden/tokens/trained.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(
    (line) =>
      JSON.parse(line) as {
        pattern: keyof typeof TRAINING_PATTERNS
        vocabulary: number
        minFrequency: number
        merges: string[]
      },
  )
const SPECIAL = ['<|endoftext|>']

function wordsOf(
  pattern: keyof typeof TRAINING_PATTERNS,
  of: readonly string[],
): ReadonlyMap<string, number> {
  const words = new WordCounts(TRAINING_PATTERNS[pattern])
  for (const text of of) words.add(text)
  return words.counts
}

describe.each(golden)(
  '$pattern, $vocabulary tokens seen $minFrequency times',
  ({ pattern, vocabulary, minFrequency, merges }) => {
    const options = { vocabularySize: vocabulary, special: SPECIAL, minFrequency }
    const trained = trainBpe(wordsOf(pattern, texts), options)

    it('learns the merges of the trainer of tokenizers', () => {
      expect(merges.length).toBeGreaterThan(20)
      expect(trained.merges.map((pair) => pair.join(' '))).toEqual(merges)
    })

    it('does not depend on the order of texts', () => {
      expect(trainBpe(wordsOf(pattern, texts.toReversed()), options)).toEqual(trained)
    })

    it('writes what is read again, and counts its tokens', () => {
      const tokenizer = huggingFaceTokenizer('x', Buffer.from(byteLevelJson(trained, SPECIAL, pattern)))
      expect(tokenizer.vocabularySize).toBe(trained.tokens.length)
      expect(tokenizer.endOfText).toBe(0)
      const ids = texts.map((text) => tokenizer.encode(text))
      expect(ids.reduce((sum, { length }) => sum + length, 0)).toBe(trained.wordTokens)
      for (const [at, text] of texts.entries())
        expect(tokenizer.decode(ids[at] ?? [])).toBe(text.toWellFormed())
    })
  },
)

describe('merges', () => {
  const merges = (
    counts: Record<string, number>,
    more: Partial<Parameters<typeof trainBpe>[1]> = {},
  ): string[] =>
    trainBpe(new Map(Object.entries(counts)), {
      vocabularySize: 1000,
      special: [],
      minFrequency: 1,
      ...more,
    }).merges.map((pair) => pair.join(' '))

  it.each([
    [{ ab: 2, cd: 3 }, ['c d', 'a b'], 'what is seen more goes first'],
    [{ cd: 2, ab: 2 }, ['a b', 'c d'], 'of equals, the lower left token'],
    [{ ac: 2, ab: 2 }, ['a b', 'a c'], 'and then the lower right one'],
    [{ aaa: 1 }, ['a a', 'aa a'], 'a run is joined from its left'],
    [{ a: 9 }, [], 'a single letter has no neighbour'],
  ])('%j gives %j: %s', (counts, expected, why) => expect(merges(counts), why).toEqual(expected))

  it('end where a pair is too rare, or the vocabulary is full', () => {
    expect(merges({ ab: 3, cd: 2 }, { minFrequency: 3 })).toEqual(['a b'])
    expect(merges({ ab: 3, cd: 2 }, { vocabularySize: 257 })).toEqual(['a b'])
  })

  it('make of every word what its count says, however words overlap', () => {
    const word = fc
      .array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 12 })
      .map((each) => each.join(''))
    fc.assert(
      fc.property(fc.dictionary(word, fc.integer({ min: 1, max: 5 }), { maxKeys: 8 }), (counts) => {
        const words = new Map(Object.entries(counts))
        const trained = trainBpe(words, { vocabularySize: 300, special: [], minFrequency: 1 })
        // Nothing that is seen is left apart: each word is one token.
        const whole = [...words.values()].reduce((sum, count) => sum + count, 0)
        expect(trained.wordTokens).toBe(whole)
      }),
    )
  })

  it('have no room below 256 bytes', () => {
    expect(() => merges({}, { vocabularySize: 256, special: ['<x>'] })).toThrow(/expected 257 to/)
  })
})
