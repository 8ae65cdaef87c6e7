import type { Command } from 'commander'
import { importSignals, type SignalImport } from '../engine/import-signals.ts'
import { storeOf } from './options.ts'
import { counted } from './terminal.ts'

export function register(program: Command): void {
  const signals = program.command('signals').description('Join signals that were measured elsewhere.')
  signals
    .command('import')
    .argument('<version>', 'NAME, NAME@NUMBER or NAME@TAG')
    .argument('<file>', 'a Parquet file with a column id and numeric columns')
    .description("Join a file's numeric columns to the documents of a version, by id.")
    .requiredOption('--as <name>', 'name of the signals: their columns are NAME.COLUMN')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (ref: string, file: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<{ store: string; as: string; json?: boolean }>()
      const version = await storeOf(flags).open(ref)
      const result = await importSignals(version, file, flags.as)
      process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : shown(result, version.ref))
    })
}

const HELP = `
The version stays as it is; the signals lie beside it in the store. tilth why shows them, and tilth retune
takes limits over them. Where an id has several rows, the first counts; an empty value is not measured.

Examples:
  tilth signals import webtext scores.parquet --as toxicity
  tilth retune webtext --set 'signals.toxicity.score<=0.2'`

function shown(result: SignalImport, ref: string): string {
  const { name, columns, passed, rows, unknown, repeated, documents, missing } = result
  const lines = [
    `${ref}   ${columns.map((column) => `${name}.${column}`).join(', ')}`,
    `${counted(documents - missing, 'document')} of ${counted(documents, 'document')} with signals have a row`,
    ...(missing > 0 ? [`${counted(missing, 'document')} without a row: not measured`] : []),
    ...(unknown > 0 ? [`${counted(unknown, 'row')} of ${counted(rows, 'row')} with an unknown id`] : []),
    ...(repeated > 0 ? [`${counted(repeated, 'row')} with the id of an earlier row`] : []),
    ...(passed.length > 0 ? [`left out, no numbers: ${passed.join(', ')}`] : []),
    `try it   tilth retune ${ref} --set 'signals.${name}.${columns[0] ?? ''}>=0.5'`,
  ]
  return `${lines.join('\n')}\n`
}
