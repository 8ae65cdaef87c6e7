import type { Command } from 'commander'
import type { Filter, LineRule } from '../model/stage.ts'
import { ruleSign } from '../model/stage.ts'
import { limitOf, RULE_SETS, type RuleSet, ruleSetNamed } from '../stages/rule-sets.ts'
import { styleOf, table } from './terminal.ts'

export function register(program: Command): void {
  program
    .command('rules')
    .argument('[name]', 'show this rule set alone: its rules, limits and signals')
    .description('List the published rule sets, or show one.')
    .option('--json', 'print JSON')
    .action((name: string | undefined, flags: { json?: boolean }) => {
      const set = name === undefined ? undefined : ruleSetNamed(name)
      if (flags.json === true) print(`${JSON.stringify(set ? described(set) : RULE_SETS.map(described))}\n`)
      else print(set ? shown(set) : list(RULE_SETS))
    })
}

function print(text: string): void {
  process.stdout.write(text)
}

function list(sets: readonly RuleSet[]): string {
  return table(
    sets,
    [
      { title: 'rule set', cell: (set) => set.name },
      {
        title: 'rules',
        cell: (set) => String(set.steps.flatMap(rulesOf).length + set.steps.flatMap(lineRulesOf).length),
        align: 'right',
      },
      { title: 'what', cell: (set) => set.steps[0]?.description ?? '' },
    ],
    styleOf(process.stdout, process.env),
  )
}

function shown(set: RuleSet): string {
  return set.steps.map(shownStep).join('\n')
}

function shownStep(stage: Step): string {
  const style = styleOf(process.stdout, process.env)
  const parts = [`${stage.name} (${stage.kind}): ${stage.description}\n`]
  if (stage.kind === 'filter') {
    parts.push(
      table(
        rulesOf(stage),
        [
          { title: 'reason', cell: (rule) => rule.reason },
          { title: 'kept when', cell: (rule) => `${rule.signal} ${ruleSign(rule)} ${limitOf(stage, rule)}` },
          { title: 'option', cell: (rule) => rule.option ?? '-' },
          { title: 'there called', cell: (rule) => rule.peerReason ?? '-' },
          { title: 'source', cell: (rule) => rule.source },
        ],
        style,
      ),
    )
  }
  const lineRules = lineRulesOf(stage)
  if (lineRules.length > 0) {
    parts.push(
      table(
        lineRules,
        [
          { title: 'rule', cell: (rule) => rule.reason },
          { title: 'takes out', cell: (rule) => rule.takesOut },
          { title: 'there called', cell: (rule) => rule.peerReason },
          { title: 'source', cell: (rule) => rule.source },
        ],
        style,
      ),
    )
  }
  const signals = Object.entries(stage.signals ?? {})
  if (signals.length > 0) {
    parts.push(
      table(
        signals,
        [
          { title: 'signal', cell: ([name]) => name },
          { title: 'meaning', cell: ([, meaning]) => meaning },
        ],
        style,
      ),
    )
  }
  return parts.join('\n')
}

type Step = RuleSet['steps'][number]

function rulesOf(stage: Step): ReturnType<Filter['rules']> {
  return stage.kind === 'filter' ? stage.rules(stage.options.parse({})) : []
}

function lineRulesOf(stage: Step): readonly LineRule[] {
  return stage.kind === 'rewrite' ? (stage.lineRules ?? []) : []
}

/** A rule set as plain data: its rules in the order in which they decide, each with its step. */
function described(set: RuleSet): object {
  return {
    name: set.name,
    rules: set.steps.flatMap((stage) => rulesOf(stage).map((rule) => ({ step: stage.name, ...rule }))),
    steps: set.steps.map((stage) => ({
      name: stage.name,
      kind: stage.kind,
      revision: stage.revision,
      description: stage.description,
      options: stage.options.parse({}),
      signals: stage.signals ?? {},
      lineRules: lineRulesOf(stage),
    })),
  }
}
