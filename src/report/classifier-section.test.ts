import { expect, it } from 'vitest'
import type { PlanStepRecord } from '../model/version.ts'
import { type ClassifierMetrics, ScoreCount } from './classifier-data.ts'
import { classifierSection } from './classifier-section.ts'
import type { ReportData } from './report-data.ts'

const bins = (filled: Readonly<Record<number, number>>): readonly number[] =>
  Array.from({ length: 20 }, (_, at) => filled[at] ?? 0)
const METRICS: ClassifierMetrics = {
  auc: 0.9,
  sources: [
    { name: 'books', role: 'positives', heldOut: 2, auc: 1, histogram: bins({ 19: 2 }) },
    { name: 'crawl', role: 'negatives', heldOut: 40, auc: 0.9, histogram: bins({ 2: 40 }) },
  ],
  calibration: {
    bins: [
      { from: 0.1, to: 0.2, rows: 40, meanScore: 0.15, positiveRatio: 0.05 },
      { from: 0.5, to: 0.6, rows: 0, meanScore: null, positiveRatio: null },
      { from: 0.9, to: 1, rows: 2, meanScore: 0.97, positiveRatio: 1 },
    ],
    expectedError: 0.08,
    brier: 0.04,
  },
  topFeatures: {
    positive: [
      {
        weight: 2,
        deviation: 0.5,
        words: [
          { word: 'thee', count: 9 },
          { word: '<b>', count: 1 },
        ],
      },
    ],
    negative: [{ weight: -1, deviation: 0.25, words: [{ word: 'cookies', count: 8 }] }],
  },
  warnings: [],
}
const step = (name: string, more: Partial<PlanStepRecord>): PlanStepRecord => ({
  name,
  stage: 'quality',
  kind: 'annotate',
  revision: 1,
  options: {},
  signals: {},
  rules: [],
  ...more,
})
const alpha = { signal: 'alpha', keep: 'above', limit: 9, reason: 'not-drawn', source: '' } as const
const STEPS = [
  step('quality', { options: { model: 'fit:quality' } }),
  step('draw', { stage: 'quality-pareto', options: { of: 'quality.quality' }, rules: [alpha] }),
  step('other', { stage: 'quality-pareto', options: { of: 'language.score' }, rules: [alpha] }),
]

it('a classifier is shown with what a draw by it selects, before later steps drop of that', () => {
  const count = new ScoreCount([{ step: 'quality', ref: 'quality@1', metrics: METRICS }], { steps: STEPS })
  const row = (score: number, drawn: number, kept: boolean) =>
    count.measured({
      id: '',
      kept,
      signals: { 'quality.quality': score, 'draw.alpha': drawn, 'other.alpha': 0 },
    })
  row(0.97, 20, true)
  row(0.96, 20, false)
  row(0.12, 3, false)
  row(0.13, 9.5, false)
  const [found] = count.finish()
  expect(found?.measured).toEqual(bins({ 2: 2, 19: 2 }))
  expect(found?.selected).toEqual([{ step: 'draw', histogram: bins({ 2: 1, 19: 2 }) }])
  expect(found?.kept).toEqual(bins({ 19: 1 }))
})

it('a classifier is shown with calibration, words, and of how many documents its figures are', () => {
  const count = new ScoreCount([{ step: 'quality', ref: 'quality@1', metrics: METRICS }], { steps: STEPS })
  const page = classifierSection({ classifiers: count.finish() } as unknown as ReportData).markup
  expect(page).toContain('of 2 positive and 40 negative documents')
  expect(page).toContain('books: its AUC of 1.000 is of 2 held-out documents, and says little')
  expect(page.match(/<circle /g)).toHaveLength(2)
  expect(page).toContain('mean score 0.970: 1.000 positives of 2')
  for (const name of ['books, positives, held out', 'measured here', 'selected by draw', 'kept at the end'])
    expect(page).toContain(`data-scores="${name}"`)
  expect(page).not.toContain('selected by other')
  expect(page).toMatch(/thee \(&lt;b(?:&gt;|>)\).*1\.000.*cookies.*-0\.250/)
})
