import type { Command } from 'commander'
import { collectGarbage, type Garbage, garbage } from '../store/gc.ts'
import { storeOf } from './options.ts'
import { bytes, count, styleOf, table } from './terminal.ts'

interface GcFlags {
  readonly store: string
  readonly dryRun?: boolean
  readonly all?: boolean
  readonly superseded?: boolean
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('gc')
    .description(
      'Free disk: remove cached results that no latest version was made of, and unfinished versions.',
    )
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--all', 'remove all cached results; the next run reads its inputs again')
    .option(
      '--superseded',
      'also artefacts (classifiers, token sets, mixtures) of which there is a later one, and with which nothing was made',
    )
    .option('--json', 'print JSON')
    .action(async (_: unknown, command: Command) => gc(command.optsWithGlobals<GcFlags>()))
}

async function gc(flags: GcFlags): Promise<void> {
  const store = storeOf(flags)
  const list = garbage(store, flags.all === true, flags.superseded === true)
  if (!flags.dryRun) await collectGarbage(store, list)
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ removed: !flags.dryRun, garbage: list })}\n`)
    return
  }
  const kinds = Object.values(Object.groupBy(list, (each) => each.why)).filter((kind) => kind !== undefined)
  const columns = [
    {
      title: 'what',
      cell: ([first]: Garbage[]) => `${first?.path.split('/').slice(0, -1).join('/')}: ${first?.why}`,
    },
    { title: 'entries', cell: (kind: Garbage[]) => count(kind.length), align: 'right' as const },
    { title: 'size', cell: (kind: Garbage[]) => bytes(size(kind)), align: 'right' as const },
  ]
  if (list.length > 0) process.stdout.write(table(kinds, columns, styleOf(process.stdout, process.env)))
  process.stdout.write(`${flags.dryRun ? 'would free' : 'freed'} ${bytes(size(list))}\n`)
}

function size(list: readonly Garbage[]): number {
  return list.reduce((sum, each) => sum + each.bytes, 0)
}
