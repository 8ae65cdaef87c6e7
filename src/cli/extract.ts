import { createReadStream, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Command, Option } from 'commander'
import { decompressed } from '../formats/compression/compression.ts'
import { unpackedStream } from '../formats/compression/stream.ts'
import { Damage } from '../formats/source/byte-window.ts'
import { openFile } from '../formats/source/file.ts'
import { extract } from '../html/extract.ts'
import type { ExtractOptions, Preset } from '../html/extraction.ts'
import { EXIT_CODES, TilthError } from '../model/error.ts'
import { visible } from '../report/visible.ts'
import { extractJsonl, type JsonlOutcome } from './extract-jsonl.ts'
import { LINE_ERRORS, type OutputFormat } from './extract-lines.ts'
import { wholeNumber } from './options.ts'
import { count, counted } from './terminal.ts'

interface Flags {
  readonly format: OutputFormat
  readonly url?: string
  readonly contentType?: string
  readonly preset: Preset
  readonly comments?: boolean
  readonly links?: boolean
  readonly jsonl?: string
  readonly workers?: string
}

/** Largest page that is read. Browsers give up far below. */
const MAX_PAGE_BYTES = 256 << 20
/** What a zstd frame may ask for: the limit of the zstd command without --long. */
const MAX_WINDOW_BYTES = 128 << 20

const HELP = `
Examples:
  curl -s https://example.org/page | tilth extract --url https://example.org/page
  tilth extract page.html --format markdown --links
  tilth extract page.html --format json | jq .published
  tilth extract --jsonl pages.jsonl.zst > texts.jsonl
  zcat pages.jsonl.gz | tilth extract --jsonl - --workers 4 --format markdown | gzip > texts.jsonl.gz

Each line of --jsonl is an object with "id", "html" (text) or "html_base64" (bytes), and "url" if it is known;
other fields are ignored, and blank lines passed over. Lines come out in the same order, with "id", "text",
"title" and what else the page says of itself; --format markdown writes "markdown" in the place of "text", and
--format json both and "blocks". A bad line gives {"id", "error", "line"} in its place ("line" counts from 1):
${Object.entries(LINE_ERRORS)
  .map(([error, meaning]) => `  ${error.padEnd(14)} ${meaning}`)
  .join('\n')}

Exit codes: 0 done; 1 a bug; 2 wrong use, or a file that is not there; 3 all lines are written, and some were
bad; 6 compressed input breaks off.`

export function register(program: Command): void {
  program
    .command('extract')
    .argument('[file]', 'a page of HTML, plain, .gz or .zst; - or nothing for standard input')
    .description('Print the main text of a web page, or of every page in a file of JSON lines.')
    .addOption(
      new Option('--format <format>', 'what to print').choices(['text', 'markdown', 'json']).default('text'),
    )
    .option('--url <url>', 'where the page was found; makes its links absolute')
    .option('--content-type <type>', 'as HTTP said it, such as "text/html; charset=koi8-r"')
    .addOption(
      new Option('--preset <preset>', 'leave out more where in doubt, or less')
        .choices(['precision', 'balanced', 'recall'])
        .default('balanced'),
    )
    .option('--comments', 'keep what readers wrote below an article')
    .option('--links', 'keep the targets of links in Markdown and in blocks')
    .option('--jsonl <file>', 'read pages from lines of JSON, plain, .gz or .zst; - for standard input')
    .option('--workers <n>', 'threads for --jsonl (default: the number of cores)')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, flags: Flags) => {
      if (flags.jsonl === undefined) await extractOne(file, flags)
      else await extractMany(file, flags.jsonl, flags)
    })
}

async function extractOne(file: string | undefined, flags: Flags): Promise<void> {
  if (flags.workers !== undefined) throw new TilthError('usage', '--workers is for --jsonl')
  if (file === undefined && process.stdin.isTTY) {
    throw new TilthError('usage', 'expected a file, or a page on standard input', {
      hint: 'tilth extract --help shows examples',
    })
  }
  const found = extract(await pageBytes(file ?? '-'), extractOptions(flags))
  if (flags.format === 'json') {
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return
  }
  const text = flags.format === 'text' ? found.text : (found.markdown ?? '')
  // A page must not command the terminal.
  if (text !== '') process.stdout.write(`${process.stdout.isTTY ? visible(text) : text}\n`)
}

async function extractMany(file: string | undefined, jsonl: string, flags: Flags): Promise<void> {
  if (file !== undefined) {
    throw new TilthError('usage', `${file}: expected a file or --jsonl ${jsonl}, and not both`)
  }
  if (flags.url !== undefined) {
    throw new TilthError('usage', '--url is for one page; with --jsonl each line has its own "url"')
  }
  const workers =
    flags.workers === undefined ? availableParallelism() : wholeNumber(flags.workers, '--workers', 1, 1024)
  const settings = { format: flags.format, options: extractOptions(flags) }
  const { pages, errors }: JsonlOutcome = await extractJsonl(
    await chunksOf(jsonl),
    process.stdout,
    workers,
    settings,
    progress(),
  )
  if (isWatched()) process.stderr.write(CLEAR)
  const bad = badLines(errors)
  if (bad === 0) return
  const each = Object.entries(errors).map(([error, number]) => `${error} ${count(number)}`)
  process.stderr.write(`${counted(bad, 'bad line')} of ${count(pages + bad)}: ${each.join(', ')}\n`)
  process.exitCode = errors['bug'] === undefined ? EXIT_CODES.data : 1
}

function badLines(errors: JsonlOutcome['errors']): number {
  return Object.values(errors).reduce((sum, each) => sum + each, 0)
}

const CLEAR = '\r\u001b[K'

/** Whether somebody sees standard error, and not the lines themselves. */
function isWatched(): boolean {
  return process.stderr.isTTY && !process.stdout.isTTY
}

/** Says on one line of a terminal how far it is, at most four times a second. */
function progress(): (soFar: JsonlOutcome) => void {
  if (!isWatched()) return () => undefined
  const started = performance.now()
  let last = started
  return ({ pages, errors }) => {
    const now = performance.now()
    if (now - last < 250) return
    last = now
    const bad = badLines(errors)
    const rate = Math.round((1000 * (pages + bad)) / (now - started))
    process.stderr.write(
      `${CLEAR}${counted(pages, 'page')}, ${counted(bad, 'bad line')}, ${count(rate)} a second`,
    )
  }
}

function extractOptions({ format, url, contentType, preset, comments, links }: Flags): ExtractOptions {
  return {
    format,
    preset,
    comments: comments === true,
    links: links === true,
    ...(url === undefined ? {} : { url }),
    ...(contentType === undefined ? {} : { contentType }),
  }
}

async function pageBytes(file: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of await chunksOf(file)) {
      parts.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_PAGE_BYTES) {
        throw new TilthError('input', `${file}: above the limit of ${MAX_PAGE_BYTES} bytes for one page`)
      }
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    throw new TilthError('damaged', `${file}: ${error.message} (${error.reason})`, { cause: error })
  }
  return Buffer.concat(parts, bytes)
}

/** The bytes of a file, a pipe or standard input without their compression. */
async function chunksOf(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === '-') return unpackedStream(process.stdin, MAX_WINDOW_BYTES)
  if (/^https?:\/\//i.test(file)) {
    throw new TilthError('usage', `${file}: expected a file`, {
      hint: `curl -s '${file}' | tilth extract --url '${file}'`,
    })
  }
  const isPipe = statSync(file, { throwIfNoEntry: false })?.isFIFO() === true
  if (isPipe) return unpackedStream(createReadStream(file), MAX_WINDOW_BYTES)
  return decompressed(await openFile(file, file), { maxWindowBytes: MAX_WINDOW_BYTES })
}
