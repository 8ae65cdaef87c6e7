import { availableParallelism } from 'node:os'
import { type Command, Option } from 'commander'
import { conversationRow } from '../engine/tokens/conversation.ts'
import { loadTemplate } from '../engine/tokens/load-template.ts'
import { loadTokenizer } from '../engine/tokens/load-tokenizer.ts'
import { type TokenOrder, TokenShards } from '../engine/tokens/token-shards.ts'
import { tokenizeRows } from '../engine/tokens/tokenize-rows.ts'
import { isFlat, TOKEN_FORMATS, type TokenFormat } from '../formats/tokens/token-file.ts'
import { TilthError } from '../model/error.ts'
import { loadTextHash } from '../text/hash.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'
import { onInterrupt } from './interrupt.ts'
import { wholeNumber } from './options.ts'
import { sayErrors } from './row-errors.ts'
import { type InputRow, inputRows } from './row-inputs.ts'
import { rowProgress } from './row-progress.ts'
import { count, counted } from './terminal.ts'
import { openedAt } from './text-output.ts'
import { type SetFlags, tokenizeVersion } from './tokenize-version.ts'

interface Flags {
  readonly encoding: string
  readonly store: string
  readonly to?: TokenFormat
  readonly out?: string
  readonly into?: string
  readonly text: string
  readonly id: string
  readonly messages?: string | true
  readonly template?: string
  readonly date?: string
  readonly dropUnlearned?: boolean
  readonly packing?: string
  readonly sequence?: string
  readonly seed?: string
  readonly separator?: string
  readonly shardTokens: string
  readonly workers?: string
  readonly json?: boolean
}

const HELP = `
Encodings are gpt2, r50k_base, p50k_base, cl100k_base and o200k_base of tiktoken, or the path of a Hugging Face tokenizer.json (or of
its folder). Ids are exactly theirs; what looks like a special token in a text is text.

  bin       ids one after another, little-endian: uint16 for vocabularies of up to 65,536 ids, uint32 above
  npy       the same with the header of NumPy
  megatron  .bin and .idx of Megatron-LM, a sequence for each document
  parquet   columns id and input_ids
  jsonl     {"id", "tokens"} a line

The folder gets shards tokens-00000.* and, in __about, index.parquet (id, file, position, shard, start, length, first of each document or piece) and
tokens.json. A row that cannot be read, or has a word of more than 32 MiB, is counted and left out; in jsonl it is {"id", "error", "position"} in its place.

With --seed documents stand in an order by chance, which depends on the seed and their ids alone; with --packing whole they fill sequences of
--sequence tokens, none cut but one that is longer, and each row of parquet, jsonl and megatron is a sequence. Documents wait in the folder
meanwhile, so that memory does not grow with them. In jsonl rows that could not be read are then left out.

With --messages rows are conversations, [{"role", "content"}] as OpenAI writes them, which a chat template turns into text: chatml and llama3
are built in; others are the template of a model in Jinja, by its file, or the one beside the tokenizer.json. Beside each id stands whether
it is learned, 1 for what the assistant says and the token that ends its turn, 0 for all else: in mask-00000.* for bin and npy, in a
column loss_mask for parquet and jsonl. What looks like a special token in a message is ordinary text.

Examples:
  tilth tokenize pages.jsonl.zst --encoding gpt2 --to bin --out tokens
  tilth tokenize 'part-*.parquet' --encoding llama/tokenizer.json --to megatron --out tokens
  zcat pages.jsonl.gz | tilth tokenize - --encoding o200k_base --to jsonl --out tokens
  tilth tokenize webtext --encoding gpt2 --into webtext-tokens
  tilth tokenize chats.jsonl --messages --encoding qwen/tokenizer.json --to parquet --out chats --packing whole --sequence 4096

Exit codes: 0 done; 2 wrong use, or a file that is not there; 3 all rows are done, and some could not be read; 130 interrupted.`

export function register(program: Command): void {
  program
    .command('tokenize')
    .description('Turn the texts of rows into token ids, as shards that training reads.')
    .argument(
      '<input...>',
      'rows with an id and a text: JSONL or CSV (plain, .gz or .zst) or Parquet, by name or glob; - for JSON lines on standard input',
    )
    .requiredOption('--encoding <name-or-file>', 'an encoding of tiktoken, or a tokenizer.json')
    .addOption(new Option('--to <format>', 'what to write').choices(TOKEN_FORMATS))
    .option('--out <dir>', 'folder to make')
    .option(
      '--into <name>',
      'of a version of the store: the token set to make there, for tilth mix and tilth tokens',
    )
    .option('--packing <how>', 'none, or whole for sequences that cut no document, in an order by chance')
    .option('--sequence <tokens>', 'with --packing whole: tokens of a sequence (default: 2048)')
    .option(
      '--seed <number>',
      'seed of an order of documents by chance (default: 0 with --into or --packing whole; else rows keep their order)',
    )
    .option('--text <field>', 'field that holds the text', 'text')
    .option('--messages [field]', 'take conversations from a field (default: messages) and mask what is told')
    .option(
      '--template <name-or-file>',
      'with --messages: chatml, llama3, or a template in Jinja (default: the one beside the tokenizer.json)',
    )
    .option('--date <day>', 'with --messages: YYYY-MM-DD, for a template that asks what day it is')
    .option('--drop-unlearned', 'with --messages: leave out rows in which nothing is learned')
    .option('--id <field>', 'field that holds the id', 'id')
    .option(
      '--separator <token>',
      'token behind each document: a special token by its text, or none (default: the end of text for bin, npy and megatron; none else, and none with --messages)',
    )
    .option('--shard-tokens <n>', 'tokens of a shard at most; a longer document has its own', '100000000')
    .option('--workers <n>', 'threads (default: the number of cores)')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], _: unknown, command: Command) => {
      const flags = command.optsWithGlobals<Flags & SetFlags>()
      checkChat(flags)
      checkOrder(flags)
      checkIdle(flags, (option) => command.getOptionValueSource(option) === 'cli')
      if (flags.into !== undefined) return await tokenizeVersion(inputs, flags)
      if (flags.to === undefined || flags.out === undefined) {
        throw new TilthError('usage', 'where to write is missing', {
          hint: '--to FORMAT --out DIR for rows; --into NAME for a version of the store',
        })
      }
      await tokenize(inputs, { ...flags, to: flags.to, out: flags.out })
    })
}

type RowFlags = Flags & { readonly to: TokenFormat; readonly out: string }

async function tokenize(inputs: readonly string[], flags: RowFlags): Promise<void> {
  const tokenizer = loadTokenizer(flags.encoding)
  const { encoding, messages } = flags
  const date = dateOf(flags)
  const settings = {
    encoding,
    ...(messages === undefined ? {} : { chat: { template: flags.template, date } }),
  }
  const template =
    messages === undefined ? undefined : loadTemplate(flags.template, encoding, tokenizer, date)
  const workers =
    flags.workers === undefined ? availableParallelism() : wholeNumber(flags.workers, '--workers', 1, 1024)
  const separator = separatorOf(flags, tokenizer)
  const order = await orderOf(flags, separator ?? tokenizer.endOfText ?? 0)
  const shards = openedAt(
    '--out',
    flags.out,
    () =>
      new TokenShards(flags.out, {
        format: flags.to,
        tokenizer,
        separator,
        ...(order === undefined ? {} : { order }),
        shardTokens: wholeNumber(flags.shardTokens, '--shard-tokens', 1, 2 ** 40),
        ...(template === undefined ? {} : { template }),
      }),
  )
  const progress = rowProgress()
  const errors = new Map<string, number>()
  const details = new Map<string, string>()
  const done = { rows: 0, documents: 0, tokens: 0, bytes: 0 }
  let [lossTokens, unlearned] = [0, 0]
  // Between two batches, so that no half of a folder stays behind.
  const stop = new AbortController()
  const letGo = onInterrupt(() => stop.abort())
  try {
    const rows = watched(inputRows(inputs, { text: fieldOf(flags), id: flags.id }), stop.signal)
    await tokenizeRows(template === undefined ? rows : conversations(rows), workers, settings, tokenizer, {
      tokens: ({ row, file }, ids, bytes, mask) => {
        const learned = mask?.reduce((sum, each) => sum + each, 0)
        done.rows++
        if (learned === 0) unlearned++
        if (learned === 0 && flags.dropUnlearned === true) return
        shards.add({ id: row.id ?? '', file, position: row.position }, ids, mask)
        lossTokens += learned ?? 0
        done.documents++
        done.tokens += ids.length
        done.bytes += bytes
        progress.show('tokenize', done.rows, 0)
      },
      failed: ({ row, file }, { error, detail }) => {
        shards.fail({ id: row.id, error, detail, position: row.position, file })
        if (detail !== undefined && !details.has(error)) details.set(error, `row ${row.position}: ${detail}`)
        errors.set(error, (errors.get(error) ?? 0) + 1)
        done.rows++
      },
    })
    const { padding, shards: written } = shards.finish()
    const told = {
      ...done,
      shards: written,
      ...(flags.packing === 'whole' ? { padding } : {}),
      ...(template === undefined ? {} : { lossTokens, unlearned }),
    }
    say(flags, told, errors, progress.end)
    for (const [error, detail] of details) process.stderr.write(`${error}: ${detail}\n`)
  } finally {
    progress.end()
    letGo()
    shards.abandon()
  }
}

/** @throws TilthError `usage` where flags on conversations do not go together. */
function checkChat({ messages, template, date, dropUnlearned, to, into }: Flags): void {
  if (messages === undefined) {
    const given = { '--template': template, '--date': date, '--drop-unlearned': dropUnlearned }
    const [flag] = Object.entries(given).find(([, value]) => value !== undefined) ?? []
    if (flag === undefined) return
    throw new TilthError('usage', `${flag} is of conversations`, { hint: 'add --messages' })
  }
  if (into !== undefined) {
    throw new TilthError('usage', '--messages: the documents of a version are texts, not conversations', {
      hint: 'tokenize rows: tilth tokenize FILE --messages --to FORMAT --out DIR, with --packing and --seed as wanted',
    })
  }
  if (to === 'megatron') {
    throw new TilthError('usage', '--to megatron: its layout has no place for what is learned', {
      hint: '--to npy, bin, parquet or jsonl have a mask beside the ids',
    })
  }
}

/** @throws TilthError `usage` where flags on the order of documents do not go together. */
function checkOrder({ packing, sequence }: Flags): void {
  if (packing !== undefined && packing !== 'none' && packing !== 'whole')
    throw new TilthError('usage', `--packing ${packing}: expected none or whole`)
  if (sequence !== undefined && packing !== 'whole') {
    throw new TilthError('usage', '--sequence is of packed documents', { hint: 'add --packing whole' })
  }
}

/** @throws TilthError `usage` for an option that would change nothing where a version's tokens are made. */
function checkIdle({ into }: Flags, isGiven: (option: string) => boolean): void {
  if (into === undefined) return
  const idle = { shardTokens: '--shard-tokens', text: '--text', id: '--id' }
  for (const [name, option] of Object.entries(idle)) {
    if (isGiven(name))
      throw new TilthError('usage', `${option} is of rows, and --into makes tokens of a version`)
  }
}

/** The order of rows by chance, where one is asked for. */
async function orderOf(
  { packing, sequence, seed: given }: Flags,
  filler: number,
): Promise<TokenOrder | undefined> {
  const isPacked = packing === 'whole'
  if (!isPacked && given === undefined) return undefined
  const seed = given === undefined ? 0 : wholeNumber(given, '--seed', 0, 2 ** 32 - 1)
  const { chance } = await loadTextHash()
  return {
    seed,
    chance: (id) => chance(`${seed}:tokens`, id),
    sequence: isPacked ? wholeNumber(sequence ?? '2048', '--sequence', 2, 1 << 20) : null,
    filler,
  }
}

/** @throws TilthError `usage` for what is no date. */
function dateOf({ date }: Flags): Date | undefined {
  if (date === undefined) return undefined
  const found = new Date(`${date}T00:00:00Z`)
  if (/^\d{4}-\d\d-\d\d$/.test(date) && found.toJSON()?.startsWith(date)) return found
  throw new TilthError('usage', `--date ${date}: expected a day as YYYY-MM-DD`)
}

function fieldOf({ text, messages }: Flags): string {
  if (messages === undefined) return text
  return messages === true ? 'messages' : messages
}

async function* conversations(rows: AsyncIterable<readonly InputRow[]>): AsyncGenerator<readonly InputRow[]> {
  for await (const batch of rows) yield batch.map(({ row, file }) => ({ row: conversationRow(row), file }))
}

/** @throws TilthError `usage` for a token that the vocabulary does not have. */
function separatorOf(
  { separator, to, encoding, messages }: RowFlags,
  tokenizer: Tokenizer,
): number | undefined {
  const { special, endOfText } = tokenizer
  if (separator === 'none') return undefined
  if (separator !== undefined) {
    const id = special.get(separator)
    if (id !== undefined) return id
    throw new TilthError('usage', `--separator ${separator}: ${encoding} has no such special token`, {
      hint: `it has ${[...special.keys()].slice(0, 12).join(' ') || 'none'}; or say none`,
    })
  }
  // A template says itself how a conversation ends.
  if (!isFlat(to) || messages !== undefined) return undefined
  if (endOfText !== undefined) return endOfText
  throw new TilthError('usage', `--to ${to}: ${encoding} does not say which token ends a document`, {
    hint: 'name it with --separator TOKEN, or say --separator none',
  })
}

async function* watched(
  rows: AsyncIterable<readonly InputRow[]>,
  signal: AbortSignal,
): AsyncGenerator<readonly InputRow[]> {
  for await (const batch of rows) {
    if (signal.aborted) throw new TilthError('interrupted', 'interrupted: nothing was written')
    yield batch
  }
}

interface Done {
  readonly rows: number
  readonly documents: number
  readonly tokens: number
  readonly bytes: number
  readonly shards: number
  /** Of packed documents: tokens that fill sequences up. */
  readonly padding?: number
  /** Of conversations: tokens that are learned. */
  readonly lossTokens?: number
  /** Of conversations: rows in which nothing is learned. */
  readonly unlearned?: number
}

function say(
  flags: RowFlags,
  done: Done,
  errors: ReadonlyMap<string, number>,
  endProgress: () => void,
): void {
  endProgress()
  sayErrors(errors, done.rows)
  const { documents, tokens, bytes, shards, lossTokens, unlearned = 0, padding } = done
  if (flags.json === true) {
    const told = {
      out: flags.out,
      encoding: flags.encoding,
      to: flags.to,
      ...done,
      errors: Object.fromEntries(errors),
      tokensADocument: documents === 0 ? null : tokens / documents,
      bytesAToken: tokens === 0 ? null : bytes / tokens,
    }
    process.stdout.write(`${JSON.stringify(told)}\n`)
    return
  }
  const means =
    tokens === 0
      ? ''
      : ` (${count(Math.round(tokens / documents))} a document, ${(bytes / tokens).toFixed(2)} bytes each)`
  const more = [
    ...(lossTokens === undefined ? [] : [`${count(lossTokens)} of them learned`]),
    ...(padding === undefined ? [] : [`and ${count(padding)} that fill sequences up`]),
  ]
  const told = more.length === 0 ? '' : `, ${more.join(', ')},`
  process.stdout.write(
    `${counted(documents, 'document')}, ${counted(tokens, 'token')}${means}${told} in ${counted(shards, 'shard')}: ${flags.out}\n`,
  )
  if (unlearned === 0) return
  const fate = flags.dropUnlearned === true ? 'left out' : 'kept: --drop-unlearned leaves them out'
  process.stdout.write(`nothing is learned of ${counted(unlearned, 'row')}: ${fate}\n`)
}
