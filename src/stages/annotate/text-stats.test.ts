import { expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { textStats } from './text-stats.ts'

it.each([
  ['', { bytes: 0, lines: 0, words: 0 }],
  ['Zwei Wörter\n\n東京', { bytes: 20, lines: 2, words: 4 }],
])('%j', (text, signals) => {
  expect(textStats.measure(textStats.options.parse({}))(documentOf(text))).toEqual(signals)
})
