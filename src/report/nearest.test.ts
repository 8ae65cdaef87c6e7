import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Nearest } from './nearest.ts'

it('keeps the smallest by distance, then id, in any order of offers', () => {
  const offers = fc.uniqueArray(fc.tuple(fc.nat(5), fc.string({ maxLength: 2 })), {
    selector: ([, id]) => id,
  })
  fc.assert(
    fc.property(offers, fc.integer({ min: 1, max: 4 }), (list, size) => {
      const nearest = new Nearest<string>(size)
      for (const [distance, id] of list) nearest.offer(distance, id, () => id)
      const sorted = [...list].sort(([a, x], [b, y]) => a - b || (x < y ? -1 : 1)).map(([, id]) => id)
      expect(nearest.values()).toEqual(sorted.slice(0, size))
    }),
  )
})

it('makes only what is kept', () => {
  const nearest = new Nearest<number>(1)
  let made = 0
  for (let distance = 0; distance < 100; distance++) nearest.offer(distance, 'a', () => made++)
  expect(made).toBe(1)
})
