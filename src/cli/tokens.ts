import type { Command } from 'commander'
import { MIXTURE_KIND, openMixture } from '../engine/tokens/mix.ts'
import { openTokenSet } from '../engine/tokens/token-set.ts'
import { type MixedToken, type TracedToken, traceMixed, traceToken } from '../engine/tokens/trace.ts'
import { TilthError } from '../model/error.ts'
import { visibleLine } from '../report/visible.ts'
import { openArtefact } from '../store/artefact.ts'
import { mixtureTable } from './mixture-table.ts'
import { storeOf } from './options.ts'
import { count, counted, paint, styleOf } from './terminal.ts'
import { tokenSetTable } from './token-set-table.ts'

interface Flags {
  readonly store: string
  readonly at?: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('tokens')
    .argument('<set>', 'a token set or a mixture: NAME or NAME@NUMBER')
    .description('Show a token set or a mixture, or say which document one of its tokens is of.')
    .option('--at <place>', 'SHARD:OFFSET of a token set, SEQUENCE:OFFSET of a mixture; both from 0')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (ref: string, _: unknown, command: Command) => {
      await tokens(ref, command.optsWithGlobals<Flags>())
    })
}

const HELP = `
Examples:
  tilth tokens webtext-tokens --at 3:120455
  tilth tokens mixture --at 88120:17`

async function tokens(ref: string, flags: Flags): Promise<void> {
  const store = storeOf(flags)
  const isMixture = openArtefact(store, ref).manifest.kind === MIXTURE_KIND
  if (flags.at === undefined) {
    const what = isMixture ? openMixture(store, ref).mixture : openTokenSet(store, ref).set
    process.stdout.write(flags.json ? `${JSON.stringify(what)}\n` : summary(store, ref, isMixture))
    return
  }
  const [, first, second] = /^(\d+):(\d+)$/.exec(flags.at) ?? []
  if (first === undefined || second === undefined) {
    throw new TilthError(
      'usage',
      `--at ${flags.at}: expected ${isMixture ? 'SEQUENCE' : 'SHARD'}:OFFSET, such as 0:1024`,
    )
  }
  const traced = isMixture
    ? await traceMixed(store, openMixture(store, ref), Number(first), Number(second))
    : await traceToken(openTokenSet(store, ref), Number(first), Number(second))
  process.stdout.write(flags.json ? `${JSON.stringify(traced)}\n` : shown(traced))
}

function summary(store: ReturnType<typeof storeOf>, ref: string, isMixture: boolean): string {
  const style = styleOf(process.stdout, process.env)
  if (isMixture) {
    const { ref: name, files, mixture } = openMixture(store, ref)
    return `${mixtureTable(mixture, style)}${paint(name, 'strong', style)}   ${files}\n`
  }
  const { ref: name, files, set } = openTokenSet(store, ref)
  return `${tokenSetTable(set, style)}${paint(name, 'strong', style)}   ${files}\n`
}

function shown(traced: TracedToken | MixedToken): string {
  const style = styleOf(process.stdout, process.env)
  const lines: string[] = []
  if ('place' in traced) {
    const { place, at, sourceName, epoch } = traced
    const seen = epoch === 0 ? 'seen for the first time' : `seen ${counted(epoch, 'time')} before`
    lines.push(`sequence ${count(place)}, token ${count(at)}: of ${sourceName}, ${seen}`)
  }
  const { set, shard, offset, version, document, token, isSeparator, url, source, record, id } = traced
  const what = isSeparator ? 'the separator behind it' : `token ${count(token)} of it`
  lines.push(
    `set      ${set}, shard ${shard}, token ${count(offset)}`,
    `document ${paint(visibleLine(url ?? document), 'strong', style)}, ${what}`,
    ...(url === null ? [] : [`id       ${document}`]),
    `source   ${visibleLine(source)}, record ${count(record)}`,
    `token    ${id} "${visibleLine(traced.text)}"`,
    `text     ${visibleLine(traced.before)}${paint(`[${visibleLine(traced.text)}]`, 'accent', style)}${visibleLine(traced.after)}`,
    `why      tilth why ${version} ${document}`,
  )
  return `${lines.join('\n')}\n`
}
