import { TilthError } from '../../model/error.ts'
import type { Stage } from '../../model/stage.ts'
import { isPath, keepOwnStage, type OwnCode, type OwnStage } from '../../plan/own-stages.ts'
import type { Plan } from '../../plan/plan.ts'
import type { Recipe } from '../../plan/recipe.ts'
import { scriptStage } from '../../stages/script.ts'
import { checkOwnCode, findOwnCode } from './code.ts'
import { importModule } from './import-module.ts'
import { checkStage } from './stage-check.ts'

/**
 * The stages that a recipe names by path, found, hashed and loaded.
 *
 * @throws TilthError `recipe` or `input` that names the path and what is wrong.
 */
export async function loadOwnStages(recipe: Recipe, cwd: string): Promise<ReadonlyMap<string, OwnStage>> {
  const own = new Map<string, OwnStage>()
  for (const { use } of recipe.steps) {
    if (!isPath(use) || own.has(use)) continue
    const code = findOwnCode(use, cwd)
    own.set(use, { code, stage: code.language === 'python' ? scriptStage() : await loadModule(code) })
  }
  return own
}

/**
 * Loads the modules of a plan in this thread.
 *
 * @throws TilthError `input` where one is not what it was when the plan was made.
 */
export async function loadPlanStages(plan: Pick<Plan, 'steps'>): Promise<void> {
  for (const { name, code } of plan.steps) {
    if (code?.language !== 'javascript') continue
    checkOwnCode(name, code)
    await loadModule(code)
  }
}

async function loadModule(code: OwnCode): Promise<Stage> {
  let module: { readonly default?: unknown }
  try {
    module = await importModule(code.location, code.sha256)
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new TilthError('recipe', `${code.path} cannot be loaded: ${reason}`, { cause })
  }
  const stage = checkStage(code.path, module.default)
  keepOwnStage({ code, stage })
  return stage
}
