import { expect, it } from 'vitest'
import { RepeatedPairs } from './repeated-pairs.ts'

const bucketsOf = (...buckets: readonly (readonly number[])[]) => ({
  starts: Uint32Array.from([0, ...buckets].map((_, at) => buckets.slice(0, at).flat().length)),
  rows: Uint32Array.from(buckets.flat()),
})

it('leaves out a bucket of two that came before, and nothing else', () => {
  const pairs = new RepeatedPairs()
  const first = bucketsOf([1, 2], [3, 4, 5], [1, 2], [0, 1], [3, 4, 5], [2, 3], [0, 1])
  expect(pairs.without(first)).toEqual(bucketsOf([1, 2], [3, 4, 5], [0, 1], [3, 4, 5], [2, 3]))
  expect(pairs.without(bucketsOf([1, 2], [1, 3], [0, 0xffff_fffe]))).toEqual(
    bucketsOf([1, 3], [0, 0xffff_fffe]),
  )
  expect(pairs.without(bucketsOf())).toEqual(bucketsOf())
})

it('never loses a pair among many', () => {
  const pairs = new RepeatedPairs()
  const all = Array.from({ length: 200_000 }, (_, at) => [at % 1000, 1000 + (at % 3000)])
  const { starts, rows } = pairs.without(bucketsOf2(all))
  const left = new Set(
    Array.from({ length: starts.length - 1 }, (_, at) => `${rows[2 * at]} ${rows[2 * at + 1]}`),
  )
  expect(left).toEqual(new Set(all.map((pair) => pair.join(' '))))
  expect(starts.length).toBeLessThan(all.length / 10)
})

function bucketsOf2(pairs: readonly (readonly number[])[]) {
  return {
    starts: Uint32Array.from({ length: pairs.length + 1 }, (_, at) => 2 * at),
    rows: Uint32Array.from(pairs.flat()),
  }
}
