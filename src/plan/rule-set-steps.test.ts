import { describe, expect, it } from 'vitest'
import { TilthError } from '../model/error.ts'
import { planRecipe, stepRecords } from './plan.ts'
import { parseRecipe } from './recipe-file.ts'

const HEAD = `name: test
writes: test
inputs: { rows: { format: jsonl } }
steps:
  - { use: row }
`

function plan(steps: string, assignments: readonly string[] = []) {
  const parsed = parseRecipe(`${HEAD}${steps}`, 'test.yaml', assignments)
  return planRecipe(parsed.recipe, parsed.locate)
}

function refusal(steps: string): TilthError {
  try {
    plan(steps)
  } catch (error) {
    if (error instanceof TilthError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a rule set in a recipe', () => {
  it('of one step is a step under its name without the source', () => {
    const { steps } = plan('  - { use: gopher-quality@dolma-1 }\n')
    expect(steps[1]).toMatchObject({
      name: 'gopher-quality',
      stage: 'gopher-quality@dolma-1',
      kind: 'filter',
    })
  })

  it('of several steps is these steps: it decides on the text as it was, then rewrites what was kept', () => {
    const { steps } = plan('  - { use: c4@code, minSentences: 4 }\n')
    expect(steps.slice(1).map(({ name, stage, kind }) => [name, stage, kind])).toEqual([
      ['c4-page', 'c4-page@code', 'filter'],
      ['c4-lines', 'c4-lines@code', 'rewrite'],
    ])
    expect(steps[1]?.options).toMatchObject({ minSentences: 4 })
    expect(steps[2]?.options).toEqual({})
  })

  it('has a name of its own where it is given one', () => {
    const { steps } = plan('  - { name: clean, use: c4@paper }\n')
    expect(steps.slice(1).map(({ name }) => name)).toEqual(['clean-page', 'clean-lines'])
  })

  it('takes --set under the name of the step, and keeps the published limits elsewhere', () => {
    const step = plan('  - { use: gopher-quality@paper }\n', ['steps.gopher-quality.minWords=80'])
    const rules = stepRecords(step).find(({ name }) => name === 'gopher-quality')?.rules ?? []
    expect(rules.slice(0, 3).map(({ signal, limit }) => [signal, limit])).toEqual([
      ['words', 80],
      ['words', 100_000],
      ['meanWordLength', 3],
    ])
  })

  it.each([
    ['  - { use: c4@code, minSentenses: 4 }\n', /minSentenses: no such option.*test\.yaml:6/, /minSentences/],
    ['  - { use: c4@cod }\n', /no stage named "c4@cod"/, /c4/],
    ['  - { use: gopher-quality@paper, words: letters }\n', /words: .*"whitespace"/, undefined],
  ])('refuses %j', (steps, message, hint) => {
    const error = refusal(steps)
    expect(error.message).toMatch(message)
    if (hint !== undefined) expect(error.hint).toMatch(hint)
  })

  it('cannot be there twice under one name', () => {
    expect(refusal('  - { use: c4@code }\n  - { use: c4@paper }\n').message).toMatch(/c4-page: two steps/)
  })
})
