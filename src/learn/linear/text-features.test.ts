import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type FeatureSpec, TextFeatures } from './text-features.ts'
import { textFeaturesTwin } from './text-features-twin.ts'

const SPECS: readonly FeatureSpec[] = [
  { kind: 'spark', features: 1 << 18 },
  { kind: 'spark', features: 7 },
  { kind: 'ngram', features: 1000 },
  { kind: 'ngram', features: 1 << 10 },
]

it.each(SPECS)('is its twin to the bit: $kind, $features features', (spec) => {
  const features = new TextFeatures(spec)
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      ' ',
      '\n',
      '\t',
      '  ',
      'The',
      'ÀÖ×Þß',
      'ΣΑΣ',
      'İ',
      '\ud800',
      '…',
      'Ⅷ',
      '😀',
      '漢字',
      'a'.repeat(70),
    ),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('')
      expect(features.row(text)).toEqual(textFeaturesTwin(spec, text))
    }),
  )
})

it('puts every character in lower case as its twin does', () => {
  const spec = SPECS[0] as FeatureSpec
  const features = new TextFeatures(spec)
  for (let page = 0; page < 0x110000; page += 16) {
    const codes = Array.from({ length: 16 }, (_, at) => String.fromCodePoint(page + at))
    const text = codes.map((each) => `x${each}y`).join(' ')
    const [own, twin] = [features.row(text).copyHash, textFeaturesTwin(spec, text).copyHash]
    if (own !== twin) expect.fail(`U+${page.toString(16)} and up`)
  }
})

it.each([0, 1, 61, 62, 63, 64, 65, 127, 128, 129, 100_000])('takes a text of %i bytes', (length) => {
  for (const spec of SPECS) {
    const features = new TextFeatures(spec)
    for (const unit of ['a', ' ', 'ab ', 'A  b'])
      for (const text of [unit.repeat(length).slice(0, length), `${unit.repeat(length)} end`.slice(-length)])
        expect(features.row(text)).toEqual(textFeaturesTwin(spec, text))
  }
})

it('gives the UTF-8 of what it loads, and copies one hash', () => {
  const features = new TextFeatures(SPECS[0] as FeatureSpec)
  expect(Buffer.from(features.load('Añ 漢')).toString()).toBe('Añ 漢')
  const { copyHash } = features.row()
  expect(features.row('  aÑ\n漢 ').copyHash).toBe(copyHash)
  expect(features.row('añ 漢 b').copyHash).not.toBe(copyHash)
})
