import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Scorer, scorerOf } from '../src/engine/rule-scores.ts'
import { RULE_SETS, ruleSetNamed } from '../src/stages/rule-sets.ts'
import { Peer } from './peer.ts'

/**
 * Speed of rule sets beside datatrove's classes, on the same texts, in turns, in one run; verdicts are compared before
 * the clock counts: `TILTH_PYTHON=VENV/bin/python npm run bench rules`. Needs `pip install datatrove==0.10.1 spacy`.
 */
const DATATROVE = [
  'gopher-quality@datatrove-0.10',
  'gopher-repetition@datatrove-0.10',
  'c4@datatrove-0.10-nopunct',
  'fineweb@datatrove-0.10',
]
const ROUNDS = 5
/** Every so manieth text goes to datatrove, which takes minutes over all of them. */
const STEP = 5

interface PeerPass {
  readonly cpuSeconds: number
  readonly verdicts: readonly (readonly (string | null)[])[]
}

export async function run(): Promise<void> {
  const texts = readTexts()
  const few = texts.filter((_, index) => index % STEP === 0)
  console.log(
    `${texts.length} texts, ${megabytes(texts).toFixed(1)} MB of UTF-8; ${few.length} of them, ${megabytes(few).toFixed(1)} MB, with datatrove`,
  )
  const python = process.env['TILTH_PYTHON']
  if (python !== undefined) {
    for (const words of ['whitespace', 'unicode'] as const) await beside(python, words, few)
  }
  alone('the four of datatrove, whitespace words', DATATROVE, 'whitespace', texts)
  alone('the four of datatrove, unicode words', DATATROVE, 'unicode', texts)
  alone(
    'all that need no other words, whitespace words',
    RULE_SETS.map(({ name }) => name).filter((name) => !/dclm|redpajama|refinedweb|gpt2|ccnet/.test(name)),
    'whitespace',
    texts,
  )
  for (const { name } of RULE_SETS.filter((set) => set.name !== 'ccnet'))
    alone(name, [name], 'whitespace', texts)
}

/** Both in turns over the same texts: ratio of medians of CPU seconds. */
async function beside(
  python: string,
  words: 'whitespace' | 'unicode',
  texts: readonly string[],
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-rules-'))
  const file = join(dir, 'texts.jsonl')
  writeFileSync(file, texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
  const peer = await Peer.start(python, [
    'bench/peers/rules_speed.py',
    words === 'unicode' ? 'spacy' : 'whitespace',
    file,
  ])
  try {
    const scorers = DATATROVE.map((name) => scorerOf(ruleSetNamed(name), { words }))
    const theirs: number[] = []
    const ours: number[] = []
    // The first round of each warms up, and its verdicts are compared.
    for (let round = 0; round <= ROUNDS; round++) {
      const pass = (await peer.pass()) as PeerPass
      const own = timed(scorers, texts)
      if (round === 0) {
        const differ = own.verdicts.filter(
          (each, index) => String(each) !== String(pass.verdicts[index]),
        ).length
        if (differ > 0) throw new Error(`${differ} of ${texts.length} verdicts differ`)
        for (let warm = 0; warm < 5; warm++) timed(scorers, texts)
        continue
      }
      theirs.push(pass.cpuSeconds)
      ours.push(own.cpuSeconds)
    }
    const ratio = median(theirs) / median(ours)
    const ratios = theirs.map((seconds, index) => seconds / (ours[index] ?? Number.NaN)).sort((a, b) => a - b)
    console.log(
      `${words} words: datatrove ${peer.version} ${speed(texts, median(theirs))}, Tilth ${speed(texts, median(ours))}: ` +
        `${ratio.toFixed(1)} times (pairs ${ratios[0]?.toFixed(1)} to ${ratios.at(-1)?.toFixed(1)}), same verdicts and reasons`,
    )
  } finally {
    peer.close()
    rmSync(dir, { recursive: true })
  }
}

function alone(
  title: string,
  names: readonly string[],
  words: 'whitespace' | 'unicode',
  texts: readonly string[],
): void {
  const scorers = names.map((name) => scorerOf(ruleSetNamed(name), { words }))
  for (let warm = 0; warm < 3; warm++) timed(scorers, texts)
  const rounds = Array.from({ length: ROUNDS }, () => timed(scorers, texts).cpuSeconds)
  console.log(`${title}: ${speed(texts, median(rounds))}`)
}

function timed(
  scorers: readonly Scorer[],
  texts: readonly string[],
): { readonly cpuSeconds: number; readonly verdicts: readonly (readonly (string | null)[])[] } {
  const start = process.cpuUsage()
  const verdicts = texts.map((text) => {
    const document = { id: '1', text, meta: {}, origin: { uri: '', input: '', record: 0 } }
    return scorers.map((scorer) => scorer.score(document).broken?.rule.peerReason ?? null)
  })
  const { user, system } = process.cpuUsage(start)
  return { cpuSeconds: (user + system) / 1e6, verdicts }
}

function readTexts(): readonly string[] {
  const root = resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'))
  const lines = gunzipSync(readFileSync(join(root, 'golden/datatrove-0.10.1-filters.jsonl.gz'))).toString()
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text)
}

function megabytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6
}

function speed(texts: readonly string[], seconds: number): string {
  return `${(megabytes(texts) / seconds).toFixed(2)} MB a CPU second`
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

if (import.meta.main) await run()
