import type { Command } from 'commander'
import { TilthError } from '../model/error.ts'
import type { RejectedRow } from '../model/version.ts'
import { bounded } from '../report/excerpt.ts'
import { measured } from '../report/numbers.ts'
import { visible, visibleLine } from '../report/visible.ts'
import { isArtefact } from '../store/artefact.ts'
import { type FoundDocument, findDocuments, findRejected } from '../store/lookup.ts'
import { diskUse, type Store } from '../store/store.ts'
import type { Version } from '../store/version.ts'
import { funnelTable } from './funnel.ts'
import { storeOf, wholeNumber } from './options.ts'
import { bytes, count, counted, duration, paint, type Style, shortPath, styleOf, table } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly rejected?: string | true
  readonly step?: string
  readonly limit: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('show')
    .argument(
      '<version>',
      'NAME, NAME@NUMBER or NAME@TAG; or an artefact: a classifier, a token set, a mixture',
    )
    .argument('[id-or-url]', 'a document: its id, or its URL as found or as normalised')
    .description(
      'Show a version, one of its documents, or what was dropped and what failed; or what an artefact is.',
    )
    .option('--rejected [which]', 'list rejected documents: failed, dropped, or a reason')
    .option('--step <name>', 'only what this step rejected')
    .option('--limit <n>', 'most rows, inputs or shards to list', '20')
    .option('--json', 'print JSON; a list as one object a line')
    .action(async (ref: string, idOrUrl: string | undefined, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      const store = storeOf(flags)
      if (isArtefact(store, ref)) return await showArtefact(store, ref, idOrUrl, flags)
      const version = await store.open(ref)
      const print = (text: string): void => void process.stdout.write(text)
      const style = styleOf(process.stdout, process.env)
      if (idOrUrl !== undefined) await showDocument(version, idOrUrl, flags, style, print)
      else if (flags.rejected !== undefined || flags.step !== undefined)
        await showRejected(version, flags, style, print)
      else await showVersion(version, store, flags, style, print)
    })
}

type Print = (text: string) => void

async function showArtefact(
  store: Store,
  ref: string,
  idOrUrl: string | undefined,
  flags: Flags,
): Promise<void> {
  if (idOrUrl !== undefined || flags.rejected !== undefined || flags.step !== undefined) {
    throw new TilthError('usage', `${ref} is an artefact, and holds no documents`, {
      hint: `tilth show ${ref} says what it was made of`,
    })
  }
  // What classifiers and mixtures say of themselves is code that a version does without.
  const { artefactJson, artefactText } = await import('./show-artefact.ts')
  const style = styleOf(process.stdout, process.env)
  process.stdout.write(
    flags.json ? `${JSON.stringify(artefactJson(store, ref))}\n` : artefactText(store, ref, style),
  )
}

async function showVersion(
  version: Version,
  store: Store,
  flags: Flags,
  style: Style,
  print: Print,
): Promise<void> {
  const { manifest, dir } = version
  const limit = limitOf(flags)
  const tags = Object.entries(await store.tags(manifest.name))
    .filter(([, number]) => number === manifest.number)
    .map(([tag]) => tag)
  const diskBytes = diskUse(dir)
  if (flags.json) {
    print(`${JSON.stringify({ version: version.ref, tags, diskBytes, manifest, plan: version.plan })}\n`)
    return
  }
  const last = manifest.steps.at(-1)
  const line = [
    paint(version.ref, 'strong', style),
    counted(last?.out ?? 0, 'document'),
    `${bytes(last?.bytesOut ?? 0)} text`,
    `${bytes(diskBytes)} disk`,
    duration(manifest.cost.seconds),
  ]
  const facts = [
    ['recipe', manifest.recipe],
    ['plan', manifest.planId],
    ['made', `${manifest.created.slice(0, 16).replace('T', ' ')} UTC`],
    ...(manifest.sampleRatio === 1
      ? []
      : [['sample', `${measured(manifest.sampleRatio * 100)} % of the main input`]]),
    ...(manifest.parents.length === 0 ? [] : [['parents', manifest.parents.join(', ')]]),
    ...(tags.length === 0 ? [] : [['tags', tags.join(', ')]]),
    ...Object.entries(manifest.hashes).map(([name, hash]) => [name, hash]),
    ['directory', shortPath(dir, process.cwd())],
  ]
  print(`${line.join('   ')}\n\n${funnelTable(manifest.steps, style)}\n`)
  for (const [name = '', value = ''] of facts) print(`${name.padEnd(10)} ${visibleLine(value)}\n`)
  print('\n')
  const more = (all: number): string =>
    all > limit
      ? `${paint(`and ${count(all - limit)} more; --limit, or --json for all`, 'quiet', style)}\n`
      : ''
  print(
    table(
      manifest.inputs.slice(0, limit),
      [
        { title: 'input', cell: (each) => each.input },
        { title: 'size', cell: (each) => bytes(each.bytes), align: 'right' },
        { title: 'sha256', cell: (each) => each.hash.slice(0, 16) },
        { title: 'file', cell: (each) => each.uri },
      ],
      style,
    ),
  )
  print(`${more(manifest.inputs.length)}\n`)
  print(
    table(
      manifest.shards.slice(0, limit),
      [
        { title: 'shard', cell: (each) => each.file },
        { title: 'rows', cell: (each) => count(each.rows), align: 'right' },
        { title: 'size', cell: (each) => bytes(each.bytes), align: 'right' },
        { title: 'sha256', cell: (each) => each.sha256.slice(0, 16) },
      ],
      style,
    ),
  )
  print(more(manifest.shards.length))
}

function limitOf(flags: Flags): number {
  return wholeNumber(flags.limit, '--limit', 1, 1_000_000_000)
}

async function showDocument(
  version: Version,
  idOrUrl: string,
  flags: Flags,
  style: Style,
  print: Print,
): Promise<void> {
  const found = await findDocuments(version, idOrUrl)
  if (flags.json) {
    print(`${JSON.stringify(found.map(({ outcome, row }) => ({ outcome, ...row })))}\n`)
    return
  }
  print(found.map((each) => documentText(each, style)).join('\n'))
}

function documentText({ outcome, row }: FoundDocument, style: Style): string {
  const verdict =
    outcome === 'kept'
      ? paint('kept', 'good', style)
      : `${paint(outcome, 'bad', style)} at ${row.step} by ${row.reason}`
  const lines = [`${paint(visibleLine(row.url ?? row.id), 'strong', style)}   ${verdict}`]
  const fact = (name: string, value: string): void =>
    void lines.push(`${name.padEnd(10)} ${visibleLine(value)}`)
  fact('id', row.id)
  fact('source', `${row.source}, record ${count(row.record)}`)
  if (outcome !== 'kept') {
    if (row.signal !== null && row.value !== null && row.limit !== null) {
      fact('value', `${row.signal} ${measured(row.value)}, limit ${measured(row.limit)}`)
    }
    if (row.duplicateOf !== null) fact('kept is', row.duplicateOf)
    if (row.detail !== null) fact('detail', row.detail)
  }
  for (const [name, value] of Object.entries(row.meta)) {
    if (name !== 'url') fact(visibleLine(name), typeof value === 'string' ? value : JSON.stringify(value))
  }
  // `undefined` where a reader gives a missing text so.
  const text = row.text ?? undefined
  return `${lines.join('\n')}\n\n${text === undefined ? 'The version does not hold its text.' : visible(text)}\n`
}

async function showRejected(version: Version, flags: Flags, style: Style, print: Print): Promise<void> {
  const limit = limitOf(flags)
  const query = {
    limit,
    ...(typeof flags.rejected === 'string' ? { which: flags.rejected } : {}),
    ...(flags.step === undefined ? {} : { step: flags.step }),
  }
  const rows: RejectedRow[] = []
  let listed = 0
  for await (const row of findRejected(version, query)) {
    listed++
    if (flags.json) print(`${JSON.stringify(row)}\n`)
    else rows.push(row)
    // Printed in pieces: a table of a million rows need not be in memory.
    if (rows.length === 1000) print(rejectedTable(rows.splice(0), style))
  }
  if (flags.json) return
  if (rows.length > 0) print(rejectedTable(rows, style))
  if (listed === 0) print('none\n')
  else if (listed === limit)
    print(`${paint(`the first ${count(limit)}; more with --limit`, 'quiet', style)}\n`)
}

function rejectedTable(rows: readonly RejectedRow[], style: Style): string {
  return table(
    rows,
    [
      { title: 'step', cell: (row) => row.step },
      { title: 'reason', cell: (row) => row.reason },
      { title: 'value', cell: (row) => (row.value === null ? '' : measured(row.value)), align: 'right' },
      { title: 'limit', cell: (row) => (row.limit === null ? '' : measured(row.limit)), align: 'right' },
      { title: 'document', cell: (row) => bounded(row.url ?? row.id, 100) },
      { title: 'where', cell: (row) => where(row) },
    ],
    style,
  )
}

function where({ source, record, detail }: RejectedRow): string {
  const place = `${source.slice(source.lastIndexOf('/') + 1)}, record ${count(record)}`
  return detail === null ? place : `${place}: ${bounded(detail, 200)}`
}
