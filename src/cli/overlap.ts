import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { OverlapCount } from '../contamination/overlap-count.ts'
import { loadSets, writeOverlaps } from '../engine/overlap.ts'
import { TilthError } from '../model/error.ts'
import { visibleLine } from '../report/visible.ts'
import type { Store } from '../store/store.ts'
import { keptRows } from '../store/version.ts'
import { storeOf, wholeNumber } from './options.ts'
import { sayErrors } from './row-errors.ts'
import { inputRows } from './row-inputs.ts'
import { rowProgress } from './row-progress.ts'
import { counted, styleOf, table } from './terminal.ts'
import { refuseOver } from './text-output.ts'

const HELP = `
An example is dirty where a document has a run of N of its words: lower-case, parted by white space, without punctuation, within one
of its texts. With --n auto, N is for each set the 5th percentile of its examples' lengths in words, but 8 to 13 (GPT-3, appendix C).
An example of fewer than N words can never be dirty: "short" counts them, and they are clean. Nothing is taken out; that is what the
stage decontaminate does.

A set is a file of JSON lines, JSON, CSV, TSV, Parquet or plain text (an example a line), a folder of such files, or
version:NAME@NUMBER. In a folder each file is a set, but those for training (train.jsonl) are left out; a warning names tasks
without data and files that are not read. NAME=PATH gives it a name.

--out writes SET.dirty.jsonl, {"id", "number", "grams", "found": [{"gram", "documents", "in": [ids]}]} a line, and SET.clean.jsonl,
{"id", "number", "short"}: run a benchmark on the ids of one and of the other, and compare.

Examples:
  tilth overlap webtext@3 --sets evals/ --n auto --out overlap/
  tilth overlap 'pages/*.jsonl.gz' --sets gsm8k=gsm8k/test.jsonl quiz.txt --json

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 done, and some rows could not be read.`

interface OverlapFlags {
  readonly store: string
  readonly sets: readonly string[]
  readonly n: string
  readonly fields?: readonly string[]
  readonly out?: string
  readonly force?: boolean
  readonly json?: boolean
  readonly text?: string
  readonly id?: string
}

export function register(program: Command): void {
  program
    .command('overlap')
    .argument('<data...>', 'versions (NAME, NAME@NUMBER), or rows in JSONL, CSV or Parquet by name or glob')
    .requiredOption('--sets <paths...>', 'evaluation sets: files, folders, version:NAME; also NAME=PATH')
    .description('Count which examples of evaluation sets a version or files hold: dirty and clean, by set.')
    .option('--n <words>', 'words in a row that make an overlap, or auto', '13')
    .option('--fields <names...>', 'fields of an example that count (default: every text in it)')
    .option('--out <dir>', 'folder for lists of dirty and clean examples')
    .option('--force', 'with --out: write over lists that are there')
    .option('--text <field>', 'field of a row that holds the text', 'text')
    .option('--id <field>', 'field of a row that holds the id', 'id')
    .option('--json', 'print JSON')
    .addHelpText('after', HELP)
    .action(async (data: readonly string[], _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<OverlapFlags>()
      const store = storeOf(flags)
      if (flags.out !== undefined) refuseOver('--out', flags.out, flags.force)
      const n = flags.n === 'auto' ? 'auto' : wholeNumber(flags.n, '--n', 1, 1000)
      const { sets: given, passed } = await loadSets(flags.sets, flags.fields ?? [], process.cwd(), store)
      for (const sentence of passed) process.stderr.write(`warning: ${visibleLine(sentence)}\n`)
      const count = new OverlapCount(given, n)
      const errors = await countData(data, flags, store, count)
      const overlaps = count.result()
      if (flags.out !== undefined) await writeOverlaps(flags.out, overlaps)
      const sets = overlaps.map(({ items: __, ...set }) => set)
      const bad = [...errors.values()].reduce((sum, each) => sum + each, 0)
      sayErrors(errors, count.documents + bad)
      if (flags.json === true) {
        const done = {
          documents: count.documents,
          errors: Object.fromEntries(errors),
          sets,
          warnings: passed,
        }
        process.stdout.write(`${JSON.stringify(done)}\n`)
        return
      }
      const short = sets.reduce((sum, set) => sum + set.short, 0)
      process.stdout.write(
        [
          table(
            sets,
            [
              { title: 'set', cell: (set) => set.set },
              { title: 'n', cell: (set) => String(set.n), align: 'right' },
              { title: 'examples', cell: (set) => String(set.examples), align: 'right' },
              {
                title: 'dirty',
                cell: (set) => String(set.dirty),
                align: 'right',
                tone: (set) => (set.dirty > 0 ? 'bad' : undefined),
              },
              { title: 'clean', cell: (set) => share(set.cleanRatio), align: 'right' },
              { title: 'short', cell: (set) => String(set.short), align: 'right' },
            ],
            styleOf(process.stdout, process.env),
          ),
          `\nheld against ${counted(count.documents, 'document')}\n`,
          short === 0 ? '' : `${counted(short, 'example')} of fewer than n words can never be found\n`,
          flags.out === undefined ? '' : `lists of dirty and clean examples: ${flags.out}\n`,
        ].join(''),
      )
    })
}

/** A share in per cent, never rounded up: 100 % is all of them. */
function share(ratio: number): string {
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(2)} %`
}

/** Counts all documents; gives what could not be read, by its name. */
async function countData(
  data: readonly string[],
  { text, id }: OverlapFlags,
  store: Store,
  count: OverlapCount,
): Promise<ReadonlyMap<string, number>> {
  const errors = new Map<string, number>()
  const progress = rowProgress()
  const fields = { ...(text === undefined ? {} : { text }), ...(id === undefined ? {} : { id }) }
  try {
    const versions = data.filter(isVersion)
    for (const ref of versions) {
      const version = await store.open(ref)
      for await (const row of keptRows(version, ['id', 'text'])) {
        count.add(row.id, row.text)
        progress.show('overlap', count.documents, 0)
      }
    }
    const files = data.filter((each) => !isVersion(each))
    if (files.length > 0) {
      for await (const batch of inputRows(files, fields)) {
        for (const { row } of batch) {
          if ('error' in row) errors.set(row.error, (errors.get(row.error) ?? 0) + 1)
          else count.add(row.id, row.text)
        }
        progress.show('overlap', count.documents, 0)
      }
    }
  } finally {
    progress.end()
  }
  if (count.documents === 0 && errors.size === 0)
    throw new TilthError('input', `${data.join(', ')}: no document in it`)
  return errors
}

/** A name without an ending or a folder, where no file has it, is that of a version. */
function isVersion(data: string): boolean {
  return (
    data !== '-' &&
    !existsSync(data) &&
    /^[a-z0-9][a-z0-9._-]*(?:@[a-z0-9._-]+)?$/i.test(data) &&
    !isRows(data)
  )
}

function isRows(data: string): boolean {
  return /\.(?:jsonl|ndjson|json|csv|tsv|parquet|pq)(?:\.(?:gz|zst))?$/i.test(data)
}
