import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { characterPage } from '../src/dedup/character-table.ts'
import { SKETCH_PRESETS } from '../src/dedup/presets.ts'
import { chanceOfMeeting } from '../src/dedup/sketch-spec.ts'
import { Sketcher } from '../src/dedup/sketcher.ts'
import { Peer } from './peer.ts'

/**
 * CPU time from raw UTF-8 texts to MinHash band keys, beside rensa, datatrove and the same algorithm in native Rust, in
 * turns, in one run: `TILTH_PYTHON=VENV/bin/python TILTH_RUSTC=rustc npm run bench minhash`. Needs
 * `pip install rensa==0.5.0 datatrove==0.10.1 tokenizers`. Before the clock counts, each peer's sketches must meet pairs
 * of known similarity as often as theory says, and Rust's keys must be ours.
 */
const { spec } = SKETCH_PRESETS.fineweb
const ROUNDS = 5
/** Passes of ours in a round: one takes some hundredths of a second. */
const PASSES = 5

/** How the program in Rust is built. */
const RUST = {
  'for any x86-64': [],
  'for this processor': ['-C', 'target-cpu=native'],
  'for this processor, AVX2 by hand': ['-C', 'target-cpu=native', '--cfg', 'by_hand'],
}

interface PeerPass {
  readonly cpuSeconds: number
  readonly readySeconds?: number | null
  readonly met?: readonly number[]
  readonly sum?: string
}

interface Corpus {
  readonly texts: readonly string[]
  readonly bytes: Uint8Array
  readonly ends: Float64Array
  readonly pairs: readonly { readonly a: number; readonly b: number; readonly similarity: number }[]
}

export async function run(): Promise<void> {
  const corpus = readCorpus()
  const sketcher = new Sketcher(spec)
  const expected =
    corpus.pairs.reduce((sum, { similarity }) => sum + chanceOfMeeting(spec, similarity), 0) /
    corpus.pairs.length
  const ours = meetings(sketcher, corpus)
  console.log(
    `${corpus.texts.length} texts, ${(corpus.bytes.length / 1e6).toFixed(1)} MB of UTF-8; ${corpus.pairs.length} pairs, ` +
      `${(100 * expected).toFixed(2)} % of which should meet, ${(100 * ours).toFixed(2)} % do`,
  )
  checkMeetings('ours', ours, expected)
  curve(sketcher, corpus)
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-minhash-'))
  try {
    const rustc = process.env['TILTH_RUSTC']
    if (rustc !== undefined) {
      const inputs = writeBinary(dir, corpus)
      for (const [name, flags] of Object.entries(RUST)) {
        const binary = join(dir, 'minhash')
        const args = ['--edition=2021', '-C', 'opt-level=3', ...flags, '-o', binary, 'bench/peers/minhash.rs']
        execFileSync(rustc, args)
        const peer = await Peer.start(binary, [...inputs, String(spec.bands), String(spec.rows)])
        await beside(`Rust, ${name},`, peer, corpus, sketcher, (pass) => {
          if (pass.sum !== sumOfKeys(sketcher, corpus)) throw new Error('keys in Rust differ')
        })
      }
    }
    const python = process.env['TILTH_PYTHON']
    for (const name of python === undefined ? [] : ['rensa', 'datatrove']) {
      const args = ['bench/peers/minhash_speed.py', name, ...writeText(dir, corpus)]
      await beside(name, await Peer.start(python as string, args), corpus, sketcher, ({ met = [] }) =>
        checkMeetings(name, met.reduce((sum, each) => sum + each, 0) / corpus.pairs.length, expected),
      )
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
  alone('shingle sets of strings', corpus, () => {
    for (const text of corpus.texts) sketcher.shingles(text)
  })
  alone('band keys of strings', corpus, () => {
    for (const text of corpus.texts) sketcher.bandKeys(text)
  })
}

/** A peer and ours in turns; the first pass of each warms up, and is checked. */
async function beside(
  name: string,
  peer: Peer,
  corpus: Corpus,
  sketcher: Sketcher,
  check: (pass: PeerPass) => void,
): Promise<void> {
  try {
    check((await peer.pass()) as PeerPass)
    timed(() => sketcher.batch(corpus.bytes, corpus.ends))
    const theirs: number[] = []
    const ready: number[] = []
    const ours: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const pass = (await peer.pass()) as PeerPass
      theirs.push(pass.cpuSeconds)
      ready.push(pass.readySeconds ?? Number.NaN)
      ours.push(timed(() => sketcher.batch(corpus.bytes, corpus.ends)))
    }
    const ratios = theirs.map((seconds, index) => seconds / (ours[index] as number)).sort((a, b) => a - b)
    console.log(
      `${name} ${peer.version}: ${speed(corpus, median(theirs))}, ours ${speed(corpus, median(ours))}: ` +
        `${(median(theirs) / median(ours)).toFixed(2)} times as fast (pairs ${ratios[0]?.toFixed(2)} to ${ratios.at(-1)?.toFixed(2)})` +
        (Number.isNaN(ready[0]) ? '' : `; with its strings ready ${speed(corpus, median(ready))}`),
    )
  } finally {
    peer.close()
  }
}

function alone(title: string, corpus: Corpus, pass: () => void): void {
  timed(pass)
  console.log(`${title}: ${speed(corpus, median(Array.from({ length: ROUNDS }, () => timed(pass))))}`)
}

/** CPU seconds of one pass, mean of several. */
function timed(pass: () => unknown): number {
  const start = process.cpuUsage()
  for (let index = 0; index < PASSES; index++) pass()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6 / PASSES
}

/** Share of the pairs that have a key in common. */
function meetings(sketcher: Sketcher, corpus: Corpus, from = 0, to = 2): number {
  const { keys } = sketcher.batch(corpus.bytes, corpus.ends)
  const width = 2 * spec.bands
  let met = 0
  let count = 0
  for (const { a, b, similarity } of corpus.pairs) {
    if (similarity < from || similarity >= to) continue
    count++
    for (let word = 0; word < width; word += 2) {
      if (
        keys[a * width + word] === keys[b * width + word] &&
        keys[a * width + word + 1] === keys[b * width + word + 1]
      ) {
        met++
        break
      }
    }
  }
  return met / count
}

function curve(sketcher: Sketcher, corpus: Corpus): void {
  const parts = Array.from({ length: 10 }, (_, index) => {
    const from = 0.5 + index * 0.05
    const to = index === 9 ? 2 : from + 0.05
    const some = corpus.pairs.filter(({ similarity }) => similarity >= from && similarity < to)
    const expected =
      some.reduce((sum, { similarity }) => sum + chanceOfMeeting(spec, similarity), 0) / some.length
    return `${from.toFixed(2)} ${meetings(sketcher, corpus, from, to).toFixed(3)} (${expected.toFixed(3)}, ${some.length} pairs)`
  })
  console.log(`share of pairs met by similarity, and by theory: ${parts.join('; ')}`)
}

function checkMeetings(name: string, share: number, expected: number): void {
  if (Math.abs(share - expected) > 0.02)
    throw new Error(`${name} meets ${share} of the pairs, not ${expected}`)
}

function sumOfKeys(sketcher: Sketcher, corpus: Corpus): string {
  const { keys } = sketcher.batch(corpus.bytes, corpus.ends)
  const sum = new BigUint64Array(keys.buffer).reduce((so, key) => so + key, 0n)
  return String(BigInt.asUintN(64, sum))
}

/** The files that the program in Rust reads. */
function writeBinary(dir: string, { texts }: Corpus): string[] {
  const table = Buffer.concat(
    Array.from({ length: 0x1100 }, (_, page) => Buffer.from(characterPage(page).buffer)),
  )
  const binary = texts.flatMap((text) => {
    const bytes = Buffer.from(text)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return [length, bytes]
  })
  writeFileSync(join(dir, 'texts'), Buffer.concat(binary))
  writeFileSync(join(dir, 'table'), table)
  return [join(dir, 'texts'), join(dir, 'table')]
}

function writeText(dir: string, { texts, pairs }: Corpus): string[] {
  writeFileSync(join(dir, 'texts.jsonl'), texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  writeFileSync(join(dir, 'pairs'), pairs.map(({ a, b }) => `${a} ${b}\n`).join(''))
  return [join(dir, 'texts.jsonl'), join(dir, 'pairs')]
}

function readCorpus(): Corpus {
  const root = resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'))
  const lines = (name: string): string[] =>
    gunzipSync(readFileSync(join(root, 'dedup', name)))
      .toString()
      .trimEnd()
      .split('\n')
  const posts = lines('posts.jsonl.gz').map((line) => JSON.parse(line) as { id: string; text: string })
  const places = new Map(posts.map(({ id }, index) => [id, index]))
  const texts = posts.map(({ text }) => text)
  const bytes = texts.map((text) => Buffer.from(text))
  let end = 0
  const ends = Float64Array.from(bytes, ({ length }) => {
    end += length
    return end
  })
  const pairs = lines('pairs.tsv.gz')
    .slice(1)
    .map((line) => {
      const [a = '', b = '', similarity] = line.split('\t')
      return { a: places.get(a) as number, b: places.get(b) as number, similarity: Number(similarity) }
    })
  return { texts, bytes: Buffer.concat(bytes), ends, pairs }
}

function speed({ texts, bytes }: Corpus, seconds: number): string {
  return `${Math.round(texts.length / seconds).toLocaleString('en')} texts, ${(bytes.length / seconds / 1e6).toFixed(1)} MB a CPU second`
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

if (import.meta.main) await run()
