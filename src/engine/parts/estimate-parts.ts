import { type Part, type PartsRecipe, references } from '../../plan/parts.ts'
import { diskNeed } from '../disk-need.ts'
import type { RunOptions } from '../engine.ts'
import { type Estimate, estimate } from '../estimate.ts'
import { findInputs } from '../inputs.ts'
import { budget } from '../memory.ts'
import { loadPlan } from '../recipes.ts'
import { checkGivenParts } from './check-parts.ts'
import { type GivenParts, inPart, recipeOfPart } from './part-recipes.ts'

/** What a part will take, or why that cannot be known yet. */
export interface PartEstimate {
  readonly part: string
  /** `null` where it reads what other parts write. */
  readonly estimate: Estimate | null
  /** Parts that must have run before it can be measured. */
  readonly waitsFor: readonly string[]
}

export interface PartsEstimate {
  readonly parts: readonly PartEstimate[]
  /** Sums over the parts that were measured; of memory the most, as one runs after another. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly diskBytes: number
  /** Bytes that the store's disk has free; `undefined` where that cannot be known. */
  readonly roomBytes: number | undefined
}

/**
 * What the parts will take that read files alone, from a sample of these. What others take depends on what those find.
 *
 * @throws TilthError what a run would throw before its first part.
 */
export async function estimateParts(
  recipe: PartsRecipe,
  given: GivenParts,
  bounds: Pick<RunOptions, 'workers' | 'memoryBytes'>,
): Promise<PartsEstimate> {
  const { MAKERS } = await import('./catalogue.ts')
  await checkGivenParts(recipe, given, MAKERS)
  const parts: PartEstimate[] = []
  for (const part of recipe.parts) {
    const waitsFor = [...new Set(references(part))]
    const measured =
      waitsFor.length > 0 ? null : await inPart(part.name, () => measure(recipe, part, given, bounds))
    parts.push({ part: part.name, estimate: measured, waitsFor })
  }
  const known = parts.flatMap((part) => part.estimate ?? [])
  const sum = (of: (each: Estimate) => number): number => known.reduce((all, each) => all + of(each), 0)
  const [first] = known
  return {
    parts,
    seconds: sum(({ seconds }) => seconds),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    memoryBytes: Math.max(0, ...known.map(({ memoryBytes }) => memoryBytes)),
    diskBytes: sum(({ diskBytes }) => diskBytes),
    roomBytes: first === undefined ? undefined : diskNeed(first, given.store).room,
  }
}

async function measure(
  recipe: PartsRecipe,
  part: Part,
  given: GivenParts,
  { workers, memoryBytes }: Pick<RunOptions, 'workers' | 'memoryBytes'>,
): Promise<Estimate | null> {
  if (part.kind === 'make') return null
  const { cwd, store } = given
  const plan = await loadPlan(await recipeOfPart(recipe, part, given), [], cwd, store)
  const found = await findInputs(plan, {}, cwd, store)
  const largest = Math.max(...plan.inputs.map((input) => input.maxRecordBytes))
  return await estimate(plan, found, budget(memoryBytes, workers, largest))
}
