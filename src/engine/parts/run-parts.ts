import { TilthError } from '../../model/error.ts'
import {
  hasParts,
  type MakePart,
  type Part,
  type PartsRecipe,
  type RunPart,
  recipeOfSteps,
  resolveReferences,
  type StepsPart,
} from '../../plan/parts.ts'
import { type Plan, planRecipe } from '../../plan/plan.ts'
import { checkRecipe, type RecipeInput, schemaError } from '../../plan/recipe.ts'
import { readRecipeYaml } from '../../plan/recipe-file.ts'
import type { Store } from '../../store/store.ts'
import type { RunOptions, RunResult } from '../engine.ts'
import { checkInputNames, type FoundInputs, findInputs } from '../inputs.ts'
import { loadPlan, readRecipe } from '../recipes.ts'
import type { Made, Maker } from './makers.ts'

export interface PartsOptions {
  /** Globs, paths, directories or URLs by input of the recipe. */
  readonly inputs: Readonly<Record<string, readonly string[]>>
  readonly store: Store
  readonly cwd: string
  /** Runs the plan of a part. */
  readonly run: (part: string, plan: Plan, found: FoundInputs) => Promise<RunResult>
  readonly bounds: Pick<RunOptions, 'workers' | 'memoryBytes' | 'signal'>
  /** Told of each part when it begins and when it is made. */
  readonly begun?: (part: Part, number: number) => void
  readonly made?: (part: Part, made: Made) => void
  readonly progress?: (part: string, what: string, done: number, total: number) => void
}

/** What a part came to. */
export interface PartResult {
  readonly part: string
  readonly made: Made
  /** Where the part is a run. */
  readonly run?: RunResult
}

/**
 * Runs a recipe of parts, one after another. Each part does what its own command would do, so that one that is up to date is not
 * done again, and one that was stopped goes on where it stood.
 *
 * @throws TilthError what the parts' own commands throw, with the name of the part before it.
 */
export async function runParts(recipe: PartsRecipe, options: PartsOptions): Promise<readonly PartResult[]> {
  // Much code, which a program that runs no parts does without.
  const { MAKERS } = await import('./catalogue.ts')
  await checkAll(recipe, options, MAKERS)
  const results = new Map<string, PartResult>()
  for (const [number, part] of recipe.parts.entries()) {
    options.begun?.(part, number)
    const result = await inPart(part.name, () => runPart(recipe, part, results, options, MAKERS))
    results.set(part.name, result)
    options.made?.(part, result.made)
  }
  return [...results.values()]
}

/** Whatever can be known to be wrong before the first part runs, is. */
async function checkAll(recipe: PartsRecipe, options: PartsOptions, makers: readonly Maker[]): Promise<void> {
  checkInputNames(Object.keys(options.inputs), Object.keys(recipe.inputs))
  const missing = Object.entries(recipe.inputs).filter(
    ([input, { files }]) => (options.inputs[input] ?? files).length === 0,
  )
  if (missing.length > 0) {
    throw new TilthError('input', `${missing.map(([input]) => input).join(', ')}: no files given`, {
      hint: missing
        .map(([input, { description }]) => `--input ${input}=GLOB   (${description})`)
        .join('\n       '),
    })
  }
  for (const part of recipe.parts) {
    await inPart(part.name, async () => {
      if (part.kind === 'steps')
        planRecipe(checkRecipe(recipeOfSteps(recipe.name, part, sources(recipe, part, options))))
      else if (part.kind === 'run')
        checkWiring(part, planRecipe(checkRecipe(await recipeOfRun(recipe, part, options))))
      else makerOf(part, makers)
    })
  }
}

/** Each input of a recipe that a part runs is given something, and nothing else is. */
function checkWiring(part: RunPart, plan: Plan): void {
  const names = plan.inputs.map((input) => input.name)
  const missing = names.find((input) => !Object.hasOwn(part.inputs, input))
  if (missing !== undefined)
    throw new TilthError('recipe', `inputs.${missing}: nothing is read for this input of ${part.run}`)
}

function makerOf({ make: name, options }: MakePart, makers: readonly Maker[]): Maker {
  const maker = makers.find((each) => each.name === name)
  if (maker === undefined) {
    throw new TilthError('recipe', `make: there is nothing named ${name} to make`, {
      hint: `there are ${makers.map((each) => each.name).join(', ')}`,
    })
  }
  const result = maker.options.safeParse(options)
  if (!result.success) throw schemaError(result.error, maker.options, [], () => '', options)
  return maker
}

async function runPart(
  recipe: PartsRecipe,
  part: Part,
  results: ReadonlyMap<string, PartResult>,
  options: PartsOptions,
  makers: readonly Maker[],
): Promise<PartResult> {
  const { store, cwd } = options
  const resolved = resolveReferences(part, (of) => refOf(of, results))
  if (resolved.kind === 'make') {
    const maker = makerOf(resolved, makers)
    const made = await maker.make(part.name, maker.options.parse(resolved.options), {
      store,
      bounds: options.bounds,
      progress: (what, done, total) => options.progress?.(part.name, what, done, total),
    })
    return { part: part.name, made }
  }
  const input =
    resolved.kind === 'steps'
      ? recipeOfSteps(recipe.name, resolved, sources(recipe, resolved, options))
      : await recipeOfRun(recipe, resolved, options)
  const plan = await loadPlan(input, [], cwd, store)
  const run = await options.run(part.name, plan, await findInputs(plan, {}, cwd, store))
  const { name, number, steps } = run.manifest
  const last = steps.at(-1)
  const made: Made = {
    ref: `${name}@${number}`,
    kind: 'documents',
    summary: `${last?.out ?? 0} documents, ${last?.bytesOut ?? 0} bytes of text`,
    upToDate: run.upToDate,
    warnings: [],
  }
  return { part: part.name, made, run }
}

/** Before its parts have run, a reference is to whatever they will write. */
function refOf(part: string, results: ReadonlyMap<string, PartResult>): string {
  return results.get(part)?.made.ref ?? part
}

/** The recipe that a part runs, reading what the part is wired to. */
async function recipeOfRun(recipe: PartsRecipe, part: RunPart, options: PartsOptions): Promise<RecipeInput> {
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
  { inputs }: PartsOptions,
): RecipeInput['inputs'] {
  return Object.fromEntries(
    Object.entries(part.inputs).map(([input, from]) => {
      const own = recipe.inputs[from]
      if (own === undefined) return [input, { format: 'version', files: [from] }]
      return [input, { ...own, files: [...(inputs[from] ?? own.files)] }]
    }),
  )
}

async function inPart<T>(part: string, does: () => Promise<T>): Promise<T> {
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
