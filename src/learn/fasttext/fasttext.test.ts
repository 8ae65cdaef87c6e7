import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TilthError } from '../../model/error.ts'
import { readFastText } from './fasttext.ts'

/** Models and answers made by the library itself: scripts/fasttext-models.py. */
const GOLDEN = 'test/golden/fasttext'
const lines = JSON.parse(readFileSync(`${GOLDEN}/lines.json`, 'utf8')) as readonly string[]
const expected = JSON.parse(readFileSync(`${GOLDEN}/expected.json`, 'utf8')) as Readonly<
  Record<string, { readonly labels: number; readonly answers: readonly (readonly [string, number])[][] }>
>

describe.each(Object.entries(expected))('%s', (name, { labels, answers }) => {
  const model = readFastText(readFileSync(`${GOLDEN}/${name}`))

  it('has the labels that it was trained on', () => {
    expect(model.labels).toHaveLength(labels)
    expect(new Set(model.labels).size).toBe(labels)
  })

  it.each(lines.map((line, index) => [line, answers[index] ?? []] as const))(
    'answers as the library for %j',
    (line, answer) => {
      const ours = model.predict(line, 3)
      expect(ours.map(({ label }) => label)).toEqual(answer.map(([label]) => label))
      for (const [index, { probability }] of ours.entries()) {
        expect(Math.abs(probability - (answer[index]?.[1] ?? 0))).toBeLessThan(2e-6)
      }
      // Of equal labels the library gives another first when it is asked for one.
      expect(model.predict(line)[0]?.probability).toBe(ours[0]?.probability)
    },
  )
})

describe('readFastText', () => {
  const whole = readFileSync(`${GOLDEN}/pruned.ftz`)

  it('refuses a model that is cut, wherever', () => {
    for (let length = 0; length < whole.length; length += 97) {
      expect(() => readFastText(whole.subarray(0, length)), String(length)).toThrow(TilthError)
    }
  })

  it('refuses what is no model, and a model of words alone', () => {
    expect(() => readFastText(Buffer.from('not a model at all'))).toThrow(/does not begin as one/)
    const words = Buffer.from(whole)
    words.writeInt32LE(2, 8 + 7 * 4)
    expect(() => readFastText(words)).toThrow(/no labels/)
  })

  it('gives the same answer for a line that others stood before', () => {
    const model = readFastText(whole)
    const first = lines.map((line) => model.predict(line, 3))
    expect(lines.toReversed().map((line) => model.predict(line, 3))).toEqual(first.toReversed())
  })

  it('ends a line at its line break', () => {
    const model = readFastText(whole)
    expect(model.predict('The river\nLa rivière coule', 3)).toEqual(model.predict('The river', 3))
  })
})
