import { describe, expect, it } from 'vitest'
import { SKETCH_PRESETS } from './presets.ts'
import { chanceOfMeeting, specificationOf } from './sketch-spec.ts'
import { Sketcher } from './sketcher.ts'

describe('SKETCH_PRESETS', () => {
  // The chances that the papers and others' tables give for these bands and rows.
  it.each([
    { name: 'fineweb', similarity: 0.75, chance: 0.772 },
    { name: 'fineweb', similarity: 0.8, chance: 0.924 },
    { name: 'refinedweb', similarity: 0.8, chance: 0.995 },
    { name: 'nemo', similarity: 0.9, chance: 0.997 },
  ] as const)('$name meets texts of similarity $similarity with its published chance', (row) => {
    expect(chanceOfMeeting(SKETCH_PRESETS[row.name].spec, row.similarity)).toBeCloseTo(row.chance, 3)
  })

  it('have names that tell them apart', () => {
    expect(Object.values(SKETCH_PRESETS).map(({ spec }) => specificationOf(spec))).toEqual([
      'minhash-1/word5+char5/14x8',
      'minhash-1/word5+char5/450x20',
      'minhash-1/word13+char5/9x13',
      'minhash-1/char24/20x13',
      'minhash-1/hashed262144-1/10x1',
    ])
  })

  it.each(Object.entries(SKETCH_PRESETS))('%s finds a copy, and no stranger', (_, { spec }) => {
    const sketcher = new Sketcher(spec)
    const words = Array.from({ length: 60 }, (_unused, index) => `word${index}`)
    const keys = [...sketcher.bandKeys(words.join(' '))]
    expect(keys.length).toBe(spec.bands * 2)
    expect([...sketcher.bandKeys(words.join('  ').toUpperCase().replaceAll('  ', ' '))]).toEqual(keys)
    const other = [...sketcher.bandKeys(words.map((word) => `${word}other`).join(' '))]
    expect(other.filter((value, index) => value === keys[index]).length).toBe(0)
  })
})
