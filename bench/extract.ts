import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { type LabelledPage, readPages } from '../scripts/content-model/pages.ts'
import { extract } from '../src/html/extract.ts'
import { measureCopies, measureHostile } from './extract-growth.ts'
import { Peer } from './peer.ts'

/**
 * Main content of web pages: quality and speed beside trafilatura and resiliparse, in one run.
 *
 *     TILTH_PYTHON=VENV/bin/python npm run bench extract [-- quality|speed|cold|growth ...]
 *
 * Needs `pip install trafilatura==2.3.1 resiliparse`, and extraction/ of the data folder (TILTH_SHARED_DATA,
 * else ../shared/data). Everyone gets the same bytes, UTF-8, and is told that they are.
 */
const SETS = ['scrapinghub', 'trafeval', 'wcxb-dev'] as const
const PEERS = ['trafilatura', 'resiliparse'] as const
const ROUNDS = 7
const COLD_PAGES = 200
/** What the compiler is given before the clock counts, beside three passes. */
const WARM_SECONDS = 3
const OPTIONS = { contentType: 'text/html; charset=utf-8' }
const SCRIPT = resolve(import.meta.dirname, 'peers/extract_peers.py')
const PYTHON = process.env['TILTH_PYTHON'] ?? 'python3'

interface Context {
  readonly data: string
  readonly scratch: string
  readonly pages: (set: string) => readonly LabelledPage[]
  /** Path of a set's pages as the peers read them. */
  readonly pageFile: (set: string) => string
}

const SECTIONS: Readonly<Record<string, (context: Context) => Promise<void> | void>> = {
  quality,
  speed,
  cold,
  growth,
}

export async function run(wanted: readonly string[] = process.argv.slice(3)): Promise<void> {
  const unknown = wanted.find((name) => SECTIONS[name] === undefined)
  if (unknown !== undefined)
    throw new Error(`${unknown}: expected one of ${Object.keys(SECTIONS).join(', ')}`)
  const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const scratch = mkdtempSync(join(tmpdir(), 'tilth-bench-extract-'))
  try {
    console.log(`node ${process.versions.node}; CPU time, user and system; python ${PYTHON}`)
    const context = contextOf(resolve(root, 'extraction'), scratch)
    for (const [name, section] of Object.entries(SECTIONS)) {
      if (wanted.length === 0 || wanted.includes(name)) await section(context)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function contextOf(data: string, scratch: string): Context {
  const read = new Map<string, readonly LabelledPage[]>()
  const pages = (set: string): readonly LabelledPage[] => {
    const known = read.get(set) ?? readPages(data, set)
    read.set(set, known)
    if (known.length === 0) throw new Error(`no pages in ${set}`)
    return known
  }
  const pageFile = (set: string): string => {
    const path = join(scratch, `${set}.pages.jsonl`)
    writePages(path, pages(set))
    return path
  }
  return { data, scratch, pages, pageFile }
}

function writePages(path: string, pages: readonly LabelledPage[]): void {
  const lines = pages.map(({ id, html }) =>
    JSON.stringify({ id, html_base64: Buffer.from(html).toString('base64') }),
  )
  writeFileSync(path, `${lines.join('\n')}\n`)
}

function python(args: readonly string[]): string {
  const ran = spawnSync(PYTHON, args, { encoding: 'utf8', maxBuffer: 1 << 30 })
  if (ran.status !== 0)
    throw new Error(`${PYTHON} ${args.join(' ')}: ${ran.error?.message ?? ran.stderr.slice(-2000)}`)
  return ran.stdout
}

interface Score {
  readonly pages: number
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly types?: Readonly<Record<string, number>>
}

/** The measure of each benchmark for all of its pages here, and for the halves by site: A was tuned on, B was not. */
function quality({ data, scratch, pages, pageFile }: Context): void {
  for (const set of SETS) {
    const predictions = new Map<string, string>([['tilth', join(scratch, `${set}.tilth.jsonl`)]])
    const own = pages(set).map(({ id, html, url }) =>
      JSON.stringify({ id, text: extract(Buffer.from(html), { ...OPTIONS, url }).text }),
    )
    writeFileSync(predictions.get('tilth') ?? '', `${own.join('\n')}\n`)
    const file = pageFile(set)
    for (const peer of PEERS) {
      const path = join(scratch, `${set}.${peer}.jsonl`)
      writeFileSync(path, python([SCRIPT, 'predict', peer, file]))
      predictions.set(peer, path)
    }
    const golds = goldFiles(data, scratch, set, pages(set))
    console.log(`\n${set}`)
    for (const [name, path] of predictions) {
      const scores = golds.map(
        ([part, gold]) => [part, JSON.parse(python([join(data, 'score.py'), gold, path])) as Score] as const,
      )
      const figures = scores.map(([part, { pages: number, f1, precision, recall }]) =>
        part === 'all'
          ? `F1 ${f1.toFixed(4)} (P ${precision.toFixed(3)} R ${recall.toFixed(3)}, ${number} pages)`
          : `${part} ${f1.toFixed(4)} (${number})`,
      )
      console.log(`  ${name.padEnd(12)} ${figures.join('  ')}`)
      const types = Object.entries(scores[0]?.[1].types ?? {}).map(([type, f1]) => `${type} ${f1.toFixed(3)}`)
      if (types.length > 0) console.log(`  ${''.padEnd(12)} ${types.join('  ')}`)
    }
  }
}

/** The gold file, and one for each half. The scorer chooses its measure by the name's beginning. */
function goldFiles(
  data: string,
  scratch: string,
  set: string,
  pages: readonly LabelledPage[],
): readonly (readonly [string, string])[] {
  const whole = join(data, `${set}.jsonl.gz`)
  const halfOf = new Map(pages.map(({ id, half }) => [id, half]))
  const lines = gunzipSync(readFileSync(whole))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
  const halves = (['A', 'B'] as const).flatMap((half) => {
    mkdirSync(join(scratch, half), { recursive: true })
    const path = join(scratch, half, `${set}.jsonl.gz`)
    const kept = lines.filter((line) => halfOf.get((JSON.parse(line) as { id: string }).id) === half)
    if (kept.length === 0) return []
    writeFileSync(path, gzipSync(`${kept.join('\n')}\n`, { level: 1 }))
    return [[half, path] as const]
  })
  return [['all', whole], ...halves]
}

interface Pass {
  readonly characters: number
  readonly cpuSeconds: number
}

/** Bytes in, text out, warm, on one thread. Ours and resiliparse in turns; trafilatura once, at the end. */
async function speed({ pages, pageFile }: Context): Promise<void> {
  for (const set of ['scrapinghub', 'wcxb-dev']) {
    const bytes = pages(set).map(({ html }) => Buffer.from(html))
    const size = bytes.reduce((sum, page) => sum + page.length, 0)
    const own = (): Pass => {
      globalThis.gc?.()
      const before = process.cpuUsage()
      let characters = 0
      for (const page of bytes) characters += extract(page, OPTIONS).text.length
      const { user, system } = process.cpuUsage(before)
      return { characters, cpuSeconds: (user + system) / 1e6 }
    }
    const file = pageFile(set)
    const peer = await Peer.start(PYTHON, [SCRIPT, 'serve', 'resiliparse', file])
    const times = { own: [] as number[], peer: [] as number[] }
    try {
      const warm = [own(), own(), own()]
      while (warm.reduce((sum, pass) => sum + pass.cpuSeconds, 0) < WARM_SECONDS) warm.push(own())
      const peerWarm = (await peer.pass()) as Pass
      if (warm[0]?.characters === 0 || peerWarm.characters === 0)
        throw new Error('an extractor found no text')
      for (let round = 0; round < ROUNDS; round++) {
        times.own.push(own().cpuSeconds)
        times.peer.push(((await peer.pass()) as Pass).cpuSeconds)
      }
      console.log(
        `\n${set}: ${bytes.length} pages, ${(size / 1e6).toFixed(1)} MB; medians of ${ROUNDS}, in turns; characters of text: tilth ${warm[0]?.characters}, resiliparse ${peerWarm.characters}`,
      )
    } finally {
      peer.close()
    }
    const slow = await Peer.start(PYTHON, [SCRIPT, 'serve', 'trafilatura', file])
    const slowPass = (await slow.pass()) as Pass
    slow.close()
    const ownMedian = median(times.own)
    const row = (name: string, rounds: readonly number[]): void => {
      const ratio = median(rounds) / ownMedian
      const beside = `  tilth is ${ratio.toFixed(2)}x as fast${pairSpread(rounds, times.own)}`
      console.log(
        `  ${name.padEnd(20)} ${median(rounds).toFixed(3)} s (${Math.min(...rounds).toFixed(3)} to ${Math.max(...rounds).toFixed(3)})  ${(size / 1e6 / median(rounds)).toFixed(1).padStart(6)} MB/s${name === 'tilth' ? '' : beside}`,
      )
    }
    row('tilth', times.own)
    row(`resiliparse ${peer.version}`, times.peer)
    row(`trafilatura ${slow.version}`, [slowPass.cpuSeconds])
  }
}

/** Range of the ratios of neighbouring rounds. */
function pairSpread(rounds: readonly number[], own: readonly number[]): string {
  if (rounds.length < 2) return ' (one round)'
  const ratios = rounds.map((seconds, index) => seconds / (own[index] ?? Number.NaN))
  return ` (pairs ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`
}

/** Fresh processes over 200 pages: start, reading the files and compiling are part of the CPU time. */
function cold({ pages, scratch }: Context): void {
  const some = [...pages('scrapinghub'), ...pages('wcxb-dev')].slice(0, COLD_PAGES)
  const folder = join(scratch, 'cold')
  mkdirSync(folder)
  for (const [index, { html }] of some.entries()) {
    writeFileSync(join(folder, `${String(index).padStart(4, '0')}.html`), html)
  }
  const once = resolve(import.meta.dirname, 'extract-once.js')
  const commands = {
    tilth: [process.execPath, once, folder],
    resiliparse: [PYTHON, SCRIPT, 'once', 'resiliparse', folder],
  }
  const times = { tilth: [] as number[], resiliparse: [] as number[] }
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of ['tilth', 'resiliparse'] as const) {
      const { code, cpuSeconds } = JSON.parse(python([SCRIPT, 'cpu', ...commands[name]])) as {
        code: number
        cpuSeconds: number
      }
      if (code !== 0) throw new Error(`${commands[name].join(' ')} ended with ${code}`)
      // The first round brings the files into memory.
      if (round >= 0) times[name].push(cpuSeconds)
    }
  }
  const size = some.reduce((sum, { html }) => sum + Buffer.byteLength(html), 0)
  console.log(
    `\ncold: fresh processes, ${some.length} pages, ${(size / 1e6).toFixed(1)} MB; medians of ${ROUNDS}, in turns`,
  )
  for (const [name, rounds] of Object.entries(times)) {
    console.log(
      `  ${name.padEnd(12)} ${median(rounds).toFixed(3)} s (${Math.min(...rounds).toFixed(3)} to ${Math.max(...rounds).toFixed(3)})`,
    )
  }
  const ratios = times.tilth.map((seconds, index) => seconds / (times.resiliparse[index] ?? Number.NaN))
  console.log(
    `  tilth takes ${(median(times.tilth) / median(times.resiliparse)).toFixed(2)}x resiliparse's CPU (pairs ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  )
}

function growth({ pages }: Context): void {
  console.log('\ncopies of a page in one: seconds per MB')
  const bySize = ['scrapinghub', 'wcxb-dev'].map((set) => {
    const sorted = pages(set)
      .map(({ html }) => Buffer.from(html))
      .sort((a, b) => a.length - b.length)
    return [set, sorted[Math.floor(sorted.length / 2)] ?? Buffer.alloc(0)] as const
  })
  for (const [set, page] of bySize) measureCopies(`median page of ${set}`, page)
  console.log('\nhostile pages of 0.25, 1 and 4 MiB: seconds per MB')
  measureHostile()
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

if (import.meta.main) await run(process.argv.slice(2))
