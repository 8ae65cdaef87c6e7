import { describe, expect, it } from 'vitest'
import { TilthError } from '../model/error.ts'
import { minScore } from '../stages/filter/min-score.ts'
import { type Plan, planKey, planRecipe } from './plan.ts'
import { checkRecipe } from './recipe.ts'
import { parseRecipe } from './recipe-file.ts'
import { step } from './step.ts'

const YAML = `name: test
writes: test
inputs:
  submissions: { format: reddit }
  pages: { format: warc }
steps:
  - { name: links, use: reddit-links, from: submissions }
  - name: karma
    use: min-score
    minScore: 3
  - { name: join, use: crawl, with: pages }
  - { name: main-content, use: html }
`

function plan(yaml: string, assignments: readonly string[] = []): Plan {
  const parsed = parseRecipe(yaml, 'test.yaml', assignments)
  return planRecipe(parsed.recipe, parsed.locate)
}

function refusal(
  yaml: string,
  assignments: readonly string[] = [],
): { message: string; hint: string | undefined } {
  try {
    plan(yaml, assignments)
  } catch (error) {
    if (error instanceof TilthError) return { message: error.message, hint: error.hint }
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a recipe', () => {
  it('becomes the same plan from YAML and from code', () => {
    const code = checkRecipe({
      name: 'test',
      writes: 'test',
      inputs: { submissions: { format: 'reddit' }, pages: { format: 'warc' } },
      steps: [
        { name: 'links', use: 'reddit-links', from: 'submissions' },
        step(minScore, { name: 'karma', minScore: 3 }),
        { name: 'join', use: 'crawl', with: 'pages' },
        { name: 'main-content', use: 'html' },
      ],
    })
    expect(planKey(planRecipe(code))).toBe(planKey(plan(YAML)))
  })

  it.each([
    {
      change: ['minScore: 3', 'minScroe: 3'],
      message: 'steps.karma.minScroe: no such option (test.yaml:10)',
      hint: 'did you mean minScore?',
    },
    {
      change: ['minScore: 3', 'minScore: "3"'],
      message: 'steps.karma.minScore: expected number, got "3" (test.yaml:10)',
      hint: undefined,
    },
    { change: ['writes: test', 'wirtes: test'], message: /writes|wirtes/, hint: undefined },
    {
      change: ['use: min-score', 'use: min-scor'],
      message: /no stage named "min-scor".*test\.yaml:9/,
      hint: 'did you mean "min-score"?',
    },
    {
      change: ['with: pages', 'with: page'],
      message: /no input is named page.*test\.yaml:11/,
      hint: 'did you mean pages?',
    },
    { change: [', with: pages', ''], message: /a join needs with: INPUT/, hint: undefined },
    { change: [', from: submissions', ''], message: undefined, hint: undefined },
    {
      change: ['name: karma', 'name: links'],
      message: /two steps have this name/,
      hint: 'give one another name',
    },
    {
      change: ['  - { name: main-content, use: html }\n', ''],
      message: /needs an extract stage behind it/,
      hint: undefined,
    },
    {
      change: ['use: html', 'use: min-score'],
      message: /takes documents, and here are records/,
      hint: /extract/,
    },
    { change: ['steps:', 'steps: ['], message: /test\.yaml:\d+/, hint: 'mend the YAML' },
  ])('refuses $change.1 for $change.0', ({ change, message, hint }) => {
    const yaml = YAML.replace(change[0] ?? '', change[1] ?? '')
    expect(yaml).not.toBe(YAML)
    if (message === undefined) {
      // The only input that no join reads is the first step's, said or not.
      expect(plan(yaml).from).toEqual(['submissions'])
      return
    }
    const refused = refusal(yaml)
    if (typeof message === 'string') expect(refused.message).toBe(message)
    else expect(refused.message).toMatch(message)
    if (hint instanceof RegExp) expect(refused.hint).toMatch(hint)
    else if (hint !== undefined) expect(refused.hint).toBe(hint)
  })

  it('takes --set by the name of a step, and says so in errors', () => {
    expect(plan(YAML, ['steps.karma.minScore=7']).steps[1]?.options).toMatchObject({ minScore: 7 })
    expect(plan(YAML, ['keepDropped=none']).keepDropped).toBe('none')
    expect(refusal(YAML, ['steps.karma.minScore=seven']).message).toMatch(/got "seven" \(--set\)/)
    expect(refusal(YAML, ['steps.krama.minScore=7']).hint).toBe('did you mean karma?')
    expect(refusal(YAML, ['minScore']).message).toMatch(/expected steps\.NAME\.OPTION=value/)
  })

  it('changes its key with an option, and not with a description', () => {
    const key = planKey(plan(YAML))
    expect(planKey(plan(YAML, ['steps.karma.minScore=4']))).not.toBe(key)
    expect(planKey(plan(YAML, ['description=other']))).toBe(key)
  })
})

describe('segments', () => {
  it('fuse what needs no movement and cut at exchanges', () => {
    expect(plan(YAML).segments).toEqual([
      { kind: 'map', source: { kind: 'inputs', inputs: ['submissions'] }, steps: [0, 1], into: 2 },
      { kind: 'index', input: 'pages', step: 2, into: 2 },
      { kind: 'exchange', step: 2, left: 0, right: 1 },
      {
        kind: 'map',
        source: { kind: 'matches', segment: 1, left: 0, exchange: 2 },
        steps: [3],
        into: undefined,
      },
    ])
  })
})
