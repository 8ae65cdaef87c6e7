import { expect, it } from 'vitest'
import { ANCHORS, isWithin, keptAtAnchors } from '../../../test/pareto-anchors.ts'
import { decide } from '../../model/stage.ts'
import { loadTextHash } from '../../text/hash.ts'
import { paretoSignals, qualityPareto } from './quality-pareto.ts'

const ALPHA = 9

it('has the published chances at the eight anchors', () => {
  for (const [score, chance] of ANCHORS)
    expect((2 - score) ** -ALPHA).toBeCloseTo(chance, chance < 0.01 ? 5 : 4)
})

// The slow tier takes a million ids and ten seeds.
it('keeps with these chances', async () => {
  const ids = 10_000
  let within = 0
  for (const seed of [1, 2, 3]) {
    const kept = await keptAtAnchors(ids, seed)
    within += kept.filter((count, at) => isWithin(count, ids, (2 - (ANCHORS[at]?.[0] ?? 0)) ** -ALPHA)).length
    expect(kept.at(-1)).toBe(ids)
  }
  expect(within).toBeGreaterThanOrEqual(22)
})

it('decides as a draw of Pareto above 1 - score, for every alpha', async () => {
  const hash = await loadTextHash()
  await qualityPareto.load?.(qualityPareto.options.parse({}))
  const signalsOf = paretoSignals({ seed: 5 })
  let kept = 0
  for (let number = 0; number < 2000; number++) {
    const [id, score] = [`id ${number}`, (number % 100) / 100]
    const drawn = hash.chance('5:quality-pareto', id)
    for (const alpha of [0.5, 3, 9, 40]) {
      const rules = qualityPareto.rules(qualityPareto.options.parse({ alpha }))
      const keep = decide(rules, signalsOf(id, score)).keep
      expect(keep).toBe(drawn ** (-1 / alpha) - 1 > 1 - score)
      kept += Number(keep)
    }
  }
  expect(kept).toBeGreaterThan(500)
})

it('keeps what has no score, and all that have the best', async () => {
  await qualityPareto.load?.(qualityPareto.options.parse({}))
  const signalsOf = paretoSignals({ seed: 1 })
  const rules = qualityPareto.rules(qualityPareto.options.parse({ alpha: 100 }))
  expect(signalsOf('a', null)).toEqual({ score: null, chance: null, alpha: null })
  expect(decide(rules, signalsOf('a', null)).keep).toBe(true)
  for (const id of ['a', 'b', 'c']) expect(decide(rules, signalsOf(id, 1)).keep).toBe(true)
})

it('keeps from a threshold on', async () => {
  await qualityPareto.load?.(qualityPareto.options.parse({}))
  const signalsOf = paretoSignals({ seed: 1 })
  const rules = qualityPareto.rules(qualityPareto.options.parse({ mode: 'threshold', threshold: 0.7 }))
  const kept = [0.69, 0.7, 0.71].filter((score) => decide(rules, signalsOf('a', score)).keep)
  expect(kept).toEqual([0.7, 0.71])
})
