import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GPT3_MIXTURE, planMixture } from './mixture.ts'

const by = (mixture: ReturnType<typeof planMixture>, name: string) => {
  const found = mixture.shares.find((share) => share.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

describe('planMixture', () => {
  it('divides weights by their sum: GPT-3’s add to 1.01', () => {
    const mixture = planMixture([...GPT3_MIXTURE], { budget: 300e9 })
    const sum = GPT3_MIXTURE.reduce((all, { weight }) => all + weight, 0)
    expect(sum).toBeCloseTo(1.01, 10)
    for (const { name, weight, tokens } of GPT3_MIXTURE) {
      const share = by(mixture, name)
      expect(share.share).toBeCloseTo(weight / 1.01, 10)
      expect(share.epochs).toBeCloseTo((300e9 * weight) / 1.01 / tokens, 9)
    }
    // By the rounded weights, before they are divided; two of the published epochs are others (2.9 and 3.4).
    const undivided = GPT3_MIXTURE.map(({ weight, tokens }) => ((300e9 * weight) / tokens).toFixed(3))
    expect(undivided).toEqual(['0.439', '3.474', '2.000', '0.436', '3.000'])
    expect(by(mixture, 'webtext').repeated).toBeCloseTo(1 - 1 / by(mixture, 'webtext').epochs, 12)
    expect(by(mixture, 'common-crawl').repeated).toBe(0)
  })

  it('takes epochs in place of weights', () => {
    const { sequences, shares } = planMixture([
      { name: 'a', tokens: 100, epochs: 3 },
      { name: 'b', tokens: 700, epochs: 1 },
    ])
    expect(sequences).toBe(1000)
    expect(shares.map(({ share }) => share)).toEqual([0.3, 0.7])
  })

  it('warns of many epochs', () => {
    const { warnings } = planMixture(
      [
        { name: 'small', tokens: 10, weight: 1 },
        { name: 'large', tokens: 1000, weight: 1 },
      ],
      { budget: 100 },
    )
    expect(warnings).toEqual([expect.stringContaining('small is seen 5.0 times')])
  })

  it('draws sources nearer to each other at a higher temperature', () => {
    const sources = [
      { name: 'a', tokens: 16e12 },
      { name: 'b', tokens: 1e12 },
    ]
    const ratio = (temperature: number) => {
      const [a, b] = planMixture(sources, { temperature }).shares
      return (a?.share ?? 0) / (b?.share ?? 1)
    }
    expect(ratio(1)).toBeCloseTo(16, 9)
    expect(ratio(2)).toBeCloseTo(4, 9)
    expect(ratio(Number.POSITIVE_INFINITY)).toBeCloseTo(1, 9)
  })

  it('is UniMax with equal weights and a limit of epochs', () => {
    const { shares, sequences } = planMixture(
      [
        { name: 'tiny', tokens: 10 },
        { name: 'middle', tokens: 100 },
        { name: 'large', tokens: 10_000 },
      ],
      { budget: 1000, temperature: Number.POSITIVE_INFINITY, maxEpochs: 4 },
    )
    expect(sequences).toBe(1000)
    // 333 each would be 33 epochs of the tiny one: 40 is its most, and the others share the rest: 480 each; 400 is the middle one's most.
    expect(shares.map(({ drawn }) => drawn)).toEqual([40, 400, 560])
  })

  it('says so where the budget cannot be reached', () => {
    const { sequences, warnings } = planMixture([{ name: 'a', tokens: 10 }], { budget: 100, maxEpochs: 2 })
    expect(sequences).toBe(20)
    expect(warnings[0]).toContain('20 tokens of the 100 wanted')
  })

  it.each([
    { epochs: 1, drawn: 1, repeated: 0, why: 'one sequence once, where the tokens would fill 1.75' },
    { epochs: 2, drawn: 2, repeated: 0.5, why: 'and twice' },
    { epochs: 1.5, drawn: 1, repeated: 0, why: 'half a sequence is none' },
  ])('counts in whole sequences: $why', ({ epochs, drawn, repeated }) => {
    const { shares, warnings } = planMixture([{ name: 's', tokens: 35_058, epochs }], { sequence: 20_000 })
    expect(shares).toEqual([
      { name: 's', tokens: 35_058, sequences: 1, weight: 1, drawn, share: 1, epochs: drawn, repeated },
    ])
    expect(warnings).toContain(
      's: the last 15058 of its 35058 tokens fill no sequence of 20000, and are never seen',
    )
  })

  it('keeps to a limit of epochs in whole sequences', () => {
    const sources = [
      { name: 'a', tokens: 35, weight: 1 },
      { name: 'b', tokens: 35, weight: 1 },
    ]
    const { shares, warnings } = planMixture(sources, { sequence: 20, maxEpochs: 1, budget: 100 })
    expect(shares.map(({ drawn, epochs, repeated }) => [drawn, epochs, repeated])).toEqual([
      [1, 1, 0],
      [1, 1, 0],
    ])
    expect(warnings.at(-1)).toBe('40 tokens of the 100 wanted: every source is at its most epochs')
  })

  it('gives what is left by the largest remainders, and says what is never seen', () => {
    const sources = [0.5, 0.3, 0.15, 0.05].map((weight, at) => ({ name: `${at}`, tokens: 1e6, weight }))
    const { shares, warnings } = planMixture(sources, { sequence: 1000, budget: 9_900 })
    // 4.95, 2.97, 1.485 and .495 of 9 sequences and nine tenths, which nobody sees.
    expect(shares.map(({ drawn }) => drawn)).toEqual([5, 3, 1, 0])
    expect(warnings).toEqual(['3 is never seen: 5.0 % of 9 sequences is less than one'])
  })

  it.each([
    [[], {}, 'no sources'],
    [[{ name: 'a', tokens: 0 }], {}, 'tokens 0'],
    [[{ name: 'a', tokens: 1, weight: -1 }], {}, 'weight -1'],
    [[{ name: 'a', tokens: 1, weight: 0 }], {}, 'every weight is 0'],
    [[{ name: 'a', tokens: 1, weight: 1, epochs: 1 }], {}, 'at once'],
    [
      [
        { name: 'a', tokens: 1, weight: 1 },
        { name: 'b', tokens: 1 },
      ],
      {},
      'b: no weight, which a has',
    ],
    [[{ name: 'a', tokens: 1, epochs: 1 }], { budget: 5 }, 'a budget and epochs at once'],
    [[{ name: 'a', tokens: 1 }], { budget: Number.NaN }, 'budget NaN'],
    [[{ name: 'a', tokens: 1 }], { sequence: 2 }, 'a has 1 tokens, less than a sequence of 2'],
  ])('refuses %j with %j', (sources, options, says) => {
    expect(() => planMixture(sources, options)).toThrow(says)
  })

  it('spends the budget, keeps to the limit, and keeps proportions below it, give or take a sequence', () => {
    const source = fc.record({
      tokens: fc.integer({ min: 7, max: 1e6 }),
      weight: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(
        fc.array(source, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 7, max: 1e7 }),
        fc.constantFrom(1, 7),
        (given, budget, sequence) => {
          const sources = given.map((each, at) => ({ ...each, name: `${at}` }))
          const mixture = planMixture(sources, { budget, maxEpochs: 3, sequence })
          const most = sources.reduce((sum, { tokens }) => sum + 3 * Math.floor(tokens / sequence), 0)
          expect(mixture.sequences).toBe(Math.min(Math.floor(budget / sequence), most))
          expect(mixture.shares.reduce((sum, { drawn }) => sum + drawn, 0)).toBe(mixture.sequences)
          for (const { epochs, drawn, sequences } of mixture.shares) {
            expect(Number.isInteger(drawn)).toBe(true)
            expect(epochs).toBeLessThanOrEqual(3)
            expect(epochs).toBe(drawn / sequences)
          }
          const below = mixture.shares.filter(({ drawn, sequences }) => drawn < 3 * sequences - 1)
          const each = below.map(({ drawn, weight }) => ({
            least: (drawn - 1) / weight,
            most: (drawn + 1) / weight,
          }))
          // One factor for all of them, by which weights are drawn.
          expect(Math.max(...each.map(({ least }) => least))).toBeLessThanOrEqual(
            Math.min(...each.map((range) => range.most)) + 1e-6,
          )
        },
      ),
    )
  })
})
