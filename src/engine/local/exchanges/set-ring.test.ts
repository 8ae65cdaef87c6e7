import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SetRing } from './set-ring.ts'

const fill =
  (owner: number, told: () => void) =>
  (set: Float64Array): Float64Array => {
    told()
    return set.fill(owner)
  }

it('gives each owner its own set, and leaves the one before as it was', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 30 }), { maxLength: 300 }),
      fc.integer({ min: 8, max: 80 }),
      (owners, size) => {
        const ring = new SetRing(8 * size, 31)
        let before: readonly [number, Float64Array] | undefined
        for (const owner of owners) {
          const length = owner % 13
          const set = ring.get(
            owner,
            length,
            fill(owner, () => undefined),
          )
          expect([...set]).toEqual(Array.from({ length }, () => owner))
          if (before !== undefined) expect(before[1].every((each) => each === before?.[0])).toBe(true)
          before = [owner, set]
        }
      },
    ),
  )
})

it('holds what fits, and reads the oldest again', () => {
  const ring = new SetRing(8 * 100, 20)
  const read: number[] = []
  const get = (owner: number): unknown =>
    ring.get(
      owner,
      10,
      fill(owner, () => read.push(owner)),
    )
  for (const owner of [0, 1, 2, 3, 0, 1, 2, 3]) get(owner)
  expect(read).toEqual([0, 1, 2, 3])
  for (let owner = 4; owner < 20; owner++) get(owner)
  get(0)
  expect(read.at(-1)).toBe(0)
  expect(read).toHaveLength(21)
})
