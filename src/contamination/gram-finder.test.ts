import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gramsByHand } from '../../test/decontaminated-by-hand.ts'
import type { EvaluationSet } from './evaluation-set.ts'
import { GramFinder } from './gram-finder.ts'

const setOf = (name: string, texts: readonly (readonly string[])[]): EvaluationSet => ({
  name,
  items: texts.map((each, at) => ({ id: `${name}-${at}`, number: at + 1, texts: each })),
})

describe('GramFinder', () => {
  const word = fc.constantFrom('a', 'b', 'A.', 'c', 'É', 'e\u0301', '…', '漢')
  const text = (maxLength: number) => fc.array(word, { maxLength }).map((words) => words.join(' '))

  it('finds the grams that a text shares with examples, each where it is, and names the examples', () => {
    let found = 0
    fc.assert(
      fc.property(
        fc.array(fc.array(text(10), { maxLength: 3 }), { maxLength: 4 }),
        text(30),
        fc.integer({ min: 1, max: 4 }),
        (examples, document, n) => {
          const sets = [setOf('one', examples.slice(0, 2)), setOf('two', examples.slice(2))]
          const finder = new GramFinder(sets, n)
          const { starts, grams } = finder.find(document)
          const wanted = new Set(examples.flat().flatMap((each) => gramsByHand(each, n)))
          const shared = gramsByHand(document, n).filter((gram) => wanted.has(gram))
          expect([...grams].map((gram) => finder.wordsOf(gram).join(' '))).toEqual(shared)
          expect([...starts].map((start) => gramsByHand(document.slice(start), n)[0])).toEqual(shared)
          for (const gram of grams) {
            const name = finder.wordsOf(gram).join(' ')
            const sources = finder.sources(gram)
            const having = sets
              .flatMap(({ items }) => items)
              .filter(({ texts }) => texts.some((each) => gramsByHand(each, n).includes(name)))
            expect(sources.map(({ item }) => item)).toEqual(having)
            for (const { set, item, text: at, word: first } of sources) {
              expect(gramsByHand(item.texts[at] ?? '', n)[first]).toBe(name)
              expect(finder.wordsAt({ set: set.name, number: item.number, text: at, word: first })).toEqual(
                finder.wordsOf(gram),
              )
            }
          }
          const short = sets.map((set) => finder.short.get(set) ?? 0)
          expect(short).toEqual(
            sets.map(
              ({ items }) =>
                items.filter(({ texts }) => texts.every((each) => gramsByHand(each, n).length === 0)).length,
            ),
          )
          found += shared.length
        },
      ),
    )
    expect(found).toBeGreaterThan(100)
  })

  it('takes very many examples, very long ones, and a text that repeats one gram', () => {
    const many = setOf(
      'many',
      Array.from({ length: 100_000 }, (_, at) => [`the question with the number ${at} is this one`]),
    )
    const long = setOf('long', [[Array.from({ length: 300_000 }, (_, at) => `w${at % 70_001}`).join(' ')]])
    const finder = new GramFinder([many, long], 8)
    expect(finder.size).toBe(2 * 100_000 + 300_000 - 7)
    const { grams } = finder.find(
      `so the question with the number 77777 is this one ${'w5 w6 w7 w8 w9 w10 w11 w12 '.repeat(2)}`,
    )
    expect([...grams].map((gram) => finder.sources(gram)[0]?.item.id)).toEqual([
      'many-77777',
      'many-77777',
      'long-0',
      'long-0',
    ])
    const boilerplate = new GramFinder(
      [
        setOf(
          'same',
          Array.from({ length: 100_000 }, () => ['a b c d e f g h']),
        ),
      ],
      8,
    )
    expect(boilerplate.sources(boilerplate.find('a b c d e f g h').grams[0] ?? 0, 3)).toHaveLength(3)
    expect(boilerplate.find('a b c d e f g h '.repeat(1000)).grams).toHaveLength(1000)
  })
})
