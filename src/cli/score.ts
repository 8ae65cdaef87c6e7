import { type Command, Option } from 'commander'
import { parseDocument } from 'yaml'
import { type Scorer, scorerOf } from '../engine/rule-scores.ts'
import { TilthError } from '../model/error.ts'
import { ruleSetNamed } from '../stages/rule-sets.ts'
import { collect } from './options.ts'
import { sayErrors } from './row-errors.ts'
import { inputRows } from './row-inputs.ts'
import { rowProgress } from './row-progress.ts'
import { openScoreOutput } from './score-output.ts'
import { counted } from './terminal.ts'

/** Options that `score` and `compare-rules` share, as commander gives them. */
export interface ScoreFlags {
  readonly rules: string
  readonly words?: 'whitespace' | 'unicode'
  readonly set?: readonly string[]
  readonly text?: string
  readonly id?: string
}

const HELP = `
A line of the output is {"id", "verdicts": {"RULE SET": null or "reason"}, "signals": {"RULE SET.SIGNAL": number or null}};
in Parquet these are columns verdicts.RULE SET and signals.RULE SET.SIGNAL. Each rule set looks at the original text. A row that
cannot be read gives {"id", "error", "position"} in its place ("position" counts rows from 0; of several inputs, "file" says which),
and no row in Parquet.

Examples:
  tilth score pages.jsonl.zst --rules gopher-quality@datatrove-0.10,c4@code --out scores.parquet
  tilth score pages.parquet --rules fineweb@paper --text content --out scores.jsonl.gz
  zcat pages.jsonl.gz | tilth score - --rules c4@paper --out scores.jsonl
  tilth score 'pages/*.jsonl' --rules ccnet --set ccnet.model=en.arpa --set ccnet.headCutoff=300 --set ccnet.tailCutoff=700 --out s.jsonl

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 all rows are scored, and some could not be read.`

export function register(program: Command): void {
  scoreCommand(program, 'score')
    .description('Measure texts by published rule sets, and write verdicts and signals of each.')
    .requiredOption('--out <file>', 'file to write: .jsonl, .jsonl.gz, .jsonl.zst or .parquet')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], flags: ScoreFlags & OutFlags) => {
      const scorers = scorersOf(flags)
      const progress = rowProgress()
      const output = openScoreOutput(flags.out, scorers)
      let rows = 0
      const errors = new Map<string, number>()
      try {
        for await (const batch of inputRows(inputs, fieldsOf(flags))) {
          for (const { row, file } of batch) {
            rows++
            if ('error' in row) {
              errors.set(row.error, (errors.get(row.error) ?? 0) + 1)
              const waiting = output.fail(row.id, row.error, row.position, file)
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
          progress.show('score', rows, 0)
        }
        await output.finish()
      } catch (error) {
        output.abandon()
        throw error
      } finally {
        progress.end()
      }
      sayErrors(errors, rows)
      if (flags.json === true) {
        const done = {
          out: flags.out,
          rows,
          errors: Object.fromEntries(errors),
          rules: scorers.map(({ name }) => name),
        }
        process.stdout.write(`${JSON.stringify(done)}\n`)
        return
      }
      process.stdout.write(
        `${counted(rows, 'row')} scored by ${counted(scorers.length, 'rule set')}: ${flags.out}\n`,
      )
    })
}

interface OutFlags {
  readonly out: string
  readonly json?: boolean
}

const NOWHERE = { uri: '', input: '', record: 0 }

/** A command over rows and rule sets, with the options that say which. */
export function scoreCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .argument(
      '<input...>',
      'rows with an id and a text: JSONL or CSV (plain, .gz or .zst) or Parquet, by name or glob; - for JSON lines on standard input',
    )
    .requiredOption('--rules <names>', 'rule sets, parted by commas; tilth rules lists them')
    .addOption(
      new Option('--words <how>', 'how words are cut, for rule sets that leave it open').choices([
        'whitespace',
        'unicode',
      ]),
    )
    .option(
      '--set <rule-set.option=value>',
      'an option of a rule set, such as ccnet.model=en.arpa; repeatable',
      collect,
    )
    .option('--text <field>', 'field that holds the text', 'text')
    .option('--id <field>', 'field that holds the id', 'id')
}

/**
 * The rule sets after `--rules`.
 *
 * @throws TilthError `usage`.
 */
export function scorersOf({ rules, words, set = [] }: ScoreFlags): readonly Scorer[] {
  const names = rules.split(',').map((name) => name.trim())
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new TilthError('usage', `--rules ${rules}: ${twice} is there twice`)
  const stray = set.find((assignment) => !names.some((name) => assignment.startsWith(`${name}.`)))
  if (stray !== undefined) {
    throw new TilthError('usage', `--set ${stray}: expected RULE-SET.OPTION=VALUE`, {
      hint: `the rule sets are ${names.join(', ')}`,
    })
  }
  return names.map((name) => {
    const own = set.filter((assignment) => assignment.startsWith(`${name}.`))
    const options = Object.fromEntries(own.map((assignment) => optionOf(assignment, name)))
    return scorerOf(ruleSetNamed(name), { ...(words === undefined ? {} : { words }), options })
  })
}

function optionOf(assignment: string, name: string): readonly [string, unknown] {
  const rest = assignment.slice(name.length + 1)
  const at = rest.indexOf('=')
  if (at <= 0) throw new TilthError('usage', `--set ${assignment}: expected RULE-SET.OPTION=VALUE`)
  return [rest.slice(0, at), parseDocument(rest.slice(at + 1)).toJS()]
}

export function fieldsOf({ text, id }: ScoreFlags): { readonly text?: string; readonly id?: string } {
  return { ...(text === undefined ? {} : { text }), ...(id === undefined ? {} : { id }) }
}
