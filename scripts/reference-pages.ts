import type { z } from 'zod'
import { command } from '../src/cli/main.ts'
import { MAKERS } from '../src/engine/parts/catalogue.ts'
import { FORMATS } from '../src/formats/catalogue.ts'
import { EXIT_CODES } from '../src/model/error.ts'
import { type Filter, type LineRule, ruleSign, type Stage } from '../src/model/stage.ts'
import { properties, recipeJsonSchema, schemaOf } from '../src/plan/json-schema.ts'
import { makePartSchema, partsRecipeSchema, runPartSchema, stepsPartSchema } from '../src/plan/parts.ts'
import { inputSchema, recipeSchema, stepSchema } from '../src/plan/recipe.ts'
import { STAGES } from '../src/stages/catalogue.ts'
import { limitOf, RULE_SETS } from '../src/stages/rule-sets.ts'

const NOTE = '<!-- Made from the code by `npm run docs`. Edit the schema instead. -->\n'

/** The pages of `docs/reference/` that are made from the code, by file name. */
export async function referencePages(): Promise<Readonly<Record<string, string>>> {
  return {
    'recipe.schema.json': `${JSON.stringify(recipeJsonSchema(), undefined, 2)}\n`,
    'recipes.md': recipePage(),
    'stages.md': stagesPage(),
    'rules.md': rulesPage(),
    'formats.md': formatsPage(),
    'commands.md': await commandsPage(),
  }
}

function recipePage(): string {
  return `${NOTE}
# Recipes

A recipe is plain data: YAML, or the same object in code. Unknown names are errors. Editors that know JSON Schema
complete and check it with [recipe.schema.json](recipe.schema.json); in VS Code, put this line first:

    # yaml-language-server: $schema=./node_modules/tilth/docs/reference/recipe.schema.json

## The recipe

${options(recipeSchema)}
## An input

${options(inputSchema)}
Other keys are options of the input's format: see [formats.md](formats.md).

## A step

${options(stepSchema)}
Other keys are options of the stage: see [stages.md](stages.md). Steps run in order. Records become documents by one \`extract\` stage
at the start, and one behind each join.

## A recipe of parts

A recipe with \`parts\` in place of \`steps\` makes several things, one after another. Each part is what a command of its own would
do, and one that is up to date is not done again. \`part:NAME\` stands for what an earlier part wrote, as an input and in any option;
\`--set parts.NAME.OPTION=value\` changes a part.

${options(partsRecipeSchema)}
### A part that runs a recipe

${options(runPartSchema)}
### A part with steps

${options(stepsPartSchema)}
### A part that makes something else

${options(makePartSchema)}
${MAKERS.map((maker) => `#### ${maker.name}\n\n${sentence(maker.description)}\n\n${options(maker.options)}`).join('\n')}`
}

function stagesPage(): string {
  const kinds = ['extract', 'rewrite', 'filter', 'annotate', 'group', 'join'] as const
  const sections = kinds.map((kind) => {
    const stages = STAGES.filter((stage) => stage.kind === kind)
    return `## ${kind}\n\n${stages.map(stageSection).join('\n')}`
  })
  return `${NOTE}\n# Stages\n\nA limit is inclusive: \`minWords: 50\` keeps a text of 50 words.\n\n${sections.join('\n')}`
}

function stageSection(stage: Stage): string {
  const parts = [`### ${stage.name}\n\n${sentence(stage.description)} Revision ${stage.revision}.\n`]
  const table = options(stage.options)
  if (table !== '') parts.push(table)
  if ('signals' in stage && Object.keys(stage.signals ?? {}).length > 0) {
    parts.push(
      `| signal | meaning |\n|---|---|\n${Object.entries(stage.signals ?? {})
        .map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |\n`)
        .join('')}`,
    )
  }
  if (stage.kind === 'filter' && stage.rules(stage.options.parse({})).length > 0) parts.push(rules(stage))
  const reasons = { ...stage.reasons, ...exchangeReasons(stage) }
  if (Object.keys(reasons).length > 0) {
    parts.push(
      `| reason | meaning |\n|---|---|\n${Object.entries(reasons)
        .map(([name, meaning]) => `| \`${name}\` | ${cell(meaning)} |\n`)
        .join('')}`,
    )
  }
  return parts.join('\n')
}

function exchangeReasons(stage: Stage): Readonly<Record<string, string>> {
  if (stage.kind === 'group')
    return { [stage.reason]: 'Another document with the same key was kept.', ...stage.reasons }
  if (stage.kind !== 'join') return {}
  return {
    [stage.unmatchedLeft]: 'Nothing on the right side has its key.',
    [stage.unmatchedRight]: 'Nothing on the left side has its key.',
    [stage.superseded]: 'A better record with the same key was taken.',
    ...stage.reasons,
  }
}

function rules(stage: Filter): string {
  const rows = stage
    .rules(stage.options.parse({}))
    .map(
      (rule) =>
        `| \`${rule.reason}\` | \`${rule.signal}\` | ${ruleSign(rule)} ${limitOf(stage, rule)} | ${cell(rule.source)} |\n`,
    )
  return `| rule | signal | kept when | source |\n|---|---|---|---|\n${rows.join('')}`
}

function lineRules(list: readonly LineRule[]): string {
  if (list.length === 0) return ''
  const rows = list.map(
    (rule) =>
      `| \`${rule.reason}\` | ${cell(rule.takesOut)} | ${cell(rule.peerReason)} | ${cell(rule.source)} |\n`,
  )
  return `\n| rule | takes out | there called | source |\n|---|---|---|---|\n${rows.join('')}`
}

function rulesPage(): string {
  const sections = RULE_SETS.map(({ name, steps }) => {
    const parts = steps.map((stage) => {
      const head = `Step \`${stage.name}\` (${stage.kind}, revision ${stage.revision}). ${sentence(stage.description)}\n`
      if (stage.kind === 'rewrite') return `${head}${lineRules(stage.lineRules ?? [])}`
      if (stage.kind !== 'filter') return head
      const rows = stage
        .rules(stage.options.parse({}))
        .map(
          (rule) =>
            `| \`${rule.reason}\` | \`${rule.signal}\` ${ruleSign(rule)} ${limitOf(stage, rule)} | ${rule.option === undefined ? '' : `\`${rule.option}\``} | ${cell(rule.peerReason ?? '')} | ${cell(rule.source)} |\n`,
        )
      return `${head}\n| reason | kept when | option | there called | source |\n|---|---|---|---|---|\n${rows.join('')}`
    })
    return `## ${name}\n\n${parts.join('\n')}`
  })
  return `${NOTE}
# Rule sets

Published sets of rules, each under the name of its source: the same name means other verdicts in other places. \`tilth score\` measures
texts by them, \`tilth compare-rules\` shows where they disagree, and a step of a recipe uses one by its name (\`use: c4@code\`). The first
rule that a text breaks names the reason. What each signal means is in [stages.md](stages.md), under the name of the step; what a
source leaves open, and what is ours, stands in the docstring of the rule set in \`src/rules/\`.

${sections.join('\n')}`
}

function formatsPage(): string {
  const sections = FORMATS.map((format) => {
    const endings = format.extensions.map((ending) => `\`${ending}\``).join(' ')
    return `## ${format.name}\n\n${sentence(format.description)} ${endings === '' ? 'Chosen by name only' : `Chosen by ${endings}`}. Revision ${format.revision}.\n\n${options(format.options)}`
  })
  return `${NOTE}
# Formats

\`format: auto\` chooses by the ending of a file's name, the longest that fits. Damage is a row of the \`rejected\` table with a reason,
and reading goes on behind it.

${sections.join('\n')}`
}

async function commandsPage(): Promise<string> {
  const program = await command()
  for (const each of [
    program,
    ...program.commands,
    ...program.commands.flatMap((parent) => parent.commands),
  ]) {
    each.configureOutput({ getOutHelpWidth: () => 100 })
  }
  const sections = program.commands
    .flatMap((each) => [each, ...each.commands])
    .map((each) => {
      const parents = each.parent === program ? '' : `${each.parent?.name()} `
      return `## tilth ${parents}${each.name()}\n\n\`\`\`\n${each.helpInformation().trim()}\n\`\`\`\n`
    })
  const codes = Object.entries(Object.groupBy(Object.entries(EXIT_CODES), ([, code]) => String(code))).map(
    ([code, errors = []]) =>
      `| ${code} | ${MEANINGS[Number(code)] ?? ''} (${errors.map(([name]) => `\`${name}\``).join(', ')}) |\n`,
  )
  return `${NOTE}
# Commands

\`\`\`
${program.helpInformation().trim()}
\`\`\`

| exit code | for |
|---|---|
| 0 | success |
| 1 | a bug of Tilth |
${codes.join('')}
${sections.join('\n')}`
}

const MEANINGS: Readonly<Record<number, string>> = {
  2: 'wrong use, recipe or input',
  3: 'the data was refused: a step kept nothing, or too much failed',
  4: 'another process is writing',
  5: 'no room on the disk or in memory',
  6: 'damaged files',
  7: 'the Spark cluster failed or cannot be reached',
  130: 'interrupted',
}

/** A table of a strict schema's options; empty where it has none. */
function options(schema: z.ZodType): string {
  const rows = Object.entries(properties(schemaOf(schema))).map(([name, option]) => {
    const standard = option['default'] === undefined ? '' : `\`${JSON.stringify(option['default'])}\``
    return `| \`${name}\` | ${cell(typeOf(option))} | ${cell(standard)} | ${cell(String(option['description'] ?? ''))} |\n`
  })
  return rows.length === 0
    ? ''
    : `| option | type | default | meaning |\n|---|---|---|---|\n${rows.join('')}\n`
}

function typeOf(option: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(option['enum'])) return option['enum'].map((each) => JSON.stringify(each)).join(', ')
  if (Array.isArray(option['anyOf'])) return option['anyOf'].map((each) => typeOf(each)).join(' or ')
  if (option['type'] === 'array')
    return `list of ${typeOf((option['items'] ?? {}) as Record<string, unknown>)}`
  const { minimum, maximum } = option
  const range =
    typeof minimum === 'number' || (typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER)
  const upper = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : ''
  return `${String(option['type'] ?? 'any')}${range ? ` from ${String(minimum ?? '')}${upper}` : ''}`
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
