import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlaceBuckets } from './place-buckets.ts'

const lists = fc.array(fc.array(fc.nat(9), { minLength: 2, maxLength: 6 }), { maxLength: 12 })

function bucketsOf(given: readonly (readonly number[])[]): { starts: Uint32Array; rows: Uint32Array } {
  const starts = [0]
  for (const { length } of given) starts.push((starts.at(-1) ?? 0) + length)
  return { starts: Uint32Array.from(starts), rows: Uint32Array.from(given.flat()) }
}

function listed(buckets: PlaceBuckets): readonly (readonly number[])[] {
  return Array.from({ length: buckets.length }, (_, at) => [...buckets.at(at)])
}

describe('buckets of places', () => {
  it('are sets of two and more, in the order of what is in them', () => {
    fc.assert(
      fc.property(lists, fc.nat(7), (given, most) => {
        const sets = given
          .map((list) => [...new Set(list)].sort((a, b) => a - b))
          .filter(({ length }) => length > 1)
          .sort((a, b) => {
            if (a.length > most !== b.length > most) return a.length > most ? -1 : 1
            const at = a.findIndex((place, index) => place !== b[index])
            return at === -1 || b[at] === undefined ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? 0)
          })
        const once = sets.filter((set, at) => String(set) !== String(sets[at - 1]))
        const buckets = new PlaceBuckets(bucketsOf(given), 10, most)
        expect(listed(buckets)).toEqual(once)
        expect(buckets.large).toBe(once.filter(({ length }) => length > most).length)
        for (let a = 0; a < 10; a++) {
          const mine = once.findIndex((set) => set.includes(a))
          expect(buckets.firstOf(a)).toBe(mine < 0 ? once.length : mine)
          for (let b = 0; b < 10; b++) {
            const both = once.flatMap((set, at) => (set.includes(a) && set.includes(b) ? [at] : []))
            expect(buckets.firstShared(a, b)).toBe(both[0] ?? once.length)
            expect(buckets.firstShared(a, b, 2)).toBe(both.find((at) => at >= 2) ?? once.length)
          }
        }
      }),
    )
  })

  it('there may be none', () => {
    expect(new PlaceBuckets(bucketsOf([]), 0, 9).length).toBe(0)
  })
})
