import { z } from 'zod'
import type { Json } from '../model/document.ts'
import { nearest, TilthError } from '../model/error.ts'
import type { Stage, StageKind } from '../model/stage.ts'
import type { PlanRecord, PlanStepRecord } from '../model/version.ts'
import { stageNamed } from '../stages/catalogue.ts'
import { importedSignalsStage } from '../stages/filter/imported-signals.ts'
import { signalLimits, signalLimitsStage } from '../stages/filter/signal-limits.ts'
import { defaultStepName, RULE_SETS } from '../stages/rule-sets.ts'
import { contentKey } from './canonical.ts'
import { properties, schemaOf } from './json-schema.ts'
import { isPath, type OwnCode, type OwnStage, ownStage } from './own-stages.ts'
import { type Locate, type Recipe, type RecipeStep, schemaError } from './recipe.ts'
import { cut, type Segment } from './segments.ts'

/** A file or folder that an option of a step names. */
export interface PlanFile {
  /** As the option has it. */
  readonly path: string
  /** Where it lay when the plan was bound; not part of any key. */
  readonly location: string
  /** SHA-256 over names and contents, lower-case hex. */
  readonly sha256: string
}

/** Signals that were imported for a version, which a step takes. */
export interface PlanImport {
  /** VERSION/NAME, as the option has it. */
  readonly of: string
  /** Directory it lay in when the plan was bound; not part of any key. */
  readonly location: string
  readonly columns: readonly string[]
  /** Documents of each file of its lookup. */
  readonly parts: readonly number[]
  /** SHA-256 of names and values, lower-case hex. */
  readonly sha256: string
}

/** A version that a step compares its documents with: an index of near copies, or keys of its kept documents. */
export interface PlanIndex {
  /** The version, as the option has it. */
  readonly of: string
  /** Directory of the version; not part of any key. */
  readonly version: string
  /** Name of the index in the store, or of the keys, by content. */
  readonly key: string
}

/** A step bound to its stage, with every option filled in. Plain data: crosses threads. */
export interface PlanStep {
  readonly name: string
  /** Name of the stage, or the path of a user's own. */
  readonly stage: string
  readonly kind: StageKind
  readonly revision: number
  readonly options: Readonly<Record<string, Json>>
  /** Joins: the input on the right side. */
  readonly with?: string
  /** Files that options name, where there are any. */
  readonly files?: readonly PlanFile[]
  /** Code of a user's own that is the stage. */
  readonly code?: OwnCode
  /** What a group compares its documents with, when the plan was bound to a store. */
  readonly indexes?: readonly PlanIndex[]
  /** What `imported-signals` takes, when the plan was bound to a store. */
  readonly imported?: PlanImport
}

/** An input of the recipe, its format's options not yet checked (they depend on the files). */
export interface PlanInput {
  readonly name: string
  readonly description: string
  readonly format: string
  readonly files: readonly string[]
  readonly maxRecordBytes: number
  readonly options: Readonly<Record<string, Json>>
}

/** A recipe checked against the catalogue and cut into segments, not yet bound to files. */
export interface Plan {
  readonly name: string
  readonly description: string
  readonly writes: string
  readonly inputs: readonly PlanInput[]
  /** Names of the inputs that the first step reads. */
  readonly from: readonly string[]
  readonly steps: readonly PlanStep[]
  readonly segments: readonly Segment[]
  readonly keepDropped: Recipe['keepDropped']
  readonly maxFailureRatio: number
  readonly allowEmpty: boolean
  readonly seed: number
}

const STEP_KEYS = new Set(['name', 'use', 'from', 'with'])
const INPUT_KEYS = new Set(['description', 'format', 'files', 'maxRecordBytes'])

/**
 * Checks a recipe against the catalogue of stages and cuts it into segments.
 *
 * @param own stages that the recipe names by path, by what it calls them.
 * @throws TilthError `recipe`: unknown stage or option, steps in an order that cannot run.
 */
export function planRecipe(
  recipe: Recipe,
  locate: Locate = () => '',
  own: ReadonlyMap<string, OwnStage> = new Map(),
): Plan {
  const inputs = Object.entries(recipe.inputs).map(
    ([name, input]): PlanInput => ({
      name,
      description: input.description,
      format: input.format,
      files: input.files,
      maxRecordBytes: input.maxRecordBytes,
      options: without(input, INPUT_KEYS),
    }),
  )
  const steps = recipe.steps.flatMap((step, index) =>
    expandRuleSet(step).map((each) => bindStep(each, index, recipe, locate, own)),
  )
  const names = steps.map((step) => step.name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new TilthError('recipe', `steps.${twice}: two steps have this name`, {
      hint: 'give one another name',
    })
  }
  const from = mainInputs(recipe, steps, locate)
  const clash = names.find((name) => name in recipe.inputs && steps.some((step) => step.with === name))
  if (clash !== undefined) {
    throw new TilthError('recipe', `steps.${clash}: an input that a join reads has this name`, {
      hint: 'its reading is a step of its own, under the name of the input',
    })
  }
  checkOrder(steps, locate)
  return {
    name: recipe.name,
    description: recipe.description,
    writes: recipe.writes,
    inputs,
    from,
    steps,
    segments: cut(steps, from),
    keepDropped: recipe.keepDropped,
    maxFailureRatio: recipe.maxFailureRatio,
    allowEmpty: recipe.allowEmpty,
    seed: recipe.seed,
  }
}

/**
 * A rule set of several steps becomes these steps, named after the step with what each does: `c4` is `c4-page` and
 * `c4-lines`. An option goes to every step that has it, and one that none has to the first, which refuses it.
 */
function expandRuleSet(step: RecipeStep): readonly RecipeStep[] {
  const set = RULE_SETS.find((each) => each.name === step.use)
  if (set === undefined || set.steps.length < 2) {
    return [
      set?.steps[0] === undefined
        ? step
        : { ...step, name: step.name ?? defaultStepName(set.name), use: set.steps[0].name },
    ]
  }
  const name = step.name ?? defaultStepName(step.use)
  const base = defaultStepName(set.name)
  const options = Object.entries(without(step, STEP_KEYS))
  const takes = (index: number, option: string): boolean =>
    Object.hasOwn(properties(schemaOf(set.steps[index]?.options ?? z.strictObject({}))), option)
  return set.steps.map((stage, index) => {
    const own = options.filter(
      ([option]) =>
        takes(index, option) || (index === 0 && !set.steps.some((_, other) => takes(other, option))),
    )
    const from = index === 0 && step.from !== undefined ? { from: step.from } : {}
    const right = index === 0 && step.with !== undefined ? { with: step.with } : {}
    const suffix = defaultStepName(stage.name).slice(base.length)
    return { name: `${name}${suffix}`, use: stage.name, ...from, ...right, ...Object.fromEntries(own) }
  })
}

function bindStep(
  step: RecipeStep,
  index: number,
  recipe: Recipe,
  locate: Locate,
  own: ReadonlyMap<string, OwnStage>,
): PlanStep {
  const mine = own.get(step.use)
  const stage = mine?.stage ?? catalogued(step.use, index, locate)
  const result = stage.options.safeParse(without(step, STEP_KEYS))
  if (!result.success) throw schemaError(result.error, stage.options, ['steps', index], locate, recipe)
  if (stage.kind === 'join' && step.with === undefined) {
    throw new TilthError(
      'recipe',
      `steps.${step.name ?? step.use}: a join needs with: INPUT${locate(['steps', index])}`,
    )
  }
  if (stage.kind !== 'join' && step.with !== undefined) {
    throw new TilthError(
      'recipe',
      `steps.${step.name ?? step.use}.with: only a join has it${locate(['steps', index, 'with'])}`,
    )
  }
  if (step.with !== undefined) known(step.with, recipe, ['steps', index, 'with'], locate)
  const preferred = preferredInputs({ kind: stage.kind, options: result.data as PlanStep['options'] })
  for (const name of preferred ?? []) known(name, recipe, ['steps', index, 'prefer', 'input'], locate)
  return {
    name: step.name ?? defaultStepName(step.use),
    stage: mine === undefined ? stage.name : step.use,
    kind: stage.kind,
    revision: stage.revision,
    options: result.data as PlanStep['options'],
    ...(step.with === undefined ? {} : { with: step.with }),
    ...(mine === undefined ? {} : { code: mine.code }),
  }
}

function catalogued(use: string, index: number, locate: Locate): Stage {
  try {
    if (!isPath(use)) return stageNamed(use)
    throw new Error(`${use}: not loaded`)
  } catch (error) {
    if (!(error instanceof TilthError)) throw error
    const message = `${error.message}${locate(['steps', index, 'use'])}`
    const path = /\.(?:py|[mc]?[jt]s)$/.test(use)
    const hint = path ? `a file is named by its path: ./${use}` : error.hint
    throw new TilthError('recipe', message, hint === undefined ? {} : { hint })
  }
}

function known(name: string, recipe: Recipe, path: readonly PropertyKey[], locate: Locate): void {
  if (name in recipe.inputs) return
  const names = Object.keys(recipe.inputs)
  const guess = nearest(name, names)
  throw new TilthError('recipe', `${path.join('.')}: no input is named ${name}${locate(path)}`, {
    hint: guess === undefined ? `the inputs are ${names.join(', ')}` : `did you mean ${guess}?`,
  })
}

/**
 * The inputs that a group prefers, the first before the others; `undefined` where it goes by something else. Where it does, what documents
 * bring to it depends on the name of their input.
 */
export function preferredInputs({
  kind,
  options,
}: Pick<PlanStep, 'kind' | 'options'>): readonly string[] | undefined {
  const prefer = options['prefer']
  if (kind !== 'group' || typeof prefer !== 'object' || prefer === null || !('input' in prefer))
    return undefined
  return prefer.input as readonly string[]
}

/** The inputs of the first step; every other input must be a join's. */
function mainInputs(recipe: Recipe, steps: readonly PlanStep[], locate: Locate): readonly string[] {
  const joined = new Set(steps.flatMap((step) => step.with ?? []))
  const late = recipe.steps.findIndex((step, index) => index > 0 && step.from !== undefined)
  if (late > 0) {
    const at = ['steps', late, 'from']
    throw new TilthError(
      'recipe',
      `steps.${recipe.steps[late]?.name ?? recipe.steps[late]?.use}.from: only the first step reads inputs${locate(at)}`,
      {
        hint: 'every other step takes what the one before it kept; a second input comes in by a join',
      },
    )
  }
  const given = recipe.steps[0]?.from
  const free = Object.keys(recipe.inputs).filter((name) => !joined.has(name))
  const from = given === undefined ? free : [given].flat()
  for (const name of from) known(name, recipe, ['steps', 0, 'from'], locate)
  const unused = free.find((name) => !from.includes(name))
  if (unused !== undefined || from.length === 0) {
    const what = unused === undefined ? 'the first step has no input' : `inputs.${unused}: no step reads it`
    throw new TilthError(
      'recipe',
      `${what}${locate(unused === undefined ? ['steps', 0] : ['inputs', unused])}`,
    )
  }
  const both = from.find((name) => joined.has(name))
  if (both !== undefined) {
    throw new TilthError(
      'recipe',
      `inputs.${both}: read by the first step and by a join${locate(['inputs', both])}`,
    )
  }
  return from
}

/** Records become documents once, by an `extract`, at the start and behind each join. */
function checkOrder(steps: readonly PlanStep[], locate: Locate): void {
  let records = true
  for (const [index, step] of steps.entries()) {
    if (records !== (step.kind === 'extract')) {
      const wrong = records
        ? `steps.${step.name}: ${step.stage} takes documents, and here are records`
        : `steps.${step.name}: ${step.stage} takes records, and here are documents`
      throw new TilthError('recipe', `${wrong}${locate(['steps', index])}`, {
        hint: 'an extract stage comes first and behind each join, and nowhere else',
      })
    }
    records = step.kind === 'join'
  }
  const last = steps.at(-1)
  if (last?.kind === 'join') {
    throw new TilthError('recipe', `steps.${last.name}: a join needs an extract stage behind it`)
  }
}

function without(object: object, keys: ReadonlySet<string>): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key))) as Record<string, Json>
}

/** The stage of a step. */
export function stageOf(step: PlanStep): Stage {
  if (step.code !== undefined) return ownStage(step.code, step.options)
  if (step.imported !== undefined) return importedSignalsStage(step.imported.columns)
  const stage = stageNamed(step.stage)
  return stage === signalLimits ? signalLimitsStage(step.options) : stage
}

/** What `plan.json` says of each step, reading of a join's right input included. */
export function stepRecords(plan: Plan): readonly PlanStepRecord[] {
  return plan.steps.flatMap((step): PlanStepRecord[] => {
    const stage = stageOf(step)
    const own: PlanStepRecord = {
      name: step.name,
      stage: step.stage,
      kind: step.kind,
      revision: step.revision,
      options: step.options,
      signals: signalsOf(stage),
      rules: stage.kind === 'filter' ? stage.rules(step.options) : [],
    }
    if (step.with === undefined) return [own]
    const read: PlanStepRecord = {
      name: step.with,
      stage: 'read',
      kind: 'read',
      revision: 1,
      options: {},
      signals: {},
      rules: [],
    }
    return [read, own]
  })
}

const COPIES = 'Documents of the cluster of near copies, itself included; at least 1.'
const SIMILARITIES = {
  jaccard: 'Of a dropped document: Jaccard index with the one that stays, 0 to 1.',
  cosine: 'Of a dropped document: cosine between its vector and that of the one that stays, -1 to 1.',
}

/** Signals that a stage measures, with their meaning. */
function signalsOf(stage: Stage): Readonly<Record<string, string>> {
  if (stage.kind === 'group') {
    if (stage.decides === 'survivor')
      return { copies: 'Documents with this key, itself included; at least 1.' }
    if (stage.decides === 'clusters') {
      const { similarity = 'jaccard', signals = {} } = stage
      return { ...signals, copies: COPIES, [similarity]: SIMILARITIES[similarity] }
    }
    return stage.signals
  }
  return 'signals' in stage ? (stage.signals ?? {}) : {}
}

/** The plan of a version, from its `plan.json`. */
export function planOfRecord(record: PlanRecord): Plan {
  const plan = record.recipe as unknown as Omit<Plan, 'segments'>
  return { ...plan, segments: cut(plan.steps, plan.from) }
}

/** What of a plan decides its result, apart from the inputs' content: the recipe's half of the plan id. */
export function planKey(given: Plan): string {
  const plan = { ...given, steps: given.steps.map(stepKey) }
  const { name: _, description: __, inputs, segments: ___, ...rest } = plan
  return contentKey({
    ...rest,
    inputs: inputs.map(({ description: ____, files: _____, ...input }) => input),
    rules: stepRecords(plan),
  })
}

/** A step as keys hold it: with the content of its files in place of their paths. */
export function stepKey(given: PlanStep): PlanStep {
  const step = indexKey(importKey(given.code === undefined ? given : { ...given, ...codeKey(given.code) }))
  if (step.files === undefined) return step
  const hashes = new Map(step.files.map(({ path, sha256 }) => [path, sha256]))
  const files = step.files.map(({ sha256 }) => ({ path: sha256, location: '', sha256 }))
  return { ...step, files, options: hashed(step.options, hashes) as PlanStep['options'] }
}

function indexKey(step: PlanStep): PlanStep {
  if (step.indexes === undefined) return step
  const keys = step.indexes.map(({ key }) => key)
  const indexes = keys.map((key) => ({ of: key, version: '', key }))
  return { ...step, indexes, options: { ...step.options, against: keys } }
}

function importKey(step: PlanStep): PlanStep {
  if (step.imported === undefined) return step
  const { columns, sha256 } = step.imported
  const imported = { of: sha256, location: '', columns, parts: [], sha256 }
  return { ...step, imported, options: { ...step.options, of: sha256 } }
}

function codeKey({ language, sha256 }: OwnCode): Pick<PlanStep, 'stage'> & { readonly code: OwnCode } {
  return { stage: sha256, code: { language, path: sha256, location: '', sha256 } }
}

function hashed(value: Json, hashes: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return hashes.get(value) ?? value
  if (Array.isArray(value)) return value.map((each: Json) => hashed(each, hashes))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hashed(each, hashes)]))
}
