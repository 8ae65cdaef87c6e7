import type { Command } from 'commander'
import { TilthError } from '../model/error.ts'
import { reportOf, writeReport as writeReportFile } from '../report/report-file.ts'
import { isArtefact } from '../store/artefact.ts'
import type { Store } from '../store/store.ts'
import type { Version } from '../store/version.ts'
import { storeOf } from './options.ts'
import { shortPath } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly out?: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('report')
    .argument('<version>', 'NAME, NAME@NUMBER or NAME@TAG')
    .description('Write the report of a version: one HTML file that needs no network.')
    .option('--out <file>', 'where to (default: report.html beside the version)')
    .option('--json', 'print the data of the report instead')
    .action(async (ref: string, _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      const store = storeOf(flags)
      if (isArtefact(store, ref)) {
        throw new TilthError(
          'usage',
          `${ref} is an artefact: its figures are shown, and in the reports of versions made with it`,
          {
            hint: `tilth show ${ref}`,
          },
        )
      }
      const version = await store.open(ref)
      if (flags.json) process.stdout.write(`${JSON.stringify(await reportOf(version, store))}\n`)
      else process.stdout.write(`${await writeReport(version, store, flags.out)}\n`)
    })
}

/** Writes a version's report; gives its path as people want to read it. */
export async function writeReport(version: Version, store: Store, out?: string): Promise<string> {
  return shortPath(await writeReportFile(version, store, out), process.cwd())
}
