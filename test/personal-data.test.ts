import { describe, expect, it } from 'vitest'
import { PERSONAL_DATA_TYPES } from '../src/personal-data/finding.ts'
import { personalDataScanner } from '../src/personal-data/scan.ts'
import { lookAlikes, positives } from './personal-data/cases.ts'
import { HOSTILE } from './personal-data/hostile.ts'
import { score } from './personal-data/scores.ts'

/** 700 values and 700 look-alikes of each of the eight types: 5,600 of both. */
const PER_TYPE = 700

/** Least precision and recall by type; cards, and ids of one check digit, cannot be told from drawn numbers. */
const BOUNDS: Readonly<Record<string, readonly [precision: number, recall: number]>> = {
  'payment-card': [0.98, 0.99],
  'national-id': [0.98, 0.99],
  phone: [0.98, 0.98],
}

describe('personal data in generated texts', () => {
  it('is tried on at least 5,000 values and 5,000 look-alikes, all different', () => {
    for (const cases of [positives(PER_TYPE), lookAlikes(PER_TYPE)]) {
      expect(cases.length).toBeGreaterThanOrEqual(5000)
      expect(new Set(cases.map(({ text }) => text)).size).toBeGreaterThan(cases.length * 0.9)
    }
  })

  const { types, missed, mistaken } = score(PER_TYPE)
  it.each(types)('$type: precision $precision, recall $recall', ({ type, precision, recall }) => {
    const [leastPrecision, leastRecall] = BOUNDS[type] ?? [0.99, 0.99]
    expect(precision, JSON.stringify(mistaken)).toBeGreaterThanOrEqual(leastPrecision)
    expect(recall, JSON.stringify(missed)).toBeGreaterThanOrEqual(leastRecall)
  })
})

describe('time', () => {
  const scan = personalDataScanner()
  const cpuMs = (text: string): number => {
    let best = Number.POSITIVE_INFINITY
    for (let round = 0; round < 3; round++) {
      const before = process.cpuUsage()
      scan(text)
      const { user, system } = process.cpuUsage(before)
      best = Math.min(best, (user + system) / 1000)
    }
    return best
  }

  it.each(Object.entries(HOSTILE))('is linear in %s', (_, piece) => {
    const text = (length: number): string => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
    const few = cpuMs(text(1 << 17))
    const many = cpuMs(text(1 << 20))
    // Eight times the text: linear is 8, quadratic 64.
    expect(many).toBeLessThan(24 * Math.max(few, 4))
    expect(many, 'not a quarter of a megabyte a second, on a busy machine').toBeLessThan(4000)
  })

  it('names what it tries for every type', () => {
    expect(Object.keys(HOSTILE).length).toBeGreaterThan(2 * PERSONAL_DATA_TYPES.length)
  })
})
