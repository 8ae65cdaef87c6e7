import { z } from 'zod'
import { STAGES } from '../stages/catalogue.ts'
import { inputSchema, recipeSchema, stepSchema } from './recipe.ts'

type JsonSchema = Record<string, unknown>

/**
 * JSON Schema (2020-12) of recipes, for editors: the recipe's own schema with each stage's options
 * beside its `use`. Formats' options are left open, since `auto` chooses the format by file.
 */
export function recipeJsonSchema(): JsonSchema {
  const recipe = schemaOf(recipeSchema)
  const step = schemaOf(stepSchema)
  const variants = STAGES.map((stage) => {
    const options = schemaOf(stage.options)
    return {
      type: 'object',
      description: stage.description,
      properties: {
        ...properties(step),
        use: { const: stage.name, description: stage.description },
        ...properties(options),
      },
      required: ['use', ...((options['required'] as string[] | undefined) ?? [])],
      additionalProperties: false,
    }
  })
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tilth recipe',
    ...recipe,
    properties: {
      ...properties(recipe),
      inputs: {
        ...(properties(recipe)['inputs'] as JsonSchema),
        additionalProperties: schemaOf(inputSchema),
      },
      steps: { type: 'array', minItems: 1, items: { oneOf: variants } },
    },
  }
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
