import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { TilthError } from '../model/error.ts'
import { DATASET_NAME, type Store, writeWholeFile } from '../store/store.ts'
import { keptRows } from '../store/version.ts'
import { byteLevelJson, TRAINING_PATTERNS } from '../tokenizers/hugging-face/byte-level-json.ts'
import { trainBpe } from '../tokenizers/train-bpe.ts'
import { WordCounts } from '../tokenizers/word-counts.ts'
import { collect, storeOf, wholeNumber } from './options.ts'
import { sayErrors } from './row-errors.ts'
import { inputRows } from './row-inputs.ts'
import { rowProgress } from './row-progress.ts'
import { count, counted } from './terminal.ts'
import { checkNewFile } from './text-output.ts'

interface Flags {
  readonly store: string
  readonly vocabulary: string
  readonly out: string
  readonly pattern: keyof typeof TRAINING_PATTERNS
  readonly special?: readonly string[]
  readonly minFrequency: string
  readonly text: string
  readonly force?: boolean
  readonly json?: boolean
}

const HELP = `
Writes a tokenizer.json of Hugging Face, for tilth tokenize --encoding and for tokenizers. The pair of tokens that stand side by side most
often becomes a token; of pairs that are seen equally often, the one with the lower ids: the result depends on the texts alone, not on
their order, and is that of the trainer of tokenizers.

Examples:
  tilth fit tokenizer webtext@3 --vocabulary 32000 --out tokenizer.json
  tilth fit tokenizer 'pages/*.jsonl.zst' --vocabulary 50257 --pattern o200k --out tokenizer.json

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 done, and some rows could not be read.`

export function register(fit: Command): void {
  fit
    .command('tokenizer')
    .description('Train a byte-level BPE vocabulary on texts.')
    .argument(
      '<input-or-version...>',
      'versions of the store (NAME@NUMBER), or rows with a text: JSONL or CSV (plain, .gz or .zst) or Parquet, by name or glob; - for JSON lines on standard input',
    )
    .requiredOption('--vocabulary <n>', 'tokens in all, special ones and the 256 bytes counted')
    .requiredOption('--out <file>', 'tokenizer.json to write')
    .addOption(
      new Option('--pattern <name>', 'how texts are cut into words')
        .choices(Object.keys(TRAINING_PATTERNS))
        .default('gpt2'),
    )
    .option('--special <token>', 'special token; repeatable (default: <|endoftext|>)', collect)
    .option('--min-frequency <n>', 'times a pair must be seen to become a token', '2')
    .option('--text <field>', 'field of rows that holds the text', 'text')
    .option('--force', 'write over what is there')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], _: unknown, command: Command) => {
      await fitTokenizer(inputs, command.optsWithGlobals<Flags>())
    })
}

async function fitTokenizer(inputs: readonly string[], flags: Flags): Promise<void> {
  const { special = ['<|endoftext|>'], pattern, out } = flags
  const options = {
    vocabularySize: wholeNumber(flags.vocabulary, '--vocabulary', 1, 2 ** 26),
    special,
    minFrequency: wholeNumber(flags.minFrequency, '--min-frequency', 1, 2 ** 40),
  }
  // Options that cannot be are told before all texts are read.
  checkNewFile('--out', out, flags.force)
  trainBpe(new Map(), options)
  const words = new WordCounts(TRAINING_PATTERNS[pattern])
  const progress = rowProgress()
  const errors = new Map<string, number>()
  const done = { rows: 0, texts: 0, bytes: 0 }
  for await (const texts of textsOf(inputs, flags)) {
    for (const each of texts) {
      done.rows++
      if ('error' in each) {
        errors.set(each.error, (errors.get(each.error) ?? 0) + 1)
        continue
      }
      words.add(each.text)
      done.texts++
      done.bytes += Buffer.byteLength(each.text)
    }
    progress.show('read', done.rows, 0)
  }
  progress.end()
  if (done.texts === 0) {
    sayErrors(errors, done.rows)
    throw new TilthError('input', `${inputs.join(', ')}: no text in it`, {
      hint:
        done.rows === 0
          ? 'there is no row'
          : `--text names the field of rows that holds the text, here "${flags.text}"`,
    })
  }
  const trained = trainBpe(words.counts, options)
  await writeWholeFile(out, byteLevelJson(trained, special, pattern))
  sayErrors(errors, done.rows)
  const size = trained.tokens.length
  const bytesAToken = trained.wordTokens === 0 ? null : done.bytes / trained.wordTokens
  if (flags.json === true) {
    const told = {
      out,
      vocabulary: size,
      merges: trained.merges.length,
      ...done,
      words: words.counts.size,
      bytesAToken,
    }
    process.stdout.write(`${JSON.stringify({ ...told, errors: Object.fromEntries(errors) })}\n`)
    return
  }
  process.stdout.write(
    `${counted(size, 'token')} from ${counted(done.texts, 'text')} with ${counted(words.counts.size, 'different word')}: ${out}\n` +
      (bytesAToken === null ? '' : `${bytesAToken.toFixed(2)} bytes of these texts a token\n`) +
      (size < options.vocabularySize
        ? `fewer than ${count(options.vocabularySize)}: no other pair is seen ${options.minFrequency} times\n`
        : ''),
  )
}

type Text = { readonly text: string } | { readonly error: string }

/** Texts of versions and of files, one after another. A file of a name goes before a version. */
async function* textsOf(inputs: readonly string[], flags: Flags): AsyncGenerator<readonly Text[]> {
  const store = storeOf(flags)
  for (const input of inputs) {
    if (isVersion(input, store)) {
      for await (const { text } of keptRows(await store.open(input), ['text'])) yield [{ text }]
      continue
    }
    for await (const batch of inputRows([input], { text: flags.text })) yield batch.map(({ row }) => row)
  }
}

function isVersion(input: string, store: Store): boolean {
  const [name = '', selector] = input.split('@')
  if (existsSync(input) || !DATASET_NAME.test(name)) return false
  return selector !== undefined || store.datasets().includes(name)
}
