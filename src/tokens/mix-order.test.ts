import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK, MixOrder } from './mix-order.ts'
import { permutation } from './permutation.ts'

describe('permutation', () => {
  it.each([1, 2, 3, 7, 64, 1000, 4097])('of %i numbers gives each once', (size) => {
    const order = permutation(size, 42)
    const seen = new Set(Array.from({ length: size }, (_, at) => order(at)))
    expect(seen.size).toBe(size)
    expect(Math.max(...seen)).toBe(size - 1)
  })

  it('reaches far beyond 32 bits', () => {
    const order = permutation(2 ** 40, 1)
    const values = Array.from({ length: 1000 }, (_, at) => order(at))
    expect(new Set(values).size).toBe(1000)
    expect(Math.max(...values)).toBeGreaterThan(2 ** 39)
    for (const value of values)
      expect(Number.isSafeInteger(value) && value >= 0 && value < 2 ** 40).toBe(true)
  })

  it('is another for another seed, and leaves no neighbours', () => {
    const [one, other] = [permutation(10_000, 1), permutation(10_000, 2)]
    let [same, neighbours] = [0, 0]
    for (let at = 0; at < 9_999; at++) {
      if (one(at) === other(at)) same++
      if (Math.abs(one(at) - one(at + 1)) === 1) neighbours++
    }
    expect(same).toBeLessThan(10)
    expect(neighbours).toBeLessThan(10)
  })

  it('refuses what it has no numbers for', () => {
    for (const size of [0, -1, 1.5, 2 ** 49]) expect(() => permutation(size, 0)).toThrow('expected 1 to 2^48')
  })
})

describe('MixOrder', () => {
  const SOURCES = [
    { sequences: 4000, drawn: 3000 },
    { sequences: 100, drawn: 370 },
    { sequences: 50, drawn: 0 },
    { sequences: 999, drawn: 999 },
  ]
  const order = new MixOrder(SOURCES, 7)
  const all = Array.from({ length: order.length }, (_, place) => order.at(place))

  it('draws of each source as often as it should, and no sequence again before all others', () => {
    expect(order.length).toBe(4369)
    for (const [source, { sequences, drawn }] of SOURCES.entries()) {
      const own = all.filter((each) => each.source === source)
      expect(own.length).toBe(drawn)
      const times = new Map<number, number>()
      for (const { sequence, epoch } of own) {
        expect(times.get(sequence) ?? 0).toBe(epoch)
        times.set(sequence, epoch + 1)
      }
      const counts = [...times.values()]
      if (drawn > 0) expect(Math.max(...counts)).toBe(Math.ceil(drawn / sequences))
      if (drawn >= sequences) expect(Math.min(...counts)).toBe(Math.floor(drawn / sequences))
    }
  })

  it('has the shares of the whole in every block, give or take one', () => {
    for (let from = 0; from + BLOCK <= order.length; from += BLOCK) {
      for (const [source, { drawn }] of SOURCES.entries()) {
        const own = all.slice(from, from + BLOCK).filter((each) => each.source === source).length
        expect(Math.abs(own - (drawn / order.length) * BLOCK)).toBeLessThan(1 + 1e-6)
      }
    }
  })

  it('mixes within a block', () => {
    const runs = all
      .slice(0, BLOCK)
      .filter((each, at) => at > 0 && each.source !== all[at - 1]?.source).length
    // By chance neighbours are of different sources as often as two draws are: here about half of them.
    expect(runs).toBeGreaterThan(BLOCK * 0.3)
  })

  it('is taken up anywhere, in any order, with the same sequences', () => {
    const other = new MixOrder(SOURCES, 7)
    for (const place of [4368, 0, 2048, 17, 1023, 1024, 4000]) expect(other.at(place)).toEqual(all[place])
    expect(new MixOrder(SOURCES, 8).at(0)).not.toEqual(all[0])
    expect(() => order.at(4369)).toThrow('place 4369')
  })

  it('is a law of any sources', () => {
    const source = fc.record({
      sequences: fc.integer({ min: 1, max: 400 }),
      drawn: fc.integer({ min: 0, max: 1500 }),
    })
    fc.assert(
      fc.property(fc.array(source, { minLength: 1, maxLength: 5 }), fc.nat(), (sources, seed) => {
        const mix = new MixOrder(sources, seed)
        const counts = sources.map(() => new Map<number, number>())
        for (let place = 0; place < mix.length; place++) {
          const found = mix.at(place)
          const own = counts[found.source]
          own?.set(found.sequence, (own.get(found.sequence) ?? 0) + 1)
        }
        for (const [at, { sequences, drawn }] of sources.entries()) {
          const times = [...(counts[at]?.values() ?? [])]
          expect(times.reduce((sum, count) => sum + count, 0)).toBe(drawn)
          expect(times.every((count) => count <= Math.ceil(drawn / sequences))).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })
})
