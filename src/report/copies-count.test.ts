import { describe, expect, it } from 'vitest'
import type { PlanStepRecord, RejectedRow } from '../model/version.ts'
import { CopiesCount, LOCATED } from './copies-count.ts'

const step = (name: string, signals: Readonly<Record<string, string>>): PlanStepRecord => ({
  name,
  stage: `dedup-${name}`,
  kind: 'group',
  revision: 1,
  options: {},
  signals,
  rules: [],
})

const dropped = (id: number, survivor: string): RejectedRow => ({
  id: `copy ${id}`,
  kind: 'dropped',
  step: 'near',
  reason: 'near-duplicate',
  signal: 'jaccard',
  value: 0.9,
  limit: 0.8,
  duplicateOf: survivor,
  detail: null,
  url: `https://site-${id % 3}.example/`,
  text: 'x'.repeat(20_000),
  meta: {},
  source: 'test',
  input: '0',
  record: id,
})

describe('CopiesCount', () => {
  const count = new CopiesCount({
    steps: [step('near', { copies: 'Copies.', jaccard: 'Jaccard.' }), step('lines', { removed: 'Lines.' })],
  })
  const SIZES = [...Array.from({ length: 30 }, (_, at) => at + 1), 50_000]
  for (const [at, copies] of SIZES.entries())
    count.measured({ id: `s${String(at).padStart(2, '0')}`, kept: true, signals: { 'near.copies': copies } })
  for (let id = 0; id < 20_000; id++) count.rejected(dropped(id, 's30'), (id * 0.618) % 1)
  const [near, lines] = count.finish()

  it('puts each cluster into one class', () => {
    expect(near?.sizes?.map(({ from, to, clusters }) => [from, to, clusters])).toEqual([
      [1, 1, 1],
      [2, 2, 1],
      [3, 5, 3],
      [6, 10, 5],
      [11, 20, 10],
      [21, 50, 10],
      [51, 100, 0],
      [101, 1000, 0],
      [1001, 10_000, 0],
      [10_001, null, 1],
    ])
    expect(near?.sizes?.reduce((sum, { documents }) => sum + documents, 0)).toBe(465 + 50_000)
  })

  it('holds no more of a large cluster than it shows', () => {
    expect(near?.largest.map(({ documents }) => documents)).toEqual([
      50_000, 30, 29, 28, 27, 26, 25, 24, 23, 22,
    ])
    const [first] = near?.largest ?? []
    expect(first?.copies.length).toBe(4)
    for (const { compared } of first?.copies ?? []) expect(compared).toMatchObject({ more: 12_000 })
    expect(near?.located.length).toBe(LOCATED)
    expect([near?.dropped, near?.counted]).toEqual([20_000, 465 - 30 + 49_999])
  })

  it('counts domains of all dropped documents', () => {
    expect(near?.domains.top.map(({ documents }) => documents)).toEqual([6667, 6667, 6666])
  })

  it('keeps to the step of a row', () => {
    expect(lines).toMatchObject({
      dropped: 0,
      sizes: undefined,
      removed: [{ signal: 'removed', documents: 0 }],
    })
  })
})
