import { type Part, type PartsRecipe, resolveReferences } from '../../plan/parts.ts'
import type { Plan } from '../../plan/plan.ts'
import type { RunOptions, RunResult } from '../engine.ts'
import { type FoundInputs, findInputs } from '../inputs.ts'
import { loadPlan } from '../recipes.ts'
import { checkGivenParts, makerOf } from './check-parts.ts'
import type { Made, Maker } from './makers.ts'
import { type GivenParts, inPart, recipeOfPart } from './part-recipes.ts'

export interface PartsOptions extends GivenParts {
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
  await checkGivenParts(recipe, options, MAKERS)
  const results = new Map<string, PartResult>()
  for (const [number, part] of recipe.parts.entries()) {
    options.begun?.(part, number)
    const result = await inPart(part.name, () => runPart(recipe, part, results, options, MAKERS))
    results.set(part.name, result)
    options.made?.(part, result.made)
  }
  return [...results.values()]
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
  const plan = await loadPlan(await recipeOfPart(recipe, resolved, options), [], cwd, store)
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
