/**
 * Tilth as a library: the functions behind the command line, with the same names.
 *
 *     import { run, stages, step } from 'tilth'
 *
 *     await run({
 *       name: 'links', writes: 'links', inputs: { submissions: { format: 'reddit', files: 'RS_*.zst' } },
 *       steps: [step(stages.redditLinks), step(stages.minScore, { name: 'karma', minScore: 5 })],
 *     })
 *
 * @module
 */
import type { RunOptions, RunResult } from './engine/engine.ts'
import { findInputs } from './engine/inputs.ts'
import { localEngine } from './engine/local/local.ts'
import { loadPlan } from './engine/recipes.ts'
import type { RecipeInput } from './plan/recipe.ts'
import { Store } from './store/store.ts'

export type { Progress, RunOptions, RunResult } from './engine/engine.ts'
export { type Estimate, estimate } from './engine/estimate.ts'
export { type Explanation, explain, type RuleVerdict } from './engine/explain.ts'
export { findInputs } from './engine/inputs.ts'
export { budget } from './engine/memory.ts'
export { type PartResult, type PartsOptions, runParts } from './engine/parts/run-parts.ts'
export { builtInRecipes, loadPlan, loadRecipe, readRecipe } from './engine/recipes.ts'
export { FORMATS } from './formats/catalogue.ts'
export { extract } from './html/extract.ts'
export type { ContentBlock, Extraction, ExtractOptions, Preset } from './html/extraction.ts'
export type { Metadata as PageMetadata } from './html/page-metadata.ts'
export type { Document, Json, Meta, Origin } from './model/document.ts'
export { type ErrorCode, TilthError } from './model/error.ts'
export type { PayloadRecord, ReadFailure } from './model/record.ts'
export * from './model/stage.ts'
export type * from './model/version.ts'
export type { Plan, PlanStep } from './plan/plan.ts'
export type { Recipe, RecipeInput } from './plan/recipe.ts'
export { step } from './plan/step.ts'
export { type ReportData, reportData } from './report/report-data.ts'
export * as stages from './stages/built-in.ts'
export { STAGES, stageNamed } from './stages/catalogue.ts'
export { diffVersions, type VersionDiff } from './store/diff.ts'
export { exportVersion } from './store/export.ts'
export { collectGarbage, type Garbage, garbage } from './store/gc.ts'
export { Store } from './store/store.ts'
export { keptRows, openVersion, rejectedRows, signalRows, type Version } from './store/version.ts'

/** What {@link run} takes beside the recipe. */
export interface RunRecipeOptions extends RunOptions {
  /** Globs, paths, directories or URLs by input name; the recipe's own `files` when left out. */
  readonly inputs?: Readonly<Record<string, string | readonly string[]>>
  /** `path=value`, as after `--set`. */
  readonly set?: readonly string[]
  /** Directory of all state; `.tilth` when left out. */
  readonly store?: string
  /** Where relative paths start; the working directory when left out. */
  readonly cwd?: string
}

/**
 * Runs a recipe on this machine: a built-in one by name, a YAML file by path, or one written in code.
 *
 * Gives the version that was written, or the one that was there already for the same recipe and inputs.
 *
 * @throws TilthError for whatever a user can act on; see its codes.
 */
export async function run(recipe: string | RecipeInput, options: RunRecipeOptions = {}): Promise<RunResult> {
  const { inputs = {}, set = [], store = '.tilth', cwd = process.cwd(), ...rest } = options
  const place = new Store(store)
  const plan = await loadPlan(recipe, set, cwd, place)
  const given = Object.fromEntries(Object.entries(inputs).map(([name, files]) => [name, [files].flat()]))
  return localEngine.run(plan, await findInputs(plan, given, cwd, place), place, rest)
}
