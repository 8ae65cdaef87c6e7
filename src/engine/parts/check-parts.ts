import { TilthError } from '../../model/error.ts'
import { isReference, type MakePart, type PartsRecipe, type RunPart } from '../../plan/parts.ts'
import { type Plan, planRecipe, stageOf } from '../../plan/plan.ts'
import { checkRecipe, schemaError } from '../../plan/recipe.ts'
import type { Store } from '../../store/store.ts'
import { checkInputNames, findInputs } from '../inputs.ts'
import { loadOwnStages } from '../own/load.ts'
import { bindStageFiles, groupFiles } from '../stage-files.ts'
import type { Maker } from './makers.ts'
import { type GivenParts, inPart, recipeOfPart } from './part-recipes.ts'

/**
 * Finds what can be known to be wrong before the first part runs: inputs without files, options that no part has, files, versions and
 * encodings that are not there. What earlier parts write is not there yet, and is passed over.
 *
 * @throws TilthError what the part itself would throw, with its name before it.
 */
export async function checkGivenParts(
  recipe: PartsRecipe,
  options: GivenParts,
  makers: readonly Maker[],
): Promise<void> {
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
      if (part.kind === 'make') {
        const maker = makerOf(part, makers)
        await maker.check?.(maker.options.parse(part.options), options)
        return
      }
      const checked = checkRecipe(await recipeOfPart(recipe, part, options))
      const plan = planRecipe(checked, undefined, await loadOwnStages(checked, options.cwd))
      if (part.kind === 'run') checkWiring(part, plan)
      await checkFiles(plan, part.inputs, options)
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

/** The files of inputs and of steps, and the versions that steps name. */
async function checkFiles(
  plan: Plan,
  wired: Readonly<Record<string, string>>,
  { cwd, store }: GivenParts,
): Promise<void> {
  const inputs = plan.inputs
    .filter(({ files }) => !files.some(isReference))
    // As the person calls it who gave the files.
    .map((input) => ({ ...input, name: wired[input.name] ?? input.name }))
  await findInputs({ ...plan, inputs }, {}, cwd, store)
  const { steps } = await bindStageFiles(plan, cwd, store, isReference)
  for (const step of steps) {
    const stage = stageOf(step)
    if (stage.kind !== 'group') continue
    await checkVersions(stage.against?.(step.options) ?? [], store)
    if (stage.decides !== 'spans' || stage.unused === undefined) continue
    const files = step.files?.every(isThere) ? groupFiles(step) : undefined
    if (files === undefined) continue
    // Reads what the files hold: one that is no evaluation set is no later surprise.
    await stage.load?.(step.options)
    stage.unused(step.options, files)
  }
}

function isThere({ path }: { readonly path: string }): boolean {
  return !isReference(path)
}

async function checkVersions(refs: readonly string[], store: Store): Promise<void> {
  for (const ref of refs) if (!isReference(ref)) await store.open(ref)
}

/** What a part makes with, and that its options are such. */
export function makerOf({ make: name, options }: MakePart, makers: readonly Maker[]): Maker {
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
