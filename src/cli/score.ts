import { type Command, Option } from 'commander'
import { type Scorer, scorerOf } from '../engine/rule-scores.ts'
import { textRows } from '../engine/text-rows.ts'
import { EXIT_CODES, TilthError } from '../model/error.ts'
import { ruleSetNamed } from '../stages/rule-sets.ts'
import { openScoreOutput } from './score-output.ts'
import { count, counted } from './terminal.ts'

/** Options that `score` and `compare-rules` share, as commander gives them. */
export interface ScoreFlags {
  readonly rules: string
  readonly words?: 'whitespace' | 'unicode'
  readonly text?: string
  readonly id?: string
}

const HELP = `
A line of the output is {"id", "verdicts": {"RULE SET": null or "reason"}, "signals": {"RULE SET.SIGNAL": number or null}};
in Parquet these are columns verdicts.RULE SET and signals.RULE SET.SIGNAL. Each rule set looks at the original text. A row that
cannot be read gives {"id", "error", "position"} in its place ("position" counts rows from 0), and no row in Parquet.

Examples:
  tilth score pages.jsonl.zst --rules gopher-quality@datatrove-0.10,c4@code --out scores.parquet
  tilth score pages.parquet --rules fineweb@paper --text content --out scores.jsonl.gz

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 all rows are scored, and some could not be read.`

export function register(program: Command): void {
  scoreCommand(program, 'score')
    .description('Measure texts by published rule sets, and write verdicts and signals of each.')
    .requiredOption('--out <file>', 'file to write: .jsonl, .jsonl.gz, .jsonl.zst or .parquet')
    .addHelpText('after', HELP)
    .action(async (input: string, flags: ScoreFlags & { readonly out: string }) => {
      const scorers = scorersOf(flags)
      const output = openScoreOutput(flags.out, scorers)
      let rows = 0
      const errors = new Map<string, number>()
      try {
        for await (const batch of textRows(input, fieldsOf(flags))) {
          for (const row of batch) {
            rows++
            if ('error' in row) {
              errors.set(row.error, (errors.get(row.error) ?? 0) + 1)
              const waiting = output.fail(row.id, row.error, row.position)
              if (waiting !== undefined) await waiting
              continue
            }
            const document = { id: row.id, text: row.text, meta: row.fields, origin: NOWHERE }
            const waiting = output.write(
              row.id,
              scorers.map((scorer) => scorer.score(document)),
            )
            if (waiting !== undefined) await waiting
          }
        }
        await output.finish()
      } catch (error) {
        output.abandon()
        throw error
      }
      sayErrors(errors, rows)
      process.stdout.write(
        `${counted(rows, 'row')} scored by ${counted(scorers.length, 'rule set')}: ${flags.out}\n`,
      )
    })
}

const NOWHERE = { uri: '', input: '', record: 0 }

/** A command over rows and rule sets, with the options that say which. */
export function scoreCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<input>', 'rows with an id and a text: JSONL or CSV (plain, .gz or .zst) or Parquet')
    .requiredOption('--rules <names>', 'rule sets, parted by commas; tilth rules lists them')
    .addOption(
      new Option('--words <how>', 'how words are cut, for rule sets that leave it open').choices([
        'whitespace',
        'unicode',
      ]),
    )
    .option('--text <field>', 'field that holds the text', 'text')
    .option('--id <field>', 'field that holds the id', 'id')
}

/**
 * The rule sets after `--rules`.
 *
 * @throws TilthError `usage`.
 */
export function scorersOf({ rules, words }: ScoreFlags): readonly Scorer[] {
  const names = rules.split(',').map((name) => name.trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TilthError('usage', `--rules ${rules}: ${twice} is there twice`)
  return names.map((name) => scorerOf(ruleSetNamed(name), words === undefined ? {} : { words }))
}

export function fieldsOf({ text, id }: ScoreFlags): { readonly text?: string; readonly id?: string } {
  return { ...(text === undefined ? {} : { text }), ...(id === undefined ? {} : { id }) }
}

/** Says what could not be read, and sets the exit code. */
export function sayErrors(errors: ReadonlyMap<string, number>, rows: number): void {
  if (errors.size === 0) return
  const bad = [...errors.values()].reduce((sum, each) => sum + each, 0)
  const each = [...errors].map(([error, number]) => `${error} ${count(number)}`)
  process.stderr.write(`${counted(bad, 'bad row')} of ${count(rows)}: ${each.join(', ')}\n`)
  process.exitCode = EXIT_CODES.data
}
