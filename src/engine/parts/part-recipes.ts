import { TilthError } from '../../model/error.ts'
import { hasParts, type PartsRecipe, type RunPart, recipeOfSteps, type StepsPart } from '../../plan/parts.ts'
import type { RecipeInput } from '../../plan/recipe.ts'
import { readRecipeYaml } from '../../plan/recipe-file.ts'
import type { Store } from '../../store/store.ts'
import { readRecipe } from '../recipes.ts'

/** What a recipe of parts is given. */
export interface GivenParts {
  /** Globs, paths, directories or URLs by input of the recipe. */
  readonly inputs: Readonly<Record<string, readonly string[]>>
  readonly store: Store
  readonly cwd: string
}

/** The recipe of a part that reads something, with what its inputs are wired to: files, or a version that another part writes. */
export async function recipeOfPart(
  recipe: PartsRecipe,
  part: RunPart | StepsPart,
  options: GivenParts,
): Promise<RecipeInput> {
  return part.kind === 'steps'
    ? recipeOfSteps(recipe.name, part, sources(recipe, part, options))
    : await recipeOfRun(recipe, part, options)
}

/** The recipe that a part runs, reading what the part is wired to. */
async function recipeOfRun(recipe: PartsRecipe, part: RunPart, options: GivenParts): Promise<RecipeInput> {
  const { yaml, fileName } = await readRecipe(part.run, options.cwd)
  const { raw } = readRecipeYaml(yaml, fileName, part.set)
  if (hasParts(raw)) {
    throw new TilthError('recipe', `${part.run} has parts of its own`, {
      hint: 'name its parts in this recipe instead',
    })
  }
  const checked = raw as RecipeInput
  const own = Object.keys(checked.inputs)
  const wrong = Object.keys(part.inputs).find((input) => !own.includes(input))
  if (wrong !== undefined) {
    throw new TilthError('recipe', `inputs.${wrong}: ${part.run} has no such input`, {
      hint: `its inputs are ${own.join(', ')}`,
    })
  }
  const given = sources(recipe, part, options)
  const inputs = Object.fromEntries(
    own.map((input) => {
      const found = given[input]
      // The recipe that reads the files knows best how; where they are, and what else is set, this one says.
      return [input, { ...checked.inputs[input], ...found }]
    }),
  )
  return { ...checked, inputs }
}

/** Inputs of a part as a recipe has them. */
function sources(
  recipe: PartsRecipe,
  part: RunPart | StepsPart,
  { inputs }: GivenParts,
): RecipeInput['inputs'] {
  return Object.fromEntries(
    Object.entries(part.inputs).map(([input, from]) => {
      const own = recipe.inputs[from]
      if (own === undefined) return [input, { format: 'version', files: [from] }]
      return [input, { ...own, files: [...(inputs[from] ?? own.files)] }]
    }),
  )
}

/** Errors of a part name it. */
export async function inPart<T>(part: string, does: () => Promise<T>): Promise<T> {
  try {
    return await does()
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    const { code, hint, message } = error
    throw new TilthError(code, `parts.${part}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    })
  }
}
