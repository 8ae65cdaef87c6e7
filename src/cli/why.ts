import { basename } from 'node:path'
import type { Command } from 'commander'
import { type Explanation, explain, type RuleVerdict } from '../engine/explain.ts'
import { ruleSign } from '../model/stage.ts'
import { bounded } from '../report/excerpt.ts'
import { measured } from '../report/numbers.ts'
import { visibleLine } from '../report/visible.ts'
import { storeOf } from './options.ts'
import { count, paint, type Style, styleOf, table } from './terminal.ts'

export function register(program: Command): void {
  program
    .command('why')
    .argument('<version>', 'NAME, NAME@NUMBER or NAME@TAG')
    .argument('<id-or-url>', 'id of a document, or a URL as found or as normalised')
    .description('Say why a document is in a version, or is not: every rule with value, limit and margin.')
    .option('--json', 'print JSON')
    .action(async (ref: string, idOrUrl: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<{ store: string; json?: boolean }>()
      const version = await storeOf(flags).open(ref)
      const explanations = await explain(version, idOrUrl)
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(explanations)}\n`)
        return
      }
      const style = styleOf(process.stdout, process.env)
      process.stdout.write(explanations.map((each) => shown(each, version.ref, style)).join('\n'))
    })
}

function shown(explanation: Explanation, ref: string, style: Style): string {
  const { id, url, outcome, step, reason, detail, rules, duplicate, firstOrigin } = explanation
  const verdict =
    outcome === 'kept'
      ? paint('kept', 'good', style)
      : `${paint(outcome, 'bad', style)} at ${step} by ${reason}`
  const lines = [`${paint(visibleLine(url ?? id), 'strong', style)}   ${verdict}`]
  if (url !== null) lines.push(`id       ${id}`)
  if (detail !== null) lines.push(`detail   ${visibleLine(detail)}`)
  if (rules.length > 0) lines.push('', ruleTable(rules, reason, style).trimEnd())
  for (const { step, what } of explanation.removals) lines.push(`${step} took out   ${visibleLine(what)}`)
  for (const [name, value] of Object.entries(explanation.otherSignals))
    if (name !== duplicate?.similarity?.signal) lines.push(`${name}   ${measured(value)}`)
  if (duplicate !== null) {
    const { version, similarity, fate } = duplicate
    const where = version === null ? fate : `${fate}, in ${version}`
    const name = [...(duplicate.url === null ? [] : [visibleLine(duplicate.url)]), duplicate.id].join(' ')
    lines.push('', `kept instead   ${name} (${where})`)
    if (similarity !== null) {
      const { signal, value, limit } = similarity
      lines.push(`similarity     ${signal} ${measured(value)}; copies from ${measured(limit)} up`)
    }
    if (duplicate.text) lines.push(`its text       ${visibleLine(bounded(duplicate.text, 200))}`)
    if (explanation.text) lines.push(`this text      ${visibleLine(bounded(explanation.text, 200))}`)
    const score = scoreOf(duplicate.meta)
    if (score !== undefined) lines.push(`its score      ${score}, this one's ${scoreOf(explanation.meta)}`)
  }
  lines.push(
    '',
    `source   ${visibleLine(basename(firstOrigin.source))}, record ${count(firstOrigin.record)}${linkOf(explanation)}`,
    ...(firstOrigin.through.length === 0 ? [] : [`through  ${firstOrigin.through.toReversed().join(', ')}`]),
  )
  if (explanation.notMeasured !== null)
    lines.push(`note     not all could be measured: ${explanation.notMeasured}`)
  lines.push(`text     tilth show ${ref} ${id}`)
  return `${lines.join('\n')}\n`
}

function ruleTable(rules: readonly RuleVerdict[], reason: string | null, style: Style): string {
  return table(
    rules,
    [
      { title: 'rule', cell: (rule) => `${rule.step}.${rule.signal}` },
      { title: 'value', cell: (rule) => (rule.value === null ? '-' : measured(rule.value)), align: 'right' },
      {
        title: 'limit',
        cell: (rule) => `${ruleSign(rule)} ${measured(rule.limit)}`,
        align: 'right',
      },
      { title: 'margin', cell: (rule) => (rule.margin === null ? '-' : signed(rule.margin)), align: 'right' },
      {
        title: '',
        cell: (rule) =>
          rule.verdict === 'drop'
            ? `drop ${rule.reason}${rule.reason === reason ? '' : ' (too)'}`
            : rule.verdict,
        tone: (rule) => (rule.verdict === 'drop' ? 'bad' : undefined),
      },
      { title: '', cell: (rule) => (rule.measuredNow ? 'measured now' : '') },
      { title: 'source of the limit', cell: (rule) => rule.source },
    ],
    style,
  )
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${measured(Math.abs(value))}`
}

function scoreOf(meta: Explanation['meta']): number | undefined {
  return typeof meta['score'] === 'number' ? meta['score'] : undefined
}

/** What is known of the links to a joined page. */
function linkOf({ meta, otherSignals }: Explanation): string {
  const link = meta['link']
  const score = typeof link === 'object' && link !== null && 'score' in link ? link.score : undefined
  const copies = Object.entries(otherSignals).find(([name]) => name.endsWith('.copies'))?.[1]
  return [
    typeof meta['date'] === 'string' ? `   dated ${meta['date'].slice(0, 10)}` : '',
    copies !== undefined && copies > 1 ? `   ${count(copies)} with the same key` : '',
    score === undefined ? '' : `   best score ${String(score)}`,
  ].join('')
}
