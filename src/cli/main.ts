import { Command, CommanderError } from 'commander'
import { EXIT_CODES, TilthError } from '../model/error.ts'
import { explainDiskError } from '../store/disk-error.ts'
import { boundInlining } from './compiler-flags.ts'

/** Commands in the order in which they are listed. One that is named is loaded alone, which saves most of its start. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly register: (program: Command) => void }>>> = {
  run: () => import('./run.ts'),
  plan: () => import('./plan.ts'),
  recipes: () => import('./recipes.ts'),
  show: () => import('./show.ts'),
  report: () => import('./report.ts'),
  why: () => import('./why.ts'),
  diff: () => import('./diff.ts'),
  retune: () => import('./retune.ts'),
  signals: () => import('./signals.ts'),
  export: () => import('./export.ts'),
  extract: () => import('./extract.ts'),
  dedup: () => import('./dedup.ts'),
  overlap: () => import('./overlap.ts'),
  rules: () => import('./rules.ts'),
  score: () => import('./score.ts'),
  'compare-rules': () => import('./compare-rules.ts'),
  fit: () => import('./fit.ts'),
  tokenize: () => import('./tokenize.ts'),
  mix: () => import('./mix.ts'),
  tokens: () => import('./tokens.ts'),
  versions: () => import('./versions.ts'),
  spark: () => import('./spark.ts'),
  gc: () => import('./gc.ts'),
  doctor: () => import('./doctor.ts'),
}

/** The command line. Sets the exit code and lets the process end by itself, so that output is flushed. */
export async function main(argv: readonly string[]): Promise<void> {
  boundInlining()
  const program = await command(namedIn(argv.slice(2)))
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

/** The first word of a command line that is no option. */
function namedIn(words: readonly string[]): string | undefined {
  return words.find((word, at) => !word.startsWith('-') && words[at - 1] !== '--store')
}

/** The command with the subcommand of a name; with all of them where there is none of that name. */
export async function command(name?: string): Promise<Command> {
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
being written by another process; 5 no room on the disk or in memory; 6 damaged files; 7 the Spark
cluster failed or cannot be reached; 130 interrupted.`,
    )
  const named = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  for (const load of named === undefined ? Object.values(COMMANDS) : [named]) (await load()).register(program)
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
