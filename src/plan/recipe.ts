import { z } from 'zod'
import { nearest, TilthError } from '../model/error.ts'
import { defaultStepName } from '../stages/rule-sets.ts'
import { isPath } from './own-stages.ts'

/** Names of recipes, inputs, steps and parts. */
const NAME = /^[a-z][a-z0-9-]*$/
export const nameSchema = z
  .string()
  .regex(NAME, 'expected lower-case letters, digits and "-", starting with a letter')

/** 32 MiB: above any page Common Crawl keeps (5 MiB) and any book of Project Gutenberg. */
export const DEFAULT_MAX_RECORD_BYTES = 32 << 20

/** An input: files by glob or URL, and how to read them. Other keys are the format's options. */
export const inputSchema = z.looseObject({
  description: z.string().default('').describe('What the files are, for help texts.'),
  format: z
    .string()
    .default('auto')
    .describe('Name of the format, or auto: chosen for each file by the ending of its name.'),
  files: z
    .union([z.string(), z.array(z.string())])
    .transform((files) => (typeof files === 'string' ? [files] : files))
    .default([])
    .describe('Globs, directories or http(s) URLs; --input NAME=GLOB replaces them.'),
  maxRecordBytes: z
    .int()
    .min(1)
    .default(DEFAULT_MAX_RECORD_BYTES)
    .describe('Bytes of one payload; a larger one is a failed row, record-too-large.'),
})

/** A step: a stage under a name. Other keys are the stage's options. */
export const stepSchema = z.looseObject({
  name: nameSchema
    .optional()
    .describe('Name of the step, unique in the recipe; the name of the stage when left out.'),
  use: z.string().describe('Name of the stage, or the path of one of your own: `./score.py`, `./stage.ts`.'),
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('First step only: the input or inputs it reads; needed when the recipe has several.'),
  with: z.string().optional().describe('Joins only: the input on the right side.'),
})

export const keepDroppedSchema = z
  .enum(['text', 'pointer', 'none'])
  .default('text')
  .describe(
    'What the rejected table holds of a dropped document: its text, a pointer to the source record, or neither text nor meta.',
  )

/** A recipe as it is written, in YAML or code. */
export const recipeSchema = z.strictObject({
  name: nameSchema.describe('Name of the recipe.'),
  description: z.string().default('').describe('What it makes, in a sentence or two.'),
  writes: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,99}$/,
      'expected a dataset name: lower-case letters, digits, ".", "_", "-"',
    )
    .describe('Name of the dataset whose next version the run writes.'),
  inputs: z.record(nameSchema, inputSchema).describe('Inputs by name.'),
  steps: z.array(stepSchema).min(1).describe('Steps in order; each takes what the one before it kept.'),
  keepDropped: keepDroppedSchema,
  maxFailureRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('The run fails when a larger share of the records could not be read, 0 to 1.'),
  allowEmpty: z.boolean().default(false).describe('Allow a step that was given documents to keep none.'),
  seed: z.int().min(0).default(0).describe('Seed of every draw; chance is the hash of seed and document id.'),
})

/** What {@link recipeSchema} accepts, before defaults. */
export type RecipeInput = z.input<typeof recipeSchema>
export type Recipe = z.output<typeof recipeSchema>
export type RecipeStep = z.output<typeof stepSchema>

/** Finds the place of a value in the text a recipe came from, as ` (file.yaml:12)`. */
export type Locate = (path: readonly PropertyKey[]) => string

const nowhere: Locate = () => ''

/**
 * Checks a recipe written in code.
 *
 * @throws TilthError `recipe` naming the path of the first thing wrong.
 */
export function checkRecipe(input: unknown, locate: Locate = nowhere): Recipe {
  const result = recipeSchema.safeParse(input)
  if (result.success) return result.data
  throw schemaError(result.error, recipeSchema, [], locate, input)
}

/** Whether a value has parts by name or by number. */
export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
}

/**
 * Turns the first issue of a failed check into an error that says where, what, and what was meant.
 *
 * @param prefix path of the checked value in the recipe, with step names as they are shown.
 */
export function schemaError(
  error: z.ZodError,
  schema: z.ZodType,
  prefix: readonly PropertyKey[],
  locate: Locate,
  input: unknown,
): TilthError {
  const issue = error.issues[0]
  if (issue === undefined) return new TilthError('recipe', error.message)
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const path = [...prefix, ...issue.path, key]
    const known = keysOf(schema, issue.path)
    const guess = nearest(key, known)
    return new TilthError('recipe', `${shown(path, input)}: no such option${locate(path)}`, {
      hint: guess === undefined ? `the options are ${known.join(', ')}` : `did you mean ${guess}?`,
    })
  }
  const path = [...prefix, ...issue.path]
  const message = issue.message
    .replace(/^Invalid input: /, '')
    .replace(/, received (?!undefined).*$/, '')
    .replace(/^./, (first) => first.toLowerCase())
  const value = valueAt(input, path)
  const got = value === undefined ? '' : `, got ${JSON.stringify(value)?.slice(0, 80)}`
  return new TilthError('recipe', `${shown(path, input) || 'recipe'}: ${message}${got}${locate(path)}`)
}

/** `steps.2.minScore` with the step's name in place of its number. */
function shown(path: readonly PropertyKey[], input: unknown): string {
  return path
    .map((part, index) => {
      const parent = valueAt(input, path.slice(0, index))
      const child = Array.isArray(parent) ? parent[Number(part)] : undefined
      if (!isObject(child)) return String(part)
      const use = child['use'] === undefined ? part : String(child['use'])
      return String(child['name'] ?? (isPath(String(use)) ? defaultStepName(String(use)) : use))
    })
    .join('.')
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) value = isObject(value) ? value[key] : undefined
  return value
}

/** Keys that a strict object schema knows, at a path inside it. */
function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema
  for (const key of path) {
    at = isObject(at) && isObject(at['shape']) ? at['shape'][key] : undefined
  }
  return isObject(at) && isObject(at['shape']) ? Object.keys(at['shape']) : []
}
