import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { runSpans, tokensOf, withoutRepeats } from '../../../test/repeated-runs.ts'
import { documentOf } from '../../../test/webtext-documents.ts'
import type { Meta } from '../../model/document.ts'
import { dedupSubstring } from './dedup-substring.ts'

const words = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `word${from + at}`).join(' ')
const run = (texts: readonly string[], options: object = {}, metas: readonly Meta[] = []) =>
  runSpans(
    dedupSubstring,
    options,
    texts.map((text, at) => documentOf(text, metas[at])),
  )
/** Text of each document, or `undefined` where it was dropped. */
const rest = (...given: Parameters<typeof run>) =>
  run(...given).map((result) => ('drop' in result ? undefined : result[0]?.text))
const left = (...given: Parameters<typeof run>) => rest(...given).map((text) => tokensOf(text ?? ''))

beforeAll(() => dedupSubstring.load?.(dedupSubstring.options.parse({})))

describe('dedup-substring', () => {
  it('takes out a repeat to the word, and leaves the rest as it was', () => {
    const passage = words(50)
    const texts = [`Before. ${passage}. After!`, `Other start.\n\n“${passage.toUpperCase()}.”\n\nOther  end.`]
    expect(rest(texts)).toEqual([texts[0], 'Other start.\n\nOther  end.'])
    expect(run(texts)[1]).toMatchObject([
      { signals: { repeats: 1, repeatedRatio: 50 / 54, removed: passage.length + 5 } },
    ])
    expect(rest(texts, { caseFold: false })).toEqual(texts)
    expect(rest(texts, { minTokens: 51 })).toEqual(texts)
  })

  it('takes out the union of what several documents have', () => {
    const texts = [words(60, 0), words(60, 100), `${words(60, 0)} ${words(60, 100)} end`, `${words(50, 5)} x`]
    expect(rest(texts)).toEqual([texts[0], texts[1], 'end', 'x'])
  })

  it('finds a repeat within a document', () => {
    expect(rest([`${words(55)} and ${words(55)}`])).toEqual([`${words(55)} and`])
  })

  it('drops what is left too short, or whole documents when asked', () => {
    const texts = [words(60), `${words(60)} ${words(40, 100)}`]
    expect(rest(texts)).toEqual([texts[0], words(40, 100)])
    expect(run(texts, { minLeft: 41 })[1]).toMatchObject({
      drop: 'duplicate-substring',
      detail: expect.stringContaining('41 are needed'),
    })
    expect(rest(texts, { minLeft: 40 })).toEqual([texts[0], words(40, 100)])
    expect(rest(texts, { remove: 'document' })).toEqual([texts[0], undefined])
    expect(rest(texts, { remove: 'document', minRatio: 0.6 })).toEqual([texts[0], undefined])
    expect(run(texts, { remove: 'document', minRatio: 0.61 })[1]).toMatchObject([
      { text: texts[1], signals: { repeats: 1, repeatedRatio: 0.6, removed: 0 } },
    ])
    expect(run([words(60), words(60)])[1]).toMatchObject({
      drop: 'duplicate-substring',
      signals: { repeatedRatio: 1 },
    })
  })

  it('leaves none of the copies when asked', () => {
    const texts = [`one ${words(60)}`, `${words(60)} two`, words(49)]
    expect(rest(texts, { keep: 'none' })).toEqual(['one', 'two', texts[2]])
  })

  it('keeps to a scope', () => {
    const texts = [words(60), words(60), words(60)]
    const metas = ['a', 'b', 'a'].map((dump) => ({ dump }))
    expect(rest(texts, { within: 'dump' }, metas)).toEqual([texts[0], texts[1], undefined])
  })

  it('agrees with brute force on any texts', () => {
    const piece = fc.constantFrom('a', 'B', 'b', 'é', 'c', '字', '語', '𝒜', 'ς', 'Σ', '7')
    const gap = fc.constantFrom(' ', ' ', '. ', '\n\n', ' — ', ' 😀')
    const text = fc.array(fc.tuple(piece, gap), { maxLength: 60 }).map((pieces) => pieces.flat().join(''))
    const copied = fc
      .tuple(fc.array(text, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }))
      // Some texts are parts of others, put between others still.
      .map(([texts, cuts]) => [
        ...texts,
        ...cuts.map((cut) => {
          const [from, to, other] = [cut, cut >> 3, cut >> 6].map((at) => texts[at % texts.length] ?? '')
          return `${to?.slice(0, cut % 11)} ${from?.slice(cut % 7)} ${other}`
        }),
      ])
    let removed = 0
    fc.assert(
      fc.property(copied, fc.integer({ min: 4, max: 15 }), (texts, minTokens) => {
        const expected = withoutRepeats(texts, minTokens)
        expect(left(texts, { minTokens })).toEqual(expected)
        removed += texts.reduce(
          (sum, each, at) => sum + tokensOf(each).length - (expected[at]?.length ?? 0),
          0,
        )
      }),
      { numRuns: 500 },
    )
    expect(removed).toBeGreaterThan(1000)
  })

  it.each([
    ['one word', () => 'the '.repeat(30_000), 1],
    ['a phrase', () => 'to be or not '.repeat(10_000), 4],
    ['fewer tokens than a run', () => 'a b c '.repeat(16), 48],
    ['no word', () => '... — !\n'.repeat(1000), 0],
  ])('ends in time on a text of %s', (_, text, kept) => {
    expect(left([text()])[0]?.length).toBe(kept)
  })

  it('reads a document again for few windows', () => {
    const options = dedupSubstring.options.parse({})
    const document = documentOf(words(10_000))
    const picks = dedupSubstring.narrow?.(options)(document)
    const count = picks?.numbers.length ?? 0
    // One in (50 - 25 + 2) / 2 tokens starts a pick, where tokens are random.
    expect(count).toBeGreaterThan(600)
    expect(count).toBeLessThan(900)
    const parts = dedupSubstring.parts(options)
    expect(parts(document, Uint32Array.of()).numbers.length).toBe(0)
    const [pick = 0] = picks?.numbers.slice(10, 11) ?? []
    const { numbers } = parts(document, Uint32Array.of(pick))
    expect(numbers.length).toBeGreaterThan(0)
    expect(numbers.length).toBeLessThanOrEqual(26)
    expect(parts(document, picks?.numbers ?? Uint32Array.of()).numbers.length).toBe(10_000 - 49)
  })
})
