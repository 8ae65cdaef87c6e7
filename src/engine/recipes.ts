import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nearest, TilthError } from '../model/error.ts'
import { checkParts, hasParts, type PartsRecipe } from '../plan/parts.ts'
import { type Plan, planRecipe } from '../plan/plan.ts'
import { checkRecipe, type RecipeInput } from '../plan/recipe.ts'
import { type ParsedRecipe, parseRecipe, readRecipeYaml } from '../plan/recipe-file.ts'
import type { Store } from '../store/store.ts'
import { bindIndexes } from './near-indexes.ts'
import { loadOwnStages } from './own/load.ts'
import { bindSignals } from './signal-sources.ts'
import { bindStageFiles } from './stage-files.ts'

/** The recipes that come with Tilth lie beside the code, in the repository as in the package. */
const BUILT_IN = fileURLToPath(new URL('../../recipes/', import.meta.url))

/** Names of the built-in recipes, sorted. */
export function builtInRecipes(): readonly string[] {
  const files = readdirSync(BUILT_IN).filter((file) => file.endsWith('.yaml'))
  return files.map((file) => basename(file, '.yaml')).sort()
}

/** YAML of a built-in recipe or of a file, with the name to call it in errors. */
export async function readRecipe(
  nameOrPath: string,
  cwd: string,
): Promise<{ readonly yaml: string; readonly fileName: string }> {
  const path = resolve(cwd, nameOrPath)
  if (/\.ya?ml$/.test(nameOrPath)) {
    if (!existsSync(path)) throw new TilthError('not-found', `${nameOrPath}: no such recipe file in ${cwd}`)
    return { yaml: await readFile(path, 'utf8'), fileName: basename(path) }
  }
  const names = builtInRecipes()
  if (!names.includes(nameOrPath)) {
    const guess = nearest(nameOrPath, names)
    throw new TilthError('not-found', `${nameOrPath}: no built-in recipe has this name`, {
      hint:
        guess === undefined
          ? 'list them with tilth recipes; a recipe of your own is named by its path, ending in .yaml'
          : `did you mean ${guess}?`,
    })
  }
  return {
    yaml: await readFile(join(BUILT_IN, `${nameOrPath}.yaml`), 'utf8'),
    fileName: `${nameOrPath}.yaml`,
  }
}

/**
 * A built-in recipe by name, or one of a file by path: its plan, or its parts where it has parts in place of steps.
 *
 * @param assignments `path=value`, as after `--set`.
 * @param store where the versions and artefacts lie that the recipe names.
 * @throws TilthError `recipe`, `not-found` or `usage`, saying what and where.
 */
export async function loadRecipe(
  nameOrPath: string,
  assignments: readonly string[] = [],
  cwd: string = process.cwd(),
  store?: Store,
): Promise<{ readonly plan: Plan } | { readonly parts: PartsRecipe }> {
  const { yaml, fileName } = await readRecipe(nameOrPath, cwd)
  const { raw, locate } = readRecipeYaml(yaml, fileName, assignments)
  if (hasParts(raw)) return { parts: checkParts(raw, locate) }
  return { plan: await bound({ recipe: checkRecipe(raw, locate), locate }, cwd, store) }
}

/**
 * The plan of a recipe: a built-in one by name, a file by path, or one written in code.
 *
 * @param assignments `path=value`, as after `--set`.
 * @param store where imported signals lie that the recipe names.
 * @throws TilthError `recipe`, `not-found` or `usage`, saying what and where.
 */
export async function loadPlan(
  recipe: string | RecipeInput,
  assignments: readonly string[] = [],
  cwd: string = process.cwd(),
  store?: Store,
): Promise<Plan> {
  if (typeof recipe !== 'string') {
    // Through YAML's data model, so that --set works on it and only plain data is let in.
    if (assignments.length === 0) return bound({ recipe: checkRecipe(recipe), locate: () => '' }, cwd, store)
    return bound(parseRecipe(JSON.stringify(recipe), recipe.name, assignments), cwd, store)
  }
  const found = await loadRecipe(recipe, assignments, cwd, store)
  if ('plan' in found) return found.plan
  throw new TilthError('usage', `${recipe} is a recipe of parts, and has no plan of its own`, {
    hint: `run it with tilth run ${recipe}; see its parts with tilth plan ${recipe}`,
  })
}

/**
 * What a built-in recipe does, before it is known which files its options name: one may need a model that
 * nobody has given.
 */
export async function outlineOf(
  name: string,
): Promise<{ readonly plan: Plan } | { readonly parts: PartsRecipe }> {
  const { yaml, fileName } = await readRecipe(name, process.cwd())
  const { raw, locate } = readRecipeYaml(yaml, fileName, [])
  if (hasParts(raw)) return { parts: checkParts(raw, locate) }
  return { plan: planRecipe(checkRecipe(raw, locate), locate) }
}

/** The plan of a checked recipe, with the code and the files that it names. */
async function bound({ recipe, locate }: ParsedRecipe, cwd: string, store: Store | undefined): Promise<Plan> {
  const own = await loadOwnStages(recipe, cwd)
  const files = await bindStageFiles(planRecipe(recipe, locate, own), cwd, store)
  return bindIndexes(await bindSignals(files, store), store)
}
