import { Command, CommanderError } from 'commander'
import { EXIT_CODES, TilthError } from '../model/error.ts'
import { explainDiskError } from '../store/disk-error.ts'
import * as compareRules from './compare-rules.ts'
import * as diff from './diff.ts'
import * as doctor from './doctor.ts'
import * as exporting from './export.ts'
import * as extract from './extract.ts'
import * as gc from './gc.ts'
import * as plan from './plan.ts'
import * as recipes from './recipes.ts'
import * as report from './report.ts'
import * as retune from './retune.ts'
import * as rules from './rules.ts'
import * as run from './run.ts'
import * as score from './score.ts'
import * as show from './show.ts'
import * as signals from './signals.ts'
import * as versions from './versions.ts'
import * as why from './why.ts'

const COMMANDS = [
  run,
  plan,
  recipes,
  show,
  report,
  why,
  diff,
  retune,
  signals,
  exporting,
  extract,
  rules,
  score,
  compareRules,
  versions,
  gc,
  doctor,
]

/** The command line. Sets the exit code and lets the process end by itself, so that output is flushed. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = command()
  // A reader that has seen enough (`tilth show ... | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  try {
    await program.parseAsync([...argv])
  } catch (error) {
    const { store, debug } = program.opts<{ store: string; debug?: boolean }>()
    process.exitCode = explain(explainDiskError(error, store), debug === true)
  }
}

/** The whole command with all subcommands, for the program and for tests. */
export function command(): Command {
  const program = new Command('tilth')
    .description('The data engine for language models: makes clean, explained training sets from raw text.')
    .version(VERSION)
    .option('--store <dir>', 'directory that holds all state', process.env['TILTH_STORE'] ?? '.tilth')
    .option('--debug', 'show stack traces of errors')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  tilth run gpt2-webtext --input submissions=RS_2013-08.zst --input pages='crawl/*.warc.gz'
  tilth why webtext https://example.org/page
  tilth report webtext

Exit codes: 0 done; 1 a bug; 2 wrong use, recipe or input; 3 the data was refused; 4 the dataset is
being written by another process; 5 no room on the disk or in memory; 6 damaged files; 130 interrupted.`,
    )
  for (const each of COMMANDS) each.register(program)
  for (const each of program.commands) each.exitOverride()
  return program
}

const VERSION = '0.1.0'

/** Prints an error as people want it: what, where, and what to do instead. Gives the exit code. */
function explain(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage
  const line = (text: string): void => void process.stderr.write(`${text}\n`)
  if (error instanceof TilthError) {
    line(`error: ${error.message}`)
    if (error.hint !== undefined) line(`       ${error.hint}`)
    if (debug) line(String(error.stack))
    return EXIT_CODES[error.code]
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  line(
    debug
      ? String(stack)
      : `bug: ${message}\n       please report it with the output of the same command and --debug`,
  )
  return 1
}
