import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { planRecipe } from '../src/plan/plan.ts'
import { parseRecipe } from '../src/plan/recipe-file.ts'

function planned(name: string, assignments: readonly string[] = []) {
  const file = `recipes/${name}.yaml`
  const { recipe, locate } = parseRecipe(readFileSync(file, 'utf8'), file, assignments)
  return planRecipe(recipe, locate)
}

it('has the steps of the paper in their order', () => {
  const steps = planned('gpt2-webtext').steps.map((step) => step.name)
  expect(steps).toEqual(
    'links best-post targets karma join main-content not-wikipedia exact cleaning'.split(' '),
  )
  expect(planned('webtext-links').steps.map((step) => step.name)).toEqual(['links', 'karma', 'distinct'])
})

it('takes another threshold, and refuses a name with a typo in it', () => {
  expect(planned('gpt2-webtext', ['steps.karma.minScore=5']).steps[3]?.options).toEqual({ minScore: 5 })
  expect(() => planned('gpt2-webtext', ['steps.karma.minscore=5'])).toThrow(/minscore/)
})
