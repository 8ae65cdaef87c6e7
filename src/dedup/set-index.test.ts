import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jaccard } from './jaccard.ts'
import { SetIndex } from './set-index.ts'
import { SetOutline } from './set-outline.ts'
import { UnionFind } from './union-find.ts'

/** Few numbers, far apart, so that sets overlap and numbers do not lie in one slot. */
const numbers = fc.nat(30).map((each) => Math.floor(((each * 0.618) % 1) * 2 ** 53))
const sets = fc.array(
  fc.uniqueArray(numbers, { minLength: 1, maxLength: 14 }).map((each) => Float64Array.from(each).sort()),
  { minLength: 2, maxLength: 40 },
)
const thresholds = fc.constantFrom(1e-9, 0.2, 0.5, 2 / 3, 0.75, 0.8, 0.9, 1)
const EMPTY = new Float64Array(0)

function near(all: readonly Float64Array[], threshold: number): Set<string> {
  const found = new Set<string>()
  for (const [b, y] of all.entries())
    for (const [a, x] of all.slice(0, b).entries()) if (jaccard(x, y) >= threshold) found.add(`${a} ${b}`)
  return found
}

function indexOf(
  all: readonly Float64Array[],
  threshold: number,
  clusters: UnionFind,
  mostNoted: number,
): SetIndex {
  return new SetIndex({
    counted: [Uint32Array.from(all.keys())],
    count: all.length,
    set: (place) => all[place] ?? EMPTY,
    threshold,
    clusters,
    mostNoted,
  })
}

describe('an index of sets', () => {
  it('gives every near pair once, with room for notes and without', () => {
    fc.assert(
      fc.property(sets, thresholds, fc.constantFrom(0, 20, 1000), (all, threshold, mostNoted) => {
        const clusters = new UnionFind(all.length)
        const index = indexOf(all, threshold, clusters, mostNoted)
        const asked: string[] = []
        const found = new Set<string>()
        for (const [place, set] of all.entries()) {
          const meets = (earlier: number): boolean => {
            asked.push(`${earlier} ${place}`)
            if (jaccard(all[earlier] ?? EMPTY, set) < threshold) return false
            found.add(`${earlier} ${place}`)
            clusters.union(earlier, place)
            return true
          }
          index.meet(place, meets, true)
        }
        expect(found).toEqual(near(all, threshold))
        expect(new Set(asked).size).toBe(asked.length)
      }),
    )
  })

  it('brings together what all near pairs would, where clusters pass each other over', () => {
    fc.assert(
      fc.property(sets, thresholds, fc.constantFrom(0, 20, 1000), (all, threshold, mostNoted) => {
        const clusters = new UnionFind(all.length)
        const index = indexOf(all, threshold, clusters, mostNoted)
        for (const [place, set] of all.entries()) {
          const meets = (earlier: number): boolean => {
            if (jaccard(all[earlier] ?? EMPTY, set) < threshold) return false
            clusters.union(earlier, place)
            return true
          }
          index.meet(place, meets, false)
        }
        const wanted = new UnionFind(all.length)
        for (const pair of near(all, threshold)) {
          const [a = 0, b = 0] = pair.split(' ').map(Number)
          wanted.union(a, b)
        }
        const roots = (of: UnionFind): number[] => [...all.keys()].map((place) => of.find(place))
        expect(roots(clusters)).toEqual(roots(wanted))
      }),
    )
  })
})

describe('outlines of sets', () => {
  it('refuse no near pair, and most others', () => {
    let [refused, far] = [0, 0]
    fc.assert(
      fc.property(sets, thresholds, (all, threshold) => {
        const outline = new SetOutline(all.length, threshold)
        for (const [place, set] of all.entries()) outline.add(place, set)
        for (const [b, y] of all.entries()) {
          for (const [a, x] of all.slice(0, b).entries()) {
            const maybe = outline.mayBeNear(a, b)
            if (jaccard(x, y) >= threshold) expect(maybe).toBe(true)
            else if (threshold >= 0.5) {
              far++
              if (!maybe) refused++
            }
          }
        }
      }),
    )
    expect(refused / far).toBeGreaterThan(0.8)
  })
})
