import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { chosenSketch, PRESET_NAMES, type Preset } from '../dedup/choice.ts'
import { SKETCH_PRESETS } from '../dedup/presets.ts'
import { checkSketchSpec, type SketchSpec } from '../dedup/sketch-spec.ts'
import { parseBytes } from '../engine/memory.ts'
import { type NearRows, nearRows } from '../engine/near-rows/near-rows.ts'
import { openRows } from '../engine/near-rows/open-rows.ts'
import { keepYoungHeapSmall } from '../engine/young-heap.ts'
import { EXIT_CODES, TilthError } from '../model/error.ts'
import { visible } from '../report/visible.ts'
import { rankBy } from '../stages/group/rank.ts'
import { explainNoRoom } from '../store/disk-error.ts'
import { checkRoom } from '../store/room.ts'
import { onInterrupt } from './interrupt.ts'
import { writeKept } from './kept-rows.ts'
import { sayErrors } from './row-errors.ts'
import { openRowOutput } from './row-output.ts'
import { rowProgress } from './row-progress.ts'
import { count, counted } from './terminal.ts'
import { openedAt, TextOutput } from './text-output.ts'

interface Flags {
  readonly out: string
  readonly pairs?: string
  readonly preset: Preset
  readonly threshold?: string
  readonly ngram?: string
  readonly bands?: string
  readonly rows?: string
  readonly verify: boolean
  readonly prefer: 'smallest-id' | 'longest' | 'highest-score' | 'newest' | 'oldest'
  readonly text?: string
  readonly id?: string
  readonly memory?: string
  readonly json?: boolean
}

const HELP = `
Near copies are found by MinHash with bands, and compared by the exact Jaccard index of their sets of shingles: by default word
5-grams (lower case, words as in Python's \\w+), 14 bands of 8 rows, .8 and above. A text with fewer words than a shingle meets nobody.
Of each cluster one row stays. The output has the input's lines as they were, in their order, less the rows that go; rows without a
text stay. --pairs writes id_a<TAB>id_b<TAB>jaccard of every pair at the threshold or above that was found, a pair a line.
Of more than 100 rows with one and the same set of shingles the one with the smallest id is listed with each of the others, and alone
with what is similar to them. Ids are compared as text. Dates without a zone are UTC.

Presets:
${Object.entries(SKETCH_PRESETS)
  .map(([name, { spec, threshold }]) => `  ${name.padEnd(11)} ${described(spec)}, ${threshold} and above`)
  .join('\n')}

Examples:
  tilth dedup posts.jsonl.zst --out unique.jsonl.zst
  tilth dedup posts.parquet --out unique.parquet --pairs pairs.tsv --threshold .7
  tilth dedup pages.jsonl --text content --out unique.jsonl --preset fineweb --no-verify

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 all rows that could be read are written, and some could not.`

export function register(program: Command): void {
  program
    .command('dedup')
    .argument('<input>', 'rows with an id and a text: JSONL or CSV (plain, .gz or .zst) or Parquet')
    .description('Keep one of each cluster of near copies among the rows of a file.')
    .requiredOption('--out <file>', 'file to write: .jsonl, .jsonl.gz, .jsonl.zst or .parquet')
    .option(
      '--pairs <file>',
      'file for every pair of near copies, with its Jaccard index; .gz and .zst are compressed',
    )
    .addOption(
      new Option('--preset <name>', 'a published choice of shingles, bands, rows and threshold')
        .choices(PRESET_NAMES)
        .default('default'),
    )
    .option('--threshold <index>', 'Jaccard index from which on two rows are near copies, 0 to 1')
    .option('--ngram <n>', 'words (or characters) of a shingle')
    .option('--bands <n>', 'keys of a row; one in common makes two candidates')
    .option('--rows <n>', 'least hashes that make a key')
    .option('--no-verify', 'take every chain of candidates for a cluster, as FineWeb did')
    .addOption(
      new Option('--prefer <what>', 'which row of a cluster stays; ties go to the smallest id')
        .choices(['smallest-id', 'longest', 'highest-score', 'newest', 'oldest'])
        .default('smallest-id'),
    )
    .option('--text <field>', 'field that holds the text', 'text')
    .option('--id <field>', 'field that holds the id; rows without one have their number', 'id')
    .option(
      '--memory <size>',
      'promise on the peak resident size with rows of up to some MB, such as 512M; least 448M',
    )
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(dedup)
}

async function dedup(input: string, flags: Flags): Promise<void> {
  const { spec, threshold } = settingsOf(flags)
  keepYoungHeapSmall()
  const fields = {
    ...(flags.text === undefined ? {} : { text: flags.text }),
    ...(flags.id === undefined ? {} : { id: flags.id }),
  }
  const { pairs: pairsPath } = flags
  if (pairsPath !== undefined && !flags.verify)
    throw new TilthError('usage', '--pairs needs what --no-verify leaves out')
  refuseSame({
    'the input': input,
    '--out': flags.out,
    ...(pairsPath === undefined ? {} : { '--pairs': pairsPath }),
  })
  const output = await openRowOutput(flags.out, input)
  let pairs: TextOutput | undefined
  let told = 0
  const dir = mkdtempSync(join(dirname(resolve(flags.out)), '.tilth-dedup-'))
  const progress = rowProgress()
  const leaveNothing = (): void => {
    output.abandon()
    pairs?.abandon()
    rmSync(dir, { recursive: true, force: true })
  }
  const letGo = onInterrupt(() => {
    leaveNothing()
    process.exit(EXIT_CODES.interrupted)
  })
  try {
    if (pairsPath !== undefined) pairs = openedAt('--pairs', pairsPath, () => new TextOutput(pairsPath))
    const pairsOut = pairs
    const rows = await openRows(input, fields)
    const found = await nearRows({
      rows,
      spec,
      threshold: flags.verify ? threshold : undefined,
      ...(flags.prefer === 'smallest-id' ? {} : { rank: rankBy(flags.prefer) }),
      dir,
      partBytes: partBytes(flags),
      progress: progress.show,
      ...(pairsOut === undefined
        ? {}
        : {
            pair: (a: string, b: string, similarity: number): void => {
              told++
              pairsOut.write(`${field(a)}\t${field(b)}\t${similarity.toFixed(6)}\n`)
            },
          }),
    })
    checkRoom(dir, 'the rows that stay', leastOutput(input, flags.out, found))
    const written = found.readable - found.dropped
    await writeKept(output, {
      input,
      rows,
      fields,
      stays: found.stays,
      progress: (done) => progress.show('write', done, written),
    })
    await output.finish()
    await pairs?.finish()
    progress.end()
    say(input, flags, found, { written, pairs: told })
  } catch (error) {
    leaveNothing()
    throw explainNoRoom(error, NO_ROOM)
  } finally {
    letGo()
    progress.end()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** No file is read and written, or written twice: what cannot be read of an input would be lost. @throws TilthError `usage`. */
function refuseSame(files: Readonly<Record<string, string>>): void {
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : resolve(path))
  const named = Object.entries(files).map(([name, path]) => ({ name, path, real: real(path) }))
  for (const [at, one] of named.entries()) {
    const same = named.slice(at + 1).find((other) => other.real === one.real)
    if (same === undefined) continue
    throw new TilthError('usage', `${same.name} ${same.path}: is ${one.name}, too`, {
      hint: 'name another file',
    })
  }
}

const NO_ROOM =
  'nothing is left behind; free some, or name an --out on another disk: what is needed for a time is written beside it'

/** Bytes that the output will take for certain; 0 where it is written another way than the input. */
function leastOutput(input: string, out: string, { rows, dropped }: NearRows): number {
  if (extname(input) !== extname(out) || rows === 0) return 0
  const bytes = statSync(input, { throwIfNoEntry: false })?.size ?? 0
  return (bytes * (rows - dropped)) / rows / 2
}

/** @throws TilthError `usage`. */
function settingsOf(flags: Flags): { readonly spec: SketchSpec; readonly threshold: number } {
  const chosen = chosenSketch({
    preset: flags.preset,
    threshold: numberOf(flags.threshold, '--threshold'),
    ngram: numberOf(flags.ngram, '--ngram'),
    bands: numberOf(flags.bands, '--bands'),
    rows: numberOf(flags.rows, '--rows'),
    verify: flags.verify,
  })
  if (!(chosen.threshold >= 0 && chosen.threshold <= 1))
    throw new TilthError('usage', `--threshold ${flags.threshold}: expected a number from 0 to 1`)
  checkSketchSpec(chosen.spec)
  return chosen
}

function numberOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number))
    throw new TilthError('usage', `${option} ${text}: expected a number`)
  return number
}

const MIB = 1 << 20
/** What the process takes beside keys and shingles, most of it the heap while rows are read. Measured over a million rows: 380. */
const BASE_BYTES = 384 * MIB
const LEAST_BYTES = 448 * MIB

function partBytes({ memory }: Flags): number {
  if (memory === undefined) return 128 * MIB
  const bytes = parseBytes(memory, '--memory')
  if (bytes < LEAST_BYTES)
    throw new TilthError('memory', `--memory ${memory} is too little`, {
      hint: `give at least ${LEAST_BYTES / MIB}M`,
    })
  return (bytes - BASE_BYTES) / 2
}

/** An id in a line of tabs. */
function field(id: string): string {
  return /[\t\n\r"]/.test(id) ? JSON.stringify(id) : id
}

function described({ unit, ngram, bands, rows }: SketchSpec): string {
  const units = { word: 'word', character: 'character', 'hashed-word': 'hashed word (Spark)' }[unit]
  return `${units} ${ngram}-grams, ${bands} bands of ${rows}`
}

function say(
  input: string,
  flags: Flags,
  found: NearRows,
  { written, pairs }: { readonly written: number; readonly pairs: number },
): void {
  sayErrors(found.errors, found.rows)
  const { rows, dropped, short, candidates, compared, clusters, largest } = found
  if (flags.json === true) {
    const errors = Object.fromEntries(found.errors)
    const told = flags.pairs === undefined ? {} : { pairs }
    process.stdout.write(
      `${JSON.stringify({ input, out: flags.out, rows, written, dropped, short, candidates, compared, clusters, largest, errors, ...told })}\n`,
    )
    return
  }
  const lines = [
    `${counted(rows, 'row')}: ${count(written)} kept, ${count(dropped)} dropped as near copies in ${counted(clusters, 'cluster')}: ${flags.out}`,
    `${counted(candidates, 'candidate')}, ${counted(compared, 'comparison')}${short === 0 ? '' : `; ${counted(short, 'row')} too short for a shingle`}`,
    ...(flags.pairs === undefined ? [] : [`${counted(pairs, 'pair')}: ${flags.pairs}`]),
    ...(largest.length === 0 ? [] : ['largest clusters:']),
    ...largest.slice(0, 5).map(({ id, rows: size }) => `  ${count(size).padStart(9)}  ${visible(id)}`),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
