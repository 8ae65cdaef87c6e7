import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { documentOf } from '../../../test/webtext-documents.ts'
import { TilthError } from '../../model/error.ts'
import { decide, type StageFiles } from '../../model/stage.ts'
import { ccnet } from './ccnet.ts'

const FILES: StageFiles = new Map([
  ['model.arpa', [{ name: '', bytes: readFileSync('test/golden/ccnet/model.arpa') }]],
])
const GIVEN = { model: 'model.arpa', headCutoff: 100, tailCutoff: 200 }

const HEAD = 'of the document, and of the'
const MIDDLE = 'version of it that is a thing of its own'
const TAIL = 'where nothing stands'

function verdictOf(text: string, options: object): string {
  const given = ccnet.options.parse({ ...GIVEN, ...options })
  const verdict = decide(ccnet.rules(given), ccnet.measure(given, FILES)(documentOf(text)))
  return verdict.keep ? 'kept' : verdict.rule.reason
}

describe('ccnet', () => {
  it('measures perplexity and part', () => {
    const given = ccnet.options.parse(GIVEN)
    const measure = ccnet.measure(given, FILES)
    const found = [HEAD, MIDDLE, TAIL].map((text) => measure(documentOf(text)))
    expect(found.map(({ part }) => part)).toEqual([0, 1, 2])
    expect(found[2]).toMatchObject({ perplexity: 644.2, tokens: 4, unknownRatio: 0 })
    expect(measure(documentOf(''))).toEqual({
      perplexity: null,
      part: null,
      tokens: null,
      unknownRatio: null,
    })
  })

  it.each([
    [
      ['head', 'middle'],
      ['kept', 'kept', 'tail-perplexity'],
    ],
    [['head'], ['kept', 'middle-perplexity', 'tail-perplexity']],
    [['middle'], ['head-perplexity', 'kept', 'tail-perplexity']],
    [
      ['middle', 'tail'],
      ['head-perplexity', 'kept', 'kept'],
    ],
    [['tail'], ['head-perplexity', 'middle-perplexity', 'kept']],
    [
      ['head', 'middle', 'tail'],
      ['kept', 'kept', 'kept'],
    ],
  ])('keeps %j of head, middle and tail: %j', (keep, verdicts) => {
    expect([HEAD, MIDDLE, TAIL].map((text) => verdictOf(text, { keep }))).toEqual(verdicts)
    expect(verdictOf('', { keep })).toBe('kept')
  })

  it.each([
    [{ keep: ['head', 'tail'] }, /side by side/],
    [{ headCutoff: 2000 }, /at most tailCutoff/],
    [{ keep: [] }, /keep/],
    [{ keep: ['top'] }, /keep/],
  ])('refuses %j', (options, message) => {
    expect(() => ccnet.options.parse({ ...GIVEN, ...options })).toThrow(message)
  })

  it.each(['model', 'headCutoff', 'tailCutoff'])('wants %s of a recipe', (option) => {
    const { [option]: _, ...rest } = GIVEN as Record<string, unknown>
    const given = ccnet.options.safeParse(rest)
    const ask = (): unknown => ccnet.files?.(given.success ? given.data : ccnet.options.parse({}))
    expect(ask).toThrow(TilthError)
    expect(ask).toThrow(/must be given/)
  })
})
