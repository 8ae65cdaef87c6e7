import { type Command, Option } from 'commander'
import { TOKEN_FORMATS, type TokenFormat } from '../formats/tokens/token-file.ts'
import type { TableName } from '../model/version.ts'
import { isArtefact } from '../store/artefact.ts'
import { type ExportFormat, exportVersion } from '../store/export.ts'
import { exportTokens } from './export-tokens.ts'
import { storeOf } from './options.ts'
import { bytes, counted, shortPath } from './terminal.ts'

interface Flags {
  readonly store: string
  readonly to: ExportFormat | TokenFormat
  readonly out: string
  readonly table: TableName
  readonly force?: boolean
}

export function register(program: Command): void {
  program
    .command('export')
    .argument('<version>', 'NAME, NAME@NUMBER or NAME@TAG; or a token set or a mixture')
    .description('Write a version, a token set or a mixture as files that other programs read.')
    .addOption(
      new Option('--to <format>', 'format of the files: jsonl or parquet; any of a token set or a mixture')
        .choices(TOKEN_FORMATS)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <dir>', 'an empty directory, or one to be made; of tokens one to be made')
    .addOption(
      new Option('--table <table>', 'which rows').choices(['kept', 'rejected', 'signals']).default('kept'),
    )
    .option('--force', 'write into a directory that has files, and replace an earlier export in it')
    .action(async (ref: string, _: unknown, command: Command) => {
      const { to, out, table, force, ...flags } = command.optsWithGlobals<Flags>()
      const store = storeOf(flags)
      if ((to !== 'jsonl' && to !== 'parquet') || isArtefact(store, ref))
        return await exportTokens(store, ref, { to, out, force: force === true })
      const version = await store.open(ref)
      const result = await exportVersion(version, { to, out, table, force: force === true })
      process.stdout.write(
        `${version.ref} ${table}: ${counted(result.rows, 'row')} in ${counted(result.files.length, 'file')}, ${bytes(result.bytes)}, in ${shortPath(result.dir, process.cwd())}\n`,
      )
    })
}
