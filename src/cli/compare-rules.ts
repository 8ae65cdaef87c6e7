import type { Command } from 'commander'
import { RuleComparer, type RuleComparison } from '../engine/rule-comparison.ts'
import { TilthError } from '../model/error.ts'
import { ruleSign } from '../model/stage.ts'
import { measured } from '../report/numbers.ts'
import { wholeNumber } from './options.ts'
import { sayErrors } from './row-errors.ts'
import { inputRows } from './row-inputs.ts'
import { fieldsOf, type ScoreFlags, scoreCommand, scorersOf } from './score.ts'
import { count, percent, type Style, styleOf, table } from './terminal.ts'

interface Flags extends ScoreFlags {
  readonly examples: string
  readonly json?: boolean
}

export function register(program: Command): void {
  scoreCommand(program, 'compare-rules')
    .description('Show where published rule sets disagree on the same texts, and by which rules.')
    .option('--examples <n>', 'texts to name for each reason that one drops by and another does not', '3')
    .option('--json', 'print JSON')
    .action(async (inputs: readonly string[], flags: Flags) => {
      const scorers = scorersOf(flags)
      if (scorers.length < 2) {
        throw new TilthError('usage', `--rules ${flags.rules}: expected two or more to compare`)
      }
      const comparer = new RuleComparer(scorers, wholeNumber(flags.examples, '--examples', 0, 1000))
      const errors = new Map<string, number>()
      let rows = 0
      for await (const batch of inputRows(inputs, fieldsOf(flags))) {
        for (const { row } of batch) {
          rows++
          if ('error' in row) {
            errors.set(row.error, (errors.get(row.error) ?? 0) + 1)
            continue
          }
          const document = {
            id: row.id,
            text: row.text,
            meta: row.fields,
            origin: { uri: '', input: '', record: 0 },
          }
          comparer.add(
            row.id,
            scorers.map((scorer) => scorer.score(document)),
          )
        }
      }
      sayErrors(errors, rows)
      const { result } = comparer
      const style = styleOf(process.stdout, process.env)
      process.stdout.write(flags.json === true ? `${JSON.stringify(result)}\n` : page(result, style))
    })
}

function page(comparison: RuleComparison, style: Style): string {
  const { texts, disagreed, sets, pairs } = comparison
  const share = (part: number): string => (texts === 0 ? '-' : percent(part / texts))
  const summary = table(
    sets,
    [
      { title: 'rule set', cell: (set) => set.name },
      { title: 'kept', cell: (set) => count(texts - set.dropped), align: 'right' },
      { title: 'dropped', cell: (set) => count(set.dropped), align: 'right' },
      { title: 'share', cell: (set) => share(set.dropped), align: 'right' },
      {
        title: 'reasons',
        cell: (set) =>
          Object.entries(set.reasons)
            .map(([reason, number]) => `${reason} ${count(number)}`)
            .join(', '),
      },
    ],
    style,
  )
  const head = `${count(texts)} texts, ${count(disagreed)} (${share(disagreed)}) on which they do not agree\n`
  return [summary, head, ...pairs.map((pair) => pairPage(pair, style))].join('\n')
}

function pairPage(pair: RuleComparison['pairs'][number], style: Style): string {
  const { left, right, bothKeep, bothDrop, leftOnly, rightOnly } = pair
  const head = `${left} and ${right}: ${count(bothKeep)} kept by both, ${count(bothDrop)} dropped by both\n`
  const groups = [
    ...leftOnly.map((group) => ({ ...group, by: left })),
    ...rightOnly.map((group) => ({ ...group, by: right })),
  ]
  if (groups.length === 0) return head
  const rows = table(
    groups,
    [
      { title: 'dropped by', cell: (group) => group.by },
      { title: 'reason', cell: (group) => group.reason },
      { title: 'texts', cell: (group) => count(group.texts), align: 'right' },
      { title: 'kept when', cell: (group) => `${group.signal} ${ruleSign(group)} ${measured(group.limit)}` },
      {
        title: 'such as',
        cell: (group) => group.examples.map(({ id, value }) => `${id} (${measured(value)})`).join(', '),
      },
    ],
    style,
  )
  return `${head}${rows}`
}
