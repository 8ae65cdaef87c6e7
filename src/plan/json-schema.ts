import { z } from 'zod'
import { STAGES } from '../stages/catalogue.ts'
import { RULE_SETS } from '../stages/rule-sets.ts'
import { scriptOptions, scriptStage } from '../stages/script.ts'
import { makePartSchema, partsRecipeSchema, runPartSchema, stepsPartSchema } from './parts.ts'
import { inputSchema, recipeSchema, stepSchema } from './recipe.ts'

type JsonSchema = Record<string, unknown>

/**
 * JSON Schema (2020-12) of recipes, for editors: the recipe's own schema with each stage's options
 * beside its `use`. Formats' options are left open, since `auto` chooses the format by file.
 */
export function recipeJsonSchema(): JsonSchema {
  const recipe = schemaOf(recipeSchema)
  const step = schemaOf(stepSchema)
  const variants = uses().map(({ name, description, options }) => ({
    type: 'object',
    description,
    properties: {
      ...properties(step),
      use: { const: name, description },
      ...properties(options),
    },
    required: ['use', ...((options['required'] as string[] | undefined) ?? [])],
    additionalProperties: false,
  }))
  const steps = { type: 'array', minItems: 1, items: { oneOf: [...variants, ...ownVariants(step)] } }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tilth recipe',
    $defs: { inputs: inputsSchema(recipe), steps },
    oneOf: [{ ...recipe, properties: { ...properties(recipe), ...SHARED } }, partsVariant()],
  }
}

const SHARED = { inputs: { $ref: '#/$defs/inputs' }, steps: { $ref: '#/$defs/steps' } }

function inputsSchema(recipe: JsonSchema): JsonSchema {
  return { ...properties(recipe)['inputs'], additionalProperties: schemaOf(inputSchema) }
}

/** A recipe of parts. What a part makes says which options it has: they are left open. */
function partsVariant(): JsonSchema {
  const recipe = schemaOf(partsRecipeSchema)
  const steps = schemaOf(stepsPartSchema)
  const kinds = [
    schemaOf(runPartSchema),
    { ...steps, properties: { ...properties(steps), steps: SHARED.steps } },
    schemaOf(makePartSchema),
  ]
  const parts = { ...properties(recipe)['parts'], items: { oneOf: kinds } }
  return { ...recipe, properties: { ...properties(recipe), inputs: SHARED.inputs, parts } }
}

/** Steps of a user's own: a script has options that are known, and those of a module stand in its file. */
function ownVariants(step: JsonSchema): readonly JsonSchema[] {
  const script = schemaOf(scriptOptions)
  const { description } = scriptStage()
  return [
    {
      type: 'object',
      description,
      properties: {
        ...properties(step),
        use: { type: 'string', pattern: '^\\.{0,2}/.*\\.py$', description },
        ...properties(script),
      },
      required: ['use', 'signals'],
      additionalProperties: false,
    },
    {
      type: 'object',
      description: 'A stage of your own.',
      properties: {
        ...properties(step),
        use: { type: 'string', pattern: '^\\.{0,2}/.*\\.m?[jt]s$', description: 'Path of the module.' },
      },
      required: ['use'],
    },
  ]
}

/** What a step can use: every stage, and the rule sets of several steps, which have the options of all of them. */
function uses(): readonly {
  readonly name: string
  readonly description: string
  readonly options: JsonSchema
}[] {
  const stages = STAGES.map(({ name, description, options }) => ({
    name,
    description,
    options: schemaOf(options),
  }))
  const sets = RULE_SETS.filter((set) => !STAGES.some((stage) => stage.name === set.name)).map(
    ({ name, steps }) => ({
      name,
      description: steps.map((stage) => stage.description).join(' '),
      options: {
        properties: Object.assign({}, ...steps.map((stage) => properties(schemaOf(stage.options)))),
      },
    }),
  )
  return [...stages, ...sets]
}

/** JSON Schema of what a user writes: defaults are not required. */
export function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as JsonSchema
  return rest
}

/** Properties of an object schema by name. */
export function properties(schema: JsonSchema): Record<string, JsonSchema> {
  return (schema['properties'] ?? {}) as Record<string, JsonSchema>
}
