import { expect, it } from 'vitest'
import { ANCHORS, isWithin, keptAtAnchors } from '../pareto-anchors.ts'

it('keeps as (2 - score)^-9 says, over a million ids and ten seeds', async () => {
  const ids = 1_000_000
  let within = 0
  for (let seed = 1; seed <= 10; seed++) {
    const kept = await keptAtAnchors(ids, seed)
    within += kept.filter((count, at) => isWithin(count, ids, (2 - (ANCHORS[at]?.[0] ?? 0)) ** -9)).length
  }
  // 80 intervals that each miss one time in a hundred.
  expect(within).toBeGreaterThanOrEqual(76)
})
