import type { Command } from 'commander'
import { parse } from 'yaml'
import { builtInRecipes, outlineOf, readRecipe } from '../engine/recipes.ts'
import { styleOf, table } from './terminal.ts'

export function register(program: Command): void {
  program
    .command('recipes')
    .argument('[name]', 'print the YAML of this one, to start your own from')
    .description('List the built-in recipes, or print one.')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, flags: { json?: boolean }) => {
      if (name === undefined) return list(flags.json === true)
      const { yaml } = await readRecipe(name, process.cwd())
      process.stdout.write(flags.json ? `${JSON.stringify(parse(yaml))}\n` : yaml)
    })
}

async function list(json: boolean): Promise<void> {
  const rows = await Promise.all(builtInRecipes().map(rowOf))
  if (json) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(
    table(
      rows,
      [
        { title: 'recipe', cell: (row) => row.name },
        { title: 'inputs', cell: (row) => row.inputs.map((input) => input.name).join(', ') },
        { title: 'writes', cell: (row) => [row.writes].flat().join(', ') },
        { title: 'what', cell: (row) => row.description },
      ],
      styleOf(process.stdout, process.env),
    ),
  )
}

interface RecipeRow {
  readonly name: string
  readonly description: string
  /** A dataset; what its parts write for a recipe of parts. */
  readonly writes: string | readonly string[]
  readonly inputs: readonly { readonly name: string; readonly description: string; readonly format: string }[]
  readonly steps?: readonly string[]
  readonly parts?: readonly string[]
}

async function rowOf(name: string): Promise<RecipeRow> {
  const loaded = await outlineOf(name)
  if ('parts' in loaded) {
    const { parts } = loaded
    const names = parts.parts.map((part) => part.name)
    const inputs = Object.entries(parts.inputs).map(([input, { description, format }]) => ({
      name: input,
      description,
      format,
    }))
    return { name, description: parts.description, writes: names, inputs, parts: names }
  }
  const { description, writes, inputs, steps } = loaded.plan
  return {
    name,
    description,
    writes,
    inputs: inputs.map((input) => ({
      name: input.name,
      description: input.description,
      format: input.format,
    })),
    steps: steps.map((step) => step.name),
  }
}
