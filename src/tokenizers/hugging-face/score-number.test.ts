import { expect, it } from 'vitest'
import { scoreNumber } from './score-number.ts'

it.each([
  ['0.5', 0.5],
  ['-7.374749415942184', -7.374749415942184],
  ['1e-5', 1e-5],
  ['12', 12],
  ['-3.25E+2', -325],
  ['0.1234567890123456789012345', 0.12345678901234568],
  ['1e400', Number.POSITIVE_INFINITY],
])('%s is %d', (source, value) => expect(scoreNumber(source)).toBe(value))

it('is at times a unit in the last place beside the nearest double', () => {
  const near = Array.from({ length: 1000 }, (_, at) => `-10.${String(at * 7919).padStart(15, '3')}`)
  const differ = near.filter((source) => scoreNumber(source) !== Number(source))
  expect(differ.length).toBeGreaterThan(0)
  for (const source of near) expect(scoreNumber(source)).toBeCloseTo(Number(source), 12)
})
