import { describe, expect, it } from 'vitest'
import { randomOf } from '../../test/rule-texts.ts'
import { unitVector } from './embedding.ts'
import { bandsFor, Hyperplanes, meetingChance, sideChance } from './hyperplanes.ts'

/** Pairs of vectors of one cosine, in random directions. */
function pairs(count: number, dimensions: number, cosine: number, seed: number) {
  const random = randomOf(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const draw = () => unitVector(Array.from({ length: dimensions }, normal)) ?? new Float64Array(dimensions)
  return Array.from({ length: count }, () => {
    const [a, other] = [draw(), draw()]
    const along = a.reduce((sum, each, at) => sum + each * (other[at] ?? 0), 0)
    const across = unitVector(Array.from(other, (each, at) => each - along * (a[at] ?? 0))) ?? other
    const b = a.map((each, at) => cosine * each + Math.sqrt(1 - cosine ** 2) * (across[at] ?? 0))
    return [a, b] as const
  })
}

const shared = (a: Uint32Array, b: Uint32Array): number =>
  a.filter((_, at) => at % 2 === 0 && a[at] === b[at] && a[at + 1] === b[at + 1]).length

describe('hyperplanes', () => {
  it.each([
    [3, 0.95],
    [64, 0.3],
    [64, 0.95],
    [384, 0.9],
  ])('part vectors of %d dimensions as often as theory says, at a cosine of %d', (dimensions, cosine) => {
    const spec = { bands: 256, bits: 1 }
    const planes = new Hyperplanes(spec)
    const drawn = pairs(300, dimensions, cosine, 5).map(([a, b]) => shared(planes.keys(a), planes.keys(b)))
    const ratio = drawn.reduce((sum, each) => sum + each, 0) / (256 * drawn.length)
    expect(Math.abs(ratio - sideChance(cosine))).toBeLessThan(0.01)
  })

  it.each([
    [0.95, 20, 0.99],
    [0.9, 16, 0.95],
    [0.99, 24, 0.99],
  ])('bring pairs at %d together by keys of %d bits with the chance %d', (threshold, bits, recall) => {
    const spec = { bits, bands: bandsFor(threshold, bits, recall) }
    expect(meetingChance(threshold, spec)).toBeGreaterThanOrEqual(recall)
    expect(meetingChance(threshold, { ...spec, bands: spec.bands - 1 })).toBeLessThan(recall)
    const planes = new Hyperplanes(spec)
    for (const cosine of [threshold, threshold - 0.1]) {
      const all = pairs(1000, 48, cosine, 9)
      const met = all.filter(([a, b]) => shared(planes.keys(a), planes.keys(b)) > 0).length
      expect(Math.abs(met / all.length - meetingChance(cosine, spec))).toBeLessThan(0.05)
    }
  })

  it('give the keys that they gave alone, whatever vectors came before', () => {
    const [long = new Float64Array(1), short = new Float64Array(1)] = [40, 9].map(
      (dimensions) => pairs(1, dimensions, 0, dimensions)[0]?.[0],
    )
    const spec = { bands: 6, bits: 16 }
    const planes = new Hyperplanes(spec)
    const before = planes.keys(short)
    expect(new Hyperplanes(spec).keys(long)).toEqual(planes.keys(long))
    expect(planes.keys(short)).toEqual(before)
  })

  it('share no key between dimensions', () => {
    const planes = new Hyperplanes({ bands: 300, bits: 2 })
    expect(shared(planes.keys(Float64Array.of(1, 0)), planes.keys(Float64Array.of(1, 0, 0)))).toBe(0)
  })

  it('need one band where only the same direction is a copy', () => {
    expect(bandsFor(1, 32, 0.999)).toBe(1)
  })
})
