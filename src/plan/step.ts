import type { z } from 'zod'
import type { Stage } from '../model/stage.ts'
import type { RecipeInput } from './recipe.ts'

/** How a step is wired, beside the options of its stage. */
export interface StepWiring {
  /** Name of the step, unique in the recipe; the stage's own name when left out. */
  readonly name?: string
  /** First step only: the input or inputs it reads. */
  readonly from?: string | string[]
  /** Joins only: the input on the right side. */
  readonly with?: string
}

/**
 * A step of a recipe in code: the same plain data as in YAML, with the stage's options checked by
 * the compiler.
 *
 *     step(minScore, { name: 'karma', minScore: 5 })
 */
export function step<S extends Stage>(
  stage: S,
  options: z.input<S['options']> & StepWiring = {} as z.input<S['options']> & StepWiring,
): RecipeInput['steps'][number] {
  return { use: stage.name, ...(options as object) }
}
