import { z } from 'zod'
import { nearest, TilthError } from '../model/error.ts'
import {
  inputSchema,
  keepDroppedSchema,
  type Locate,
  nameSchema,
  type RecipeInput,
  schemaError,
  stepSchema,
} from './recipe.ts'

const wiring = z
  .record(z.string(), z.string())
  .default({})
  .describe(
    'What each input reads: an input of this recipe by name, or what an earlier part wrote: part:NAME.',
  )
const partName = nameSchema.describe('Name of the part, unique in the recipe.')
const writtenName = nameSchema.describe('Name of the part, unique in the recipe, and of what it writes.')

/** A part that runs another recipe, which writes the next version of its own dataset. */
export const runPartSchema = z.strictObject({
  name: partName,
  run: z.string().describe('A built-in recipe by name, or a path that starts at the working directory.'),
  inputs: wiring,
  set: z.array(z.string()).default([]).describe('Changes to it, as after --set.'),
})

/** A part that runs steps of its own, and writes a dataset of its name. */
export const stepsPartSchema = z.strictObject({
  name: writtenName,
  inputs: wiring,
  steps: z.array(stepSchema).min(1).describe('Steps in order, as in any recipe.'),
  keepDropped: keepDroppedSchema,
})

/** A part that makes something of what earlier parts made. Other keys are its options. */
export const makePartSchema = z.looseObject({
  name: writtenName,
  make: z.string().describe('What is made, such as `quality`, `mixture` or `tokens`.'),
})

/** A recipe of parts as it is written. */
export const partsRecipeSchema = z.strictObject({
  name: nameSchema.describe('Name of the recipe.'),
  description: z.string().default('').describe('What it makes, in a sentence or two.'),
  inputs: z.record(nameSchema, inputSchema).describe('Inputs by name.'),
  values: z
    .record(nameSchema, z.json())
    .default({})
    .describe(
      'What several parts name: `value:NAME` in any option stands for it, and --set values.NAME=... changes it.',
    ),
  parts: z
    .array(z.looseObject({ name: partName }))
    .min(1)
    .describe(
      'Parts in order: each runs a recipe (`run`), steps of its own (`steps`), or makes something (`make`).',
    ),
})

export type RunPart = z.output<typeof runPartSchema> & { readonly kind: 'run' }
export type StepsPart = z.output<typeof stepsPartSchema> & { readonly kind: 'steps' }
export interface MakePart {
  readonly kind: 'make'
  readonly name: string
  readonly make: string
  /** Not checked yet: what is made says which there are. */
  readonly options: Readonly<Record<string, unknown>>
}
export type Part = RunPart | StepsPart | MakePart

/** A recipe of recipes: each part is what a command of its own would do, over what earlier parts wrote. */
export interface PartsRecipe {
  readonly name: string
  readonly description: string
  readonly inputs: z.output<typeof partsRecipeSchema>['inputs']
  readonly parts: readonly Part[]
}

/** Whether what was read is a recipe of parts. */
export function hasParts(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'parts' in raw
}

const KINDS = { run: runPartSchema, steps: stepsPartSchema, make: makePartSchema } as const

/**
 * Checks a recipe of parts: its form, and that each part reads what there is by then.
 *
 * @throws TilthError `recipe` naming the path of the first thing wrong.
 */
export function checkParts(raw: unknown, locate: Locate): PartsRecipe {
  const result = partsRecipeSchema.safeParse(raw)
  if (!result.success) throw schemaError(result.error, partsRecipeSchema, [], locate, raw)
  const { parts: written, values, ...recipe } = result.data
  const named = new Set<string>()
  const given = written.map((part) => withValues(part, values, named, `parts.${part.name}`, locate))
  for (const name of Object.keys(values)) {
    if (named.has(name)) continue
    const guess = nearest(name, [...named])
    throw new TilthError('recipe', `values.${name}: no part names it${locate(['values', name])}`, {
      hint: guess === undefined ? `parts name ${[...named].join(', ') || 'none'}` : `did you mean ${guess}?`,
    })
  }
  const parts = given.map((part, index) => partOf(part, index, raw, locate))
  for (const [index, part] of parts.entries()) {
    const wrong = (what: string, hint: string): TilthError =>
      new TilthError('recipe', `parts.${part.name}${what}${locate(['parts', index])}`, { hint })
    const earlier = parts.slice(0, index).map((each) => each.name)
    if (earlier.includes(part.name)) throw wrong(': two parts have this name', 'give one another name')
    const known = [...Object.keys(recipe.inputs), ...earlier.map((each) => `part:${each}`)]
    const reads = part.kind === 'make' ? [] : Object.entries(part.inputs)
    for (const [input, from] of reads) {
      if (known.includes(from)) continue
      const guess = nearest(from, known)
      throw wrong(
        `.inputs.${input}: there is no input and no earlier part ${from}`,
        guess === undefined ? `there are ${known.join(', ')}` : `did you mean ${guess}?`,
      )
    }
    for (const of of references(part)) {
      if (earlier.includes(of)) continue
      throw wrong(`: part:${of} is no earlier part`, `there are ${earlier.join(', ') || 'none'}`)
    }
  }
  return { ...recipe, parts }
}

function partOf(part: Readonly<Record<string, unknown>>, index: number, raw: unknown, locate: Locate): Part {
  const kinds = Object.keys(KINDS).filter((kind): kind is keyof typeof KINDS => kind in part)
  const [kind, ...more] = kinds
  if (kind === undefined || more.length > 0) {
    throw new TilthError(
      'recipe',
      `parts.${String(part['name'])}: expected one of run, steps and make${locate(['parts', index])}`,
    )
  }
  const result = KINDS[kind].safeParse(part)
  if (!result.success) throw schemaError(result.error, KINDS[kind], ['parts', index], locate, raw)
  const data = result.data
  if ('run' in data) return { kind: 'run', ...(data as z.output<typeof runPartSchema>) }
  if ('steps' in data) return { kind: 'steps', ...(data as z.output<typeof stepsPartSchema>) }
  const { name, make, ...options } = data as z.output<typeof makePartSchema>
  return { kind: 'make', name, make, options }
}

const VALUE = /^value:([a-z][a-z0-9-]*)$/

/** Plain data with each `value:NAME` in it replaced by that value; `named` gets the names. */
function withValues<T>(
  data: T,
  values: Readonly<Record<string, unknown>>,
  named: Set<string>,
  where: string,
  locate: Locate,
): T {
  return withTexts(data, (text) => {
    const name = VALUE.exec(text)?.[1]
    if (name === undefined) return text
    named.add(name)
    if (Object.hasOwn(values, name)) return values[name]
    const guess = nearest(name, Object.keys(values))
    throw new TilthError('recipe', `${where}: there is no value ${name}${locate(['values'])}`, {
      hint:
        guess === undefined
          ? `there are ${Object.keys(values).join(', ') || 'none'}`
          : `did you mean ${guess}?`,
    })
  })
}

/** Plain data with each text in it, at any depth, replaced by what is given for it. */
function withTexts<T>(data: T, given: (text: string) => unknown): T {
  if (typeof data === 'string') return given(data) as T
  if (Array.isArray(data)) return data.map((each) => withTexts(each, given)) as T
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([key, each]) => [key, withTexts(each, given)])) as T
}

/** `part:NAME`, and behind the word of what an option expects: `fit:part:NAME`. */
const REFERENCE = /^((?:[a-z]+:)?)part:([a-z][a-z0-9-]*)$/

/** Whether an option's text stands for what a part writes. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** Names of the parts that a part's options name, as `part:NAME`. */
export function references(part: Part): readonly string[] {
  const found: string[] = []
  resolveReferences(part, (of) => {
    found.push(of)
    return of
  })
  return found
}

/** Plain data with each `part:NAME` in it replaced by what the part wrote. */
export function resolveReferences<T>(data: T, refOf: (part: string) => string): T {
  return withTexts(data, (text) => {
    const [, word = '', of] = REFERENCE.exec(text) ?? []
    return of === undefined ? text : `${word}${refOf(of)}`
  })
}

/** The recipe of a part that has steps of its own. `inputs`: where each of its inputs comes from. */
export function recipeOfSteps(recipe: string, part: StepsPart, inputs: RecipeInput['inputs']): RecipeInput {
  const { name, steps, keepDropped } = part
  return { name: `${recipe}-${name}`, writes: name, inputs, steps, keepDropped }
}
