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
      expect(share.share).toBeCloseTo(weight / 1.01, 12)
      expect(share.epochs).toBeCloseTo((300e9 * weight) / 1.01 / tokens, 9)
    }
    // By the rounded weights, before they are divided; two of the published epochs are others (2.9 and 3.4).
    const undivided = GPT3_MIXTURE.map(({ weight, tokens }) => ((300e9 * weight) / tokens).toFixed(3))
    expect(undivided).toEqual(['0.439', '3.474', '2.000', '0.436', '3.000'])
    expect(by(mixture, 'webtext').repeated).toBeCloseTo(1 - 1 / by(mixture, 'webtext').epochs, 12)
    expect(by(mixture, 'common-crawl').repeated).toBe(0)
  })

  it('takes epochs in place of weights', () => {
    const { budget, shares } = planMixture([
      { name: 'a', tokens: 100, epochs: 3 },
      { name: 'b', tokens: 700, epochs: 1 },
    ])
    expect(budget).toBe(1000)
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
      { name: 'a', tokens: 16 },
      { name: 'b', tokens: 1 },
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
    const { shares, budget } = planMixture(
      [
        { name: 'tiny', tokens: 10 },
        { name: 'middle', tokens: 100 },
        { name: 'large', tokens: 10_000 },
      ],
      { budget: 1000, temperature: Number.POSITIVE_INFINITY, maxEpochs: 4 },
    )
    expect(budget).toBe(1000)
    // 333 each would be 33 epochs of the tiny one: 40 is its most, and the others share the rest: 480 each; 400 is the middle one's most.
    expect(shares.map(({ drawn }) => drawn)).toEqual([40, 400, 560])
  })

  it('says so where the budget cannot be reached', () => {
    const { budget, warnings } = planMixture([{ name: 'a', tokens: 10 }], { budget: 100, maxEpochs: 2 })
    expect(budget).toBe(20)
    expect(warnings[0]).toContain('20 tokens of the 100 wanted')
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
  ])('refuses %j with %j', (sources, options, says) => {
    expect(() => planMixture(sources, options)).toThrow(says)
  })

  it('spends the budget, keeps to the limit, and keeps proportions below it', () => {
    const source = fc.record({
      tokens: fc.integer({ min: 1, max: 1e6 }),
      weight: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(
        fc.array(source, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 1e7 }),
        (given, budget) => {
          const sources = given.map((each, at) => ({ ...each, name: `${at}` }))
          const mixture = planMixture(sources, { budget, maxEpochs: 3 })
          const most = sources.reduce((sum, { tokens }) => sum + 3 * tokens, 0)
          expect(mixture.budget).toBeCloseTo(Math.min(budget, most), 3)
          const below = mixture.shares.filter(({ epochs }) => epochs < 3 - 1e-9)
          for (const { epochs } of mixture.shares) expect(epochs).toBeLessThanOrEqual(3 + 1e-9)
          for (const { drawn, weight } of below)
            expect(drawn / weight).toBeCloseTo((below[0]?.drawn ?? 0) / (below[0]?.weight ?? 1), 3)
        },
      ),
    )
  })
})
