import type { Command } from 'commander'
import { diffVersions, type StepDiff, type VersionDiff } from '../store/diff.ts'
import { storeOf, wholeNumber } from './options.ts'
import { count, counted, paint, type Style, styleOf, table } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly limit: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('diff')
    .argument('<a>', 'a version: NAME, NAME@NUMBER or NAME@TAG')
    .argument('<b>', 'the version it is compared with')
    .description('Compare two versions: documents, counts by step, options and inputs.')
    .option('--limit <n>', 'most documents to list of each kind', '10')
    .option('--json', 'print JSON')
    .action(async (a: string, b: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      const store = storeOf(flags)
      const limit = wholeNumber(flags.limit, '--limit', 0, 1_000_000)
      const diff = await diffVersions(await store.open(a), await store.open(b), { limit })
      const style = styleOf(process.stdout, process.env)
      process.stdout.write(flags.json ? `${JSON.stringify(diff)}\n` : diffText(diff, style))
    })
}

/** A comparison for people. */
export function diffText(diff: VersionDiff, style: Style): string {
  const parts = [
    documentCounts(diff, style),
    stepTable(diff, style),
    optionTable(diff, style),
    inputTable(diff, style),
    exampleTable(diff, style),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function documentCounts({ a, b, documents }: VersionDiff, style: Style): string {
  const { same, added, removed, changed } = documents
  return [
    `${paint(`${a} → ${b}`, 'strong', style)}   `,
    `${counted(added.count, 'document')} added, ${count(removed.count)} removed, `,
    `${count(changed.count)} changed, ${count(same)} the same\n`,
  ].join('')
}

function stepTable({ a, b, steps }: VersionDiff, style: Style): string {
  const number = (step: StepDiff, side: 'a' | 'b', what: 'in' | 'kept'): string => {
    const total = step[side]
    return total === null ? '-' : count(total[what])
  }
  return table(
    steps,
    [
      { title: 'step', cell: (step) => step.name },
      { title: `in ${a}`, cell: (step) => number(step, 'a', 'in'), align: 'right' },
      { title: `in ${b}`, cell: (step) => number(step, 'b', 'in'), align: 'right' },
      { title: `kept ${a}`, cell: (step) => number(step, 'a', 'kept'), align: 'right' },
      { title: `kept ${b}`, cell: (step) => number(step, 'b', 'kept'), align: 'right' },
      { title: 'change', cell: (step) => change(step), align: 'right' },
    ],
    style,
  )
}

function change({ a, b }: StepDiff): string {
  const difference = (b?.kept ?? 0) - (a?.kept ?? 0)
  return difference > 0 ? `+${count(difference)}` : count(difference)
}

function optionTable({ a, b, options }: VersionDiff, style: Style): string {
  if (options.length === 0) return 'the same steps and options\n'
  return table(
    options,
    [
      { title: 'step', cell: (each) => each.step },
      { title: 'option', cell: (each) => each.option },
      { title: a, cell: (each) => (each.a === null ? '-' : JSON.stringify(each.a)) },
      { title: b, cell: (each) => (each.b === null ? '-' : JSON.stringify(each.b)) },
    ],
    style,
  )
}

function inputTable({ inputs }: VersionDiff, style: Style): string {
  const rows = [
    ...inputs.added.map((input) => ({ change: 'added', ...input })),
    ...inputs.removed.map((input) => ({ change: 'removed', ...input })),
  ]
  if (rows.length === 0) return `the same inputs (${count(inputs.same)})\n`
  return table(
    rows,
    [
      { title: 'input', cell: (row) => row.input },
      { title: 'change', cell: (row) => row.change },
      { title: 'sha256', cell: (row) => row.hash.slice(0, 16) },
      { title: 'file', cell: (row) => row.uri },
    ],
    style,
  )
}

function exampleTable({ documents: { added, removed, changed } }: VersionDiff, style: Style): string {
  const rows = [
    ...added.examples.map(({ id, url }) => ({ change: 'added', id, url })),
    ...removed.examples.map(({ id, url }) => ({ change: 'removed', id, url })),
    ...changed.examples.map(({ a, b, url }) => ({ change: 'changed', id: a === b ? a : `${a} → ${b}`, url })),
  ]
  if (rows.length === 0) return ''
  return table(
    rows,
    [
      { title: 'document', cell: (row) => row.change },
      { title: 'id', cell: (row) => row.id },
      { title: 'url', cell: (row) => row.url ?? '' },
    ],
    style,
  )
}
