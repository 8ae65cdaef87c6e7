import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { writeLinearModel } from '../../learn/linear/linear-model.ts'
import type { StageFiles } from '../../model/stage.ts'
import { sparkFeatures } from '../../text/spark-features.ts'
import { quality } from './quality.ts'

const FEATURES = 64

function measured(bytes: Uint8Array, text: string, options: object = {}): number | null | undefined {
  const files: StageFiles = new Map([['own', [{ name: '', bytes }]]])
  return quality.measure(quality.options.parse({ model: 'own', ...options }), files)(documentOf(text))[
    'quality'
  ]
}

function model(kind: 'spark' | 'ngram'): Uint8Array {
  const weights = Float32Array.from({ length: FEATURES }, (_, at) => Math.fround(Math.sin(at)))
  return writeLinearModel({ spec: { kind, features: FEATURES }, intercept: -0.25, weights })
}

describe('a linear model', () => {
  it('scores counts of words', () => {
    const text = 'One one TWO  three'
    const margin = sparkFeatures(text, FEATURES).reduce((sum, at) => sum + Math.fround(Math.sin(at)), -0.25)
    expect(measured(model('spark'), text)).toBeCloseTo(1 / (1 + Math.exp(-margin)), 12)
  })

  it('weighs a text of any length alike where it has pairs', () => {
    // A word and the pair of it: nearly the same direction, however often.
    const [some, more] = [100, 1000].map((times) => measured(model('ngram'), 'word '.repeat(times)) ?? 0)
    expect(Math.abs((some ?? 0) - (more ?? 1))).toBeLessThan(0.01)
  })

  it('counts a word as often as it stands there, above what an entry holds', () => {
    const weights = new Float32Array(FEATURES)
    const [feature = 0] = sparkFeatures('word', FEATURES)
    weights[feature] = 0.01
    const bytes = writeLinearModel({ spec: { kind: 'spark', features: FEATURES }, intercept: -4, weights })
    expect(measured(bytes, 'word '.repeat(700))).toBeCloseTo(1 / (1 + Math.exp(4 - 7)), 6)
  })

  it.each([
    ['its header', (bytes: Uint8Array) => bytes.fill(0x7b, 12, 16)],
    ['its end', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 4)],
    ['its beginning', (bytes: Uint8Array) => bytes.fill(0, 0, 8)],
  ])('is refused without %s', (_, harm) => {
    expect(() => measured(harm(model('spark')), 'text')).toThrow(/own: /)
  })
})

describe('a fastText model', () => {
  const bytes = readFileSync('test/golden/fasttext/softmax.bin')
  const sentences = JSON.parse(readFileSync('test/golden/fasttext/sentences.json', 'utf8')) as unknown

  it('gives the chance of a label, named with or without its prefix', () => {
    const text = JSON.stringify(sentences).slice(0, 200)
    const labels = labelsOf()
    const scores = labels.map((label) => measured(bytes, text, { label }) ?? 0)
    expect(labels.length).toBeGreaterThan(1)
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 3)
    expect(measured(bytes, text, { label: `__label__${labels[0]}` })).toBe(scores[0])
  })

  it('says which labels there are', () => {
    expect(() => measured(bytes, 'text', { label: 'excellent' })).toThrow(/own has no label "excellent"/)
  })

  function labelsOf(): readonly string[] {
    try {
      measured(bytes, 'text', { label: 'no such label' })
    } catch (error) {
      const { hint = '' } = error as { hint?: string }
      return hint.replace(/^.*it has /, '').split(', ')
    }
    return []
  }
})

it('wants a model', () => {
  expect(() => quality.files?.(quality.options.parse({}))).toThrow(/model must be given/)
})
