import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buckets } from './buckets.ts'
import { type ClusterOptions, clusters, type Member } from './clusters.ts'
import { jaccard } from './jaccard.ts'
import { setDigest } from './set-digest.ts'

const setOf = (...numbers: readonly number[]) => Float64Array.from(new Set(numbers)).sort()
const run = (from: number, length: number) => Array.from({ length }, (_, at) => from + at)

/** One bucket of all, unless others are given. */
function decide(
  sets: readonly Float64Array[],
  given: Partial<ClusterOptions> & {
    readonly members?: readonly Partial<Member>[]
    readonly buckets?: readonly number[][]
  } = {},
) {
  const { members = [], buckets: lists = [sets.map((_, at) => at)], ...options } = given
  const starts = [0]
  for (const list of lists) starts.push((starts.at(-1) ?? 0) + list.length)
  return clusters(
    sets.map((_, at) => ({
      id: `d${String(at).padStart(6, '0')}`,
      rank: 0,
      level: 0,
      scope: '',
      ...members[at],
    })),
    { starts: Uint32Array.from(starts), rows: Uint32Array.from(lists.flat()) },
    {
      threshold: 0.8,
      shingles: (member) => sets[member] ?? setOf(),
      digest: (member) => setDigest(sets[member] ?? setOf()),
      ...options,
    },
  )
}

const copiesOf = (result: ReturnType<typeof clusters>) =>
  Object.fromEntries(result.copies.map(({ member, of }) => [member, of]))

describe('clusters', () => {
  it('compares candidates, and keeps the smallest id of near copies', () => {
    const sets = [setOf(...run(0, 10)), setOf(...run(1, 10)), setOf(...run(5, 10))]
    const result = decide(sets)
    expect(result.copies).toEqual([{ member: 1, of: 0, similarity: 9 / 11 }])
    expect([...result.survivors]).toEqual([[0, 2]])
  })

  it('takes every candidate for a near copy where nothing is to be compared', () => {
    const result = decide([setOf(1), setOf(2), setOf(3)], {
      threshold: undefined,
      buckets: [
        [0, 1],
        [2, 1],
      ],
      shingles: () => {
        throw new Error('asked for shingles')
      },
    })
    expect(result.copies).toEqual([
      { member: 1, of: 0, similarity: undefined },
      { member: 2, of: 0, similarity: undefined },
    ])
  })

  it('lets others link two documents, and says how similar they are themselves', () => {
    const sets = [setOf(...run(0, 20)), setOf(...run(2, 20)), setOf(...run(4, 20))]
    const { copies } = decide(sets)
    expect(copies.map(({ similarity }) => similarity)).toEqual([18 / 22, 16 / 24])
  })

  it('keeps the highest rank', () => {
    const same = setOf(1, 2)
    expect(copiesOf(decide([same, same, same], { members: [{}, { rank: 2 }, { rank: 2 }] }))).toEqual({
      0: 1,
      2: 1,
    })
  })

  it('lets older documents win, and links them by no younger one', () => {
    const sets = [setOf(...run(0, 20)), setOf(...run(4, 20)), setOf(...run(2, 20)), setOf(...run(6, 20))]
    const members = [{ level: 1 }, { level: 1 }, { level: 2 }, { level: 3, rank: 9 }]
    // 2 is similar to both of level 1, which stay; 3 is similar to 1, whose cluster 2 has joined with that of 0.
    expect(copiesOf(decide(sets, { members }))).toEqual({ 2: 0, 3: 0 })
  })

  it('tells every pair at the threshold, once, and no other', () => {
    const sets = [setOf(...run(0, 9)), setOf(...run(0, 10)), setOf(...run(1, 10)), setOf(...run(0, 9))]
    const told: unknown[] = []
    const result = decide(sets, {
      buckets: [
        [0, 1, 2, 3],
        [3, 1, 0],
        [2, 1],
      ],
      pair: (a, b, similarity) => told.push([a, b, similarity]),
    })
    expect(told.sort()).toEqual([
      [0, 1, 0.9],
      [0, 3, 1],
      [1, 2, 9 / 11],
      [1, 3, 0.9],
    ])
    expect(copiesOf(result)).toEqual({ 1: 0, 2: 0, 3: 0 })
  })

  it('costs as many comparisons as documents, however large a cluster is', () => {
    const sets = run(0, 20_000).map((at) => setOf(...run(0, 100), 1000 + at))
    const { copies, compared } = decide(sets)
    expect(copies.length).toBe(19_999)
    expect(compared).toBeLessThan(20_000)
    const different = run(0, 2000).map((at) => setOf(...run(at * 10, 10)))
    expect(decide(different).compared).toBeLessThan(2000 * 128)
  })

  it('is exact in buckets of any size, whatever the ids, and changed by no telling of pairs', () => {
    const rows = fc.array(
      fc.record({
        base: fc.nat(40),
        without: fc.nat(11),
        more: fc.nat(3),
        rank: fc.nat(2),
        level: fc.nat(2),
        inFirst: fc.boolean(),
        inSecond: fc.boolean(),
      }),
      { minLength: 200, maxLength: 400 },
    )
    let met = 0
    fc.assert(
      fc.property(rows, fc.nat(), (given, turn) => {
        // Families that overlap, so that chains of near copies cross them.
        const all = given.map(({ base, without, more, rank, level }) => ({
          set: setOf(...run(base * 5, 12).filter((each) => each !== base * 5 + without), 5000 + more),
          rank,
          level,
        }))
        const sets = all.map(({ set }) => set)
        const firsts = new Map(all.map((_, at) => [String(sets[at]), at] as const).reverse())
        const place = (at: number): number => firsts.get(String(sets[at])) ?? at
        const inBucket = (which: 'inFirst' | 'inSecond'): number[] =>
          [...all.keys()].filter((at) => given[place(at)]?.[which] === true)
        const found = [inBucket('inFirst'), inBucket('inSecond'), ...equals(sets)]
        const wanted = expected(all, found)
        const result = decide(sets, { members: all, buckets: found })
        expect(copiesOf(result)).toEqual(wanted)
        met += result.copies.length

        const told: string[] = []
        const pair = (a: number, b: number, similarity: number): void => {
          told.push(`${Math.min(a, b)} ${Math.max(a, b)}`)
          expect(similarity).toBe(jaccard(sets[a] ?? setOf(), sets[b] ?? setOf()))
        }
        expect(copiesOf(decide(sets, { members: all, buckets: found, pair }))).toEqual(wanted)
        expect(new Set(told).size).toBe(told.length)
        expect(new Set(told)).toEqual(new Set([...told, ...nearPairs(sets, found)]))

        const ids = all.map((_, at) => `d${String((at * 7 + turn) % 1009).padStart(6, '0')}`)
        const sizes = (members: readonly Partial<Member>[]): unknown =>
          [...decide(sets, { members, buckets: found }).survivors.values()].sort((a, b) => a - b)
        expect(sizes(ids.map((id) => ({ id })))).toEqual(sizes([]))
      }),
      // Shrinking would take minutes, and a few hundred documents remain.
      { numRuns: 12, endOnFailure: true },
    )
    expect(met).toBeGreaterThan(100)
  })

  it('finds every near copy among thousands of unlike documents of one bucket, in few comparisons', () => {
    const words = (at: number, count: number): number[] =>
      run(0, count).map((word) => 1 + ((at * 7919 + word * 104_729) % 100_003))
    const sets = run(0, 3000).map((at) => setOf(0, ...words(at, 40)))
    for (let copy = 0; copy < 500; copy++)
      sets.push(setOf(0, ...words(copy * 5, 40).slice(0, 38), 200_000 + copy))
    const result = decide(sets)
    expect(result.copies.length).toBe(500)
    expect(result.compared).toBeLessThan(20_000)
  })

  it('tells of many equal sets only the pairs with the first, and of a few all', () => {
    const [many, few, other] = [setOf(...run(0, 20)), setOf(...run(1, 20)), setOf(...run(0, 19))]
    const sets = [...run(0, 6000).map(() => many), ...run(0, 100).map(() => few), other]
    const told: string[] = []
    decide(sets, { pair: (a, b) => told.push(`${a} ${b}`) })
    const wanted = [
      ...run(1, 5999).map((at) => `0 ${at}`),
      ...run(6000, 100).flatMap((a) => run(a + 1, 6099 - a).map((b) => `${a} ${b}`)),
      ...run(6000, 100).flatMap((few) => [`0 ${few}`, `${few} 6100`]),
      '0 6100',
    ]
    expect(told.sort()).toEqual(wanted.sort())
  })

  it('tells a large bucket of different sets in full', () => {
    const sets = run(0, 400).map((at) => setOf(...run(0, 100), 1000 + at))
    const told = new Set<number>()
    let count = 0
    const pair = (a: number, b: number): void => {
      count++
      told.add(a * 400 + b)
    }
    decide(sets, { pair, buckets: [run(0, 400), run(0, 300), run(0, 400)] })
    expect([count, told.size]).toEqual([(400 * 399) / 2, (400 * 399) / 2])
  })

  it('gives what a comparison of all pairs of a bucket gives, in any order', () => {
    const documents = fc.array(
      fc.record({
        set: fc.uint8Array({ minLength: 1, maxLength: 12, max: 14 }).map((numbers) => setOf(...numbers)),
        rank: fc.nat(2),
        level: fc.nat(2),
      }),
      { minLength: 2, maxLength: 24 },
    )
    const lists = fc.array(fc.array(fc.nat(23), { minLength: 2, maxLength: 24 }), { maxLength: 6 })
    fc.assert(
      fc.property(documents, lists, fc.nat(), (all, cut, turn) => {
        const size = all.length
        // Documents with one set have the same keys, and so are in the same buckets.
        const alike = (at: number): readonly number[] =>
          [...all.keys()].filter((other) => String(all[other]?.set) === String(all[at]?.set))
        const found = cut.map((list) => list.flatMap((each) => alike(each % size)))
        found.push(...[...all.keys()].map((at) => [...alike(at)]))
        const result = copiesOf(
          decide(
            all.map(({ set }) => set),
            { members: all, buckets: found },
          ),
        )
        expect(result).toEqual(expected(all, found))
        // The same documents under other numbers.
        const moved = all.map((_, at) => (at + turn) % size)
        const turned = moved.map((at) => all[at]).filter((each) => each !== undefined)
        const ids = moved.map((at) => `d${String(at).padStart(6, '0')}`)
        const back = copiesOf(
          decide(
            turned.map(({ set }) => set),
            {
              members: turned.map((each, at) => ({ ...each, id: ids[at] ?? '' })),
              buckets: found.map((list) => list.map((at) => moved.indexOf(at))).reverse(),
            },
          ),
        )
        const renamed = Object.entries(back).map(([copy, of]) => [moved[Number(copy)], moved[Number(of)]])
        expect(Object.fromEntries(renamed)).toEqual(result)
      }),
    )
  })
})

/** A bucket for each set that several have. */
function equals(sets: readonly Float64Array[]): number[][] {
  const found = new Map<string, number[]>()
  for (const [at, set] of sets.entries()) found.set(String(set), [...(found.get(String(set)) ?? []), at])
  return [...found.values()].filter(({ length }) => length > 1)
}

/** All pairs of a bucket at .8 or above. */
function nearPairs(sets: readonly Float64Array[], lists: readonly (readonly number[])[]): string[] {
  return lists.flatMap((list) =>
    list.flatMap((a) =>
      list
        .filter((b) => a < b && jaccard(sets[a] ?? setOf(), sets[b] ?? setOf(), 0.8) > 0)
        .map((b) => `${a} ${b}`),
    ),
  )
}

/** Level by level: connected components by repeated merging over all pairs. */
function expected(
  all: readonly { readonly set: Float64Array; readonly rank: number; readonly level: number }[],
  lists: readonly (readonly number[])[],
): Record<number, number> {
  const cluster = all.map((_, at) => at)
  const result: Record<number, number> = {}
  for (const level of [0, 1, 2]) {
    const near = (a: number, b: number): boolean => {
      const [x, y] = [all[a], all[b]]
      if (x === undefined || y === undefined || Math.max(x.level, y.level) > level) return false
      const met = lists.some((list) => list.includes(a) && list.includes(b))
      return met && jaccard(x.set, y.set) >= 0.8
    }
    for (const a of all.keys())
      for (const b of all.keys())
        if (near(a, b)) {
          const [from, to] = [cluster[a], cluster[b]]
          for (const [at, each] of cluster.entries()) if (each === from && to !== undefined) cluster[at] = to
        }
    const better = (a: number, b: number): number => {
      const [x, y] = [all[a], all[b]]
      return (x?.level ?? 0) - (y?.level ?? 0) || (y?.rank ?? 0) - (x?.rank ?? 0) || a - b
    }
    for (const [at, each] of all.entries()) {
      if (each.level !== level) continue
      const mine = [...all.keys()].filter(
        (other) => cluster[other] === cluster[at] && (all[other]?.level ?? 0) <= level,
      )
      const [best = at] = mine.sort(better)
      if (best !== at) result[at] = best
    }
  }
  return result
}

describe('buckets', () => {
  it('brings rows with equal keys together, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 60 }), (keys) => {
        const made = buckets({
          low: Uint32Array.from(keys, ([low]) => low * 64),
          high: Uint32Array.from(keys, ([, high]) => high),
          rows: Uint32Array.from(keys, (_, at) => at),
        })
        const groups = new Map<string, number[]>()
        for (const [at, key] of keys.entries())
          groups.set(String(key), [...(groups.get(String(key)) ?? []), at])
        const wanted = [...groups.values()].filter((group) => group.length > 1)
        const got = [...made.starts.subarray(1)].map((end, at) => [
          ...made.rows.subarray(made.starts[at], end),
        ])
        expect(got).toEqual(wanted)
      }),
    )
  })
})
