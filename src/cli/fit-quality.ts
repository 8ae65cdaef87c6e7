import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { fitQuality } from '../engine/fit/fit-quality.ts'
import { type FitSource, fitSource, listed } from '../engine/fit/fit-source.ts'
import { makeQuality, QUALITY_FILE, refuseTwice } from '../engine/fit/make-quality.ts'
import type { QualityMetrics } from '../engine/fit/quality-metrics.ts'
import {
  DEFAULT_ITERATIONS,
  DEFAULT_SEED,
  type QualitySettings,
  qualitySettings,
} from '../engine/fit/quality-settings.ts'
import { TilthError } from '../model/error.ts'
import { type Store, writeWholeFile } from '../store/store.ts'
import { qualityLines } from './fit-quality-report.ts'
import { stopped } from './interrupt.ts'
import { collect, ratioOf, storeOf, wholeNumber } from './options.ts'
import { sayRefused } from './row-errors.ts'
import { rowProgress } from './row-progress.ts'
import { styleOf } from './terminal.ts'
import { checkNewFile } from './text-output.ts'

interface Flags {
  readonly store: string
  readonly positives: readonly string[]
  readonly negatives: readonly string[]
  readonly name: string
  readonly out?: string
  readonly kind: 'spark' | 'ngram'
  readonly features?: string
  readonly l2?: string
  readonly standardise?: boolean
  readonly classWeights: 'balanced' | 'none'
  readonly heldOut: string
  readonly sample: string
  readonly iterations: string
  readonly seed: string
  readonly workers?: string
  readonly text?: string
  readonly id?: string
  readonly force?: boolean
  readonly json?: boolean
}

const HELP = `
The default is the classifier of GPT-3 (Brown et al. 2020, appendix A): logistic regression over counts of words as Spark's
Tokenizer and HashingTF give them. --kind ngram takes words and pairs of words, and texts of any length count alike: a small
model in the manner of DCLM's.

Texts are versions of the store, or JSONL, CSV or Parquet files by path or glob; NAME=PATH gives one another name. Negatives
that are copies of a positive, or near copies (word 5-grams, Jaccard .8 and above), are left out. A tenth of the domains is held
out (the host of a page's URL, else its file; a domain with more than a fifth of its source is parted by documents): the
fit ends when the loss on it does, and everything that is reported is measured there.

The penalty is on the bare weights, as in scikit-learn (its C is 1 / (l2 x documents)). Spark's is on standardised features, where
a word that was seen once is as cheap as one that is everywhere; it has none by default. Both classes count alike in the default, so that
scores do not depend on how many of each were given: a score is the chance of a positive if both were as frequent.

Weights are the same, to the bit, on any number of workers.

Examples:
  tilth fit quality --positives webtext,wikipedia,books --negatives crawl
  tilth fit quality --positives 'good/*.jsonl.zst' --negatives crawl.parquet --out quality.model --kind ngram

A recipe uses it as: { use: quality, model: fit:quality } or model: quality.model.

Exit codes: 0 done; 2 wrong use, or no such version or file; 3 too few documents, or done and some rows could not be read; 130 interrupted.`

export function registerFitQuality(fit: Command): void {
  fit
    .command('quality')
    .description('Fit a classifier that tells good texts from a crawl.')
    .requiredOption(
      '--positives <sources>',
      'good texts: versions or files, parted by commas; repeatable',
      collect,
    )
    .requiredOption('--negatives <sources>', 'unfiltered texts: versions or files; repeatable', collect)
    .option('--name <name>', 'name of the artefact in the store', 'quality')
    .option('--out <file>', 'write the model to this file, and nothing to the store')
    .option('--force', 'with --out: write over what is there')
    .addOption(new Option('--kind <kind>', 'what features are').choices(['spark', 'ngram']).default('spark'))
    .option('--features <n>', 'features that words are hashed to (default: 262144; ngram: 1048576)')
    .option('--l2 <strength>', 'penalty on squared weights (default: 1e-5; ngram: 1e-6)')
    .option('--standardise', 'put the penalty on standardised features, as Spark does')
    .addOption(
      new Option('--class-weights <how>', 'whether both classes count alike, or each document')
        .choices(['balanced', 'none'])
        .default('balanced'),
    )
    .option('--held-out <share>', 'share of the domains that is held out', '10%')
    .option('--sample <share>', 'share of the negatives that is drawn by id', '100%')
    .option('--iterations <n>', 'steps of the search at most', String(DEFAULT_ITERATIONS))
    .option('--seed <seed>', 'decides what is held out and drawn', DEFAULT_SEED)
    .option('--workers <n>', 'threads (default: the number of cores); changes nothing but the time')
    .option('--text <field>', 'field of plain files that holds the text', 'text')
    .option('--id <field>', 'field of plain files that holds the id', 'id')
    .option('--json', 'print what was measured as JSON')
    .addHelpText('after', HELP)
    .action(async (_: unknown, command: Command) => run(command.optsWithGlobals<Flags>()))
}

async function run(flags: Flags): Promise<void> {
  const store = storeOf(flags)
  const settings = settingsOf(flags)
  if (flags.out !== undefined) checkNewFile('--out', flags.out, flags.force)
  const sources = (values: readonly string[]): Promise<FitSource[]> => sourcesOf(values, store, flags)
  const [positives, negatives] = [await sources(flags.positives), await sources(flags.negatives)]
  refuseTwice([...positives, ...negatives])
  const progress = rowProgress()
  const stop = stopped()
  const options = {
    positives,
    negatives,
    settings,
    progress: progress.show,
    signal: stop.signal,
    ...(flags.workers === undefined ? {} : { workers: wholeNumber(flags.workers, '--workers', 1, 1024) }),
  }
  try {
    if (flags.out !== undefined) {
      const { model, metrics } = await fitQuality({ ...options, scratch: dirname(resolve(flags.out)) })
      await writeWholeFile(flags.out, model)
      progress.end()
      say(flags, metrics, { model: flags.out, upToDate: false })
      return
    }
    const { artefact, metrics, upToDate } = await makeQuality(store, flags.name, options)
    progress.end()
    const bytes = readFileSync(join(artefact.files, QUALITY_FILE)).length
    say(flags, metrics, { artefact: artefact.ref, modelBytes: bytes, upToDate })
  } finally {
    stop.letGo()
    progress.end()
  }
}

async function sourcesOf(values: readonly string[], store: Store, flags: Flags): Promise<FitSource[]> {
  const fields = {
    ...(flags.text === undefined ? {} : { text: flags.text }),
    ...(flags.id === undefined ? {} : { id: flags.id }),
  }
  const found: FitSource[] = []
  for (const value of listed(values)) found.push(await fitSource(value, store, fields, process.cwd()))
  return found
}

/** @throws TilthError `usage`. */
function settingsOf(flags: Flags): QualitySettings {
  return qualitySettings({
    kind: flags.kind,
    ...(flags.features === undefined
      ? {}
      : { features: wholeNumber(flags.features, '--features', 2, 1 << 24) }),
    ...(flags.l2 === undefined ? {} : { l2: strength(flags.l2) }),
    standardise: flags.standardise === true,
    classWeights: flags.classWeights,
    heldOutRatio: heldOut(flags.heldOut),
    sampleRatio: ratioOf(flags.sample, '--sample'),
    mostIterations: wholeNumber(flags.iterations, '--iterations', 1, 10_000),
    seed: flags.seed,
  })
}

function strength(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !(number >= 0 && Number.isFinite(number)))
    throw new TilthError('usage', `--l2 ${text}: expected a number of at least 0, such as 1e-5`)
  return number
}

function heldOut(text: string): number {
  const ratio = ratioOf(text, '--held-out')
  if (ratio > 0.9) throw new TilthError('usage', `--held-out ${text}: expected at most 90%`)
  return ratio
}

interface Made {
  readonly artefact?: string
  readonly model?: string
  readonly modelBytes?: number
  readonly upToDate: boolean
}

function say(flags: Flags, metrics: QualityMetrics, made: Made): void {
  for (const { name, refused, documents } of metrics.sources) sayRefused(name, refused, documents)
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ ...made, metrics })}\n`)
    return
  }
  process.stdout.write(qualityLines(metrics, styleOf(process.stdout, process.env)))
  const where = made.artefact === undefined ? made.model : `${made.artefact} (model: fit:${made.artefact})`
  process.stdout.write(`\n${made.upToDate ? 'up to date' : 'wrote'} ${where}\n`)
}
