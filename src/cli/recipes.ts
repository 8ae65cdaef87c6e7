import type { Command } from 'commander'
import { parse } from 'yaml'
import { builtInRecipes, loadPlan, readRecipe } from '../engine/recipes.ts'
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
  const plans = await Promise.all(builtInRecipes().map((name) => loadPlan(name)))
  if (json) {
    const rows = plans.map(({ name, description, writes, inputs, steps }) => ({
      name,
      description,
      writes,
      inputs: inputs.map((input) => ({
        name: input.name,
        description: input.description,
        format: input.format,
      })),
      steps: steps.map((step) => step.name),
    }))
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(
    table(
      plans,
      [
        { title: 'recipe', cell: (plan) => plan.name },
        { title: 'inputs', cell: (plan) => plan.inputs.map((input) => input.name).join(', ') },
        { title: 'writes', cell: (plan) => plan.writes },
        { title: 'what', cell: (plan) => plan.description },
      ],
      styleOf(process.stdout, process.env),
    ),
  )
}
