import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { openSource } from '../src/formats/source/source.ts'
import { warc } from '../src/formats/warc/warc.ts'
import type { PayloadRecord } from '../src/model/record.ts'
import type { Manifest } from '../src/model/version.ts'
import { openVersion } from '../src/store/version.ts'
import { http, warcRecord } from '../test/golden/warc/maker.ts'
import { finished } from '../test/slow/process.ts'

/**
 * CPU a document and peak memory of gpt2-webtext over 1, 4 and 16 times the same real pages.
 *
 *     npm run build && node bench/scale.ts [--rounds 5] [--memory 512M] [--keep DIR]
 *
 * Reads warc/pages-*.warc.gz of the data folder (TILTH_SHARED_DATA, else ../shared/data). The copies of a page
 * have another URL and other words, so that nothing collapses; submissions are made that link to every page.
 * Rounds of all sizes are interleaved. CPU: all threads, user and system, of the whole command. The results
 * for one and two workers, with and without the bound on memory, are compared before anything is reported.
 */
const SCALES = [1, 4, 16]

interface Round {
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly manifest: Manifest
}

export interface ScaleBench {
  readonly scale: number
  readonly pages: number
  readonly kept: number
  /** Median of the rounds. */
  readonly cpuMsPerPage: number
  readonly rounds: readonly number[]
  /** Highest of the rounds with a bound on memory. */
  readonly peakBytes: number
  readonly peakBytesUnbounded: number
}

export async function run(argv: readonly string[] = process.argv.slice(2)): Promise<readonly ScaleBench[]> {
  const { values } = parseArgs({
    args: argv.filter((each) => each !== 'scale'),
    options: {
      rounds: { type: 'string', default: '5' },
      memory: { type: 'string', default: '512M' },
      keep: { type: 'string' },
    },
  })
  const dir = values.keep ?? mkdtempSync(join(tmpdir(), 'tilth-scale-'))
  try {
    await writeCrawl(dir, Math.max(...SCALES))
    const benches = await measure(dir, Number(values.rounds), values.memory)
    report(benches, values.memory)
    return benches
  } finally {
    if (values.keep === undefined) rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(dir: string, rounds: number, memory: string): Promise<readonly ScaleBench[]> {
  const bounded: Round[][] = SCALES.map(() => [])
  const unbounded: number[] = []
  for (const [at, scale] of SCALES.entries()) {
    const one = await webtext(dir, scale, '1')
    unbounded[at] = one.peakBytes
    for (const args of [
      ['--workers', '2'],
      ['--workers', '2', '--memory', memory],
    ]) {
      const other = await webtext(dir, scale, ...args)
      const equal = JSON.stringify(other.manifest.hashes) === JSON.stringify(one.manifest.hashes)
      if (!equal) throw new Error(`${scale}x: ${args.join(' ')} gives another result than one worker`)
      unbounded[at] = Math.max(unbounded[at] ?? 0, args.includes('--memory') ? 0 : other.peakBytes)
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [at, scale] of SCALES.entries()) {
      bounded[at]?.push(await webtext(dir, scale, '--workers', '2', '--memory', memory))
    }
  }
  return SCALES.map((scale, at) => {
    const list = bounded[at] ?? []
    const manifest = list[0]?.manifest
    const pages = manifest?.steps.find((step) => step.name === 'pages')?.in ?? 0
    const perPage = list.map((each) => (1000 * each.cpuSeconds) / pages)
    return {
      scale,
      pages,
      kept: manifest?.steps.at(-1)?.out ?? 0,
      cpuMsPerPage: median(perPage),
      rounds: perPage,
      peakBytes: Math.max(...list.map((each) => each.peakBytes)),
      peakBytesUnbounded: unbounded[at] ?? 0,
    }
  })
}

function report(benches: readonly ScaleBench[], memory: string): void {
  const mib = (bytes: number): string => `${Math.round(bytes / (1 << 20))} MiB`
  const lines = benches.map((each) =>
    [
      `${each.scale}x`,
      `${each.pages} pages`,
      `${each.kept} kept`,
      `${each.cpuMsPerPage.toFixed(2)} ms CPU a page (${each.rounds.map((ms) => ms.toFixed(2)).join(' ')})`,
      `peak ${mib(each.peakBytes)} with --memory ${memory}, ${mib(each.peakBytesUnbounded)} without`,
    ].join('   '),
  )
  const ratio = (benches.at(-1)?.cpuMsPerPage ?? 0) / (benches[0]?.cpuMsPerPage ?? 1)
  // Starting and warming up cost the same at every size; what each page more costs says whether it is linear.
  const added = benches.slice(1).map((each, at) => {
    const before = benches[at] ?? each
    const cpuMs = each.cpuMsPerPage * each.pages - before.cpuMsPerPage * before.pages
    return `${before.scale}x to ${each.scale}x: ${(cpuMs / (each.pages - before.pages)).toFixed(2)} ms`
  })
  process.stdout.write(
    `${lines.join('\n')}\nCPU a page, 16x over 1x: ${ratio.toFixed(2)}; of each page more, ${added.join(', ')}\n`,
  )
}

async function webtext(dir: string, scale: number, ...more: readonly string[]): Promise<Round> {
  const store = join(dir, 'store')
  rmSync(store, { recursive: true, force: true })
  const args = more[0]?.startsWith('--') ? more : ['--workers', ...more]
  const crawls = Array.from({ length: scale }, (_, copy) => ['--input', `pages=crawl/copy-${copy}-*.warc.gz`])
  const running = await finished(
    [
      '--store',
      store,
      'run',
      'gpt2-webtext',
      ...args,
      '--input',
      `submissions=${scale}x.zst`,
      ...crawls.flat(),
    ],
    dir,
  )
  if (running.result.code !== 0) throw new Error(running.stderr)
  const { manifest } = await openVersion(join(store, 'webtext@1'))
  rmSync(store, { recursive: true })
  return { cpuSeconds: running.cpuSeconds, peakBytes: running.peakBytes, manifest }
}

/** Writes `crawl/copy-C-N.warc.gz` for each copy and real file, and `Sx.zst` for each scale. */
export async function writeCrawl(dir: string, copies: number): Promise<void> {
  const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const folder = resolve(root, 'warc')
  const files = readdirSync(folder).filter((name) => /^pages-.*\.warc\.gz$/.test(name))
  if (files.length === 0) throw new Error(`no pages-*.warc.gz in ${folder}`)
  mkdirSync(join(dir, 'crawl'), { recursive: true })
  const urls: string[] = []
  for (const [number, name] of files.entries()) {
    const source = await openSource(resolve(folder, name))
    const outputs = Array.from({ length: copies }, (_, copy) =>
      openSync(join(dir, 'crawl', `copy-${copy}-${number}.warc.gz`), 'w'),
    )
    const split = { start: 0, end: source.size, first: 0 }
    const reading = warc.read(source, split, {
      options: warc.options.parse({}),
      maxRecordBytes: 32 << 20,
      maxWindowBytes: 1 << 27,
    })
    for await (const batch of reading) {
      for (const item of batch) {
        if (!('record' in item) || item.record.url === undefined) continue
        urls.push(item.record.url)
        for (const [copy, output] of outputs.entries()) {
          writeSync(output, gzipSync(pageCopy(item.record, copy), { level: 1 }))
        }
      }
    }
    for (const output of outputs) closeSync(output)
  }
  for (const scale of SCALES.filter((each) => each <= copies)) {
    const lines = urls.flatMap((url, page) =>
      Array.from({ length: scale }, (_, copy) =>
        JSON.stringify({
          id: `s${copy}-${page}`,
          url: copyUrl(url, copy),
          score: 3 + (page % 9),
          is_self: false,
        }),
      ),
    )
    writeFileSync(join(dir, `${scale}x.zst`), zstdCompressSync(`${lines.join('\n')}\n`))
  }
}

/** A page under another URL and with other words; copy 0 is the page itself. */
function pageCopy(record: PayloadRecord, copy: number): Buffer {
  const html = Buffer.from(record.body).toString('latin1')
  const body = copy === 0 ? html : html.replace(/>[^<]{20,}</g, (text) => otherWords(text, copy))
  const type = `${record.contentType ?? 'text/html'}${record.charset === undefined ? '' : `; charset=${record.charset}`}`
  return warcRecord({
    url: copyUrl(record.url ?? '', copy),
    id: `${(record.key ?? '').replace(/^<?urn:uuid:|>$/g, '').slice(0, 34)}${String(copy).padStart(2, '0')}`,
    block: http(Buffer.from(body, 'latin1'), [`Content-Type: ${type}`]),
  })
}

function copyUrl(url: string, copy: number): string {
  return copy === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}copy=${copy}`
}

/** Every sixth word gets another ending, and text without spaces a number; lengths stay nearly the same. */
function otherWords(text: string, copy: number): string {
  let word = 0
  const ending = String.fromCharCode(97 + copy)
  const changed = text.replace(/[a-z]{4,}(?![a-z;])/g, (found) =>
    word++ % 6 === 0 ? found.slice(0, -1) + ending : found,
  )
  return word > 0 || !/[^\s>][^<]*</.test(text) ? changed : `>${ending}${text.slice(1)}`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

if (import.meta.main) await run()
