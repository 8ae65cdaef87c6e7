import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { eld } from 'eld/large'
import { readFastText } from '../src/learn/fasttext/fasttext.ts'
import type { StageFiles } from '../src/model/stage.ts'
import { type Detect, detectorOf, loadDetector } from '../src/stages/language-detector.ts'

const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const peer = resolve(import.meta.dirname, 'peers/fasttext_lines.py')
const LINES = 20_000

interface PeerAnswers {
  readonly model: string
  readonly seconds: number
  readonly answers: readonly (readonly [string, number])[]
}

/**
 * Languages of real lines through Tilth, beside eld itself and the fastText library.
 *
 *     PYTHON=python3 npm run bench language
 *
 * PYTHON must have fasttext-wheel. The model is trained on the spot, on lines that eld labelled: it shows whether the
 * answers are the library's, not how good they are.
 */
export async function run(): Promise<void> {
  const lines = realLines()
  if (lines.length === 0) return void process.stdout.write(`skipped: no pages in ${root}\n`)
  await loadDetector({ model: 'eld' })
  const asked = lines.slice(0, LINES)
  for (const line of asked.slice(0, 2000)) eld.detect(line)
  const ownScored = (line: string): string => {
    const result = eld.detect(line)
    return result.getScores()[result.language] === undefined ? '' : result.language
  }
  const detectByEld = detectorOf({ model: 'eld' }, undefined)
  const own = timed(asked, ownScored)
  const ours = timed(asked, (line) => detectByEld(line).language)
  say('eld', ours.seconds, own.seconds, same(ours.answers, own.answers), asked.length)
  const folder = mkdtempSync(join(tmpdir(), 'tilth-fasttext-'))
  try {
    for (const theirs of fromLibrary(lines, asked, folder)) {
      const model = join(folder, theirs.model)
      const files: StageFiles = new Map([[model, [{ name: '', bytes: readFileSync(model) }]]])
      const detect: Detect = detectorOf({ model }, files)
      for (const line of asked.slice(0, 2000)) detect(line)
      const mine = timed(asked, (line) => detect(line).language)
      const equal = same(
        mine.answers,
        theirs.answers.map(([label]) => label),
      )
      say(theirs.model, mine.seconds, theirs.seconds, equal, asked.length)
      const whole = readFastText(readFileSync(model))
      const furthest = asked.reduce((most, line, index) => {
        const [best] = whole.predict(line)
        const [label, probability] = theirs.answers[index] ?? ['', 0]
        return best?.label === label ? Math.max(most, Math.abs(best.probability - probability)) : most
      }, 0)
      process.stdout.write(`  probabilities of equal labels differ by ${furthest.toExponential(1)} at most\n`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function say(name: string, ours: number, theirs: number, equal: number, all: number): void {
  process.stdout.write(
    `${name}: ${equal} of ${all} labels equal; Tilth ${Math.round(all / ours)} lines/s, the library ${Math.round(all / theirs)} lines/s\n`,
  )
}

function same(left: readonly string[], right: readonly string[]): number {
  return left.filter((label, index) => label === right[index]).length
}

function timed(
  lines: readonly string[],
  detect: (line: string) => string,
): { readonly answers: readonly string[]; readonly seconds: number } {
  let answers: readonly string[] = []
  const passes = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    answers = lines.map(detect)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  })
  return { answers, seconds: passes.toSorted((a, b) => a - b)[2] ?? 0 }
}

function fromLibrary(
  lines: readonly string[],
  asked: readonly string[],
  folder: string,
): readonly PeerAnswers[] {
  const training = join(folder, 'training.txt')
  writeFileSync(
    training,
    lines
      .slice(LINES)
      .map((line) => `__label__${eld.detect(line).language} ${line}\n`)
      .join(''),
  )
  writeFileSync(join(folder, 'lines.json'), JSON.stringify(asked))
  const python = spawnSync(
    process.env['PYTHON'] ?? 'python3',
    [peer, training, join(folder, 'lines.json'), folder],
    {
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    },
  )
  if (python.status !== 0) throw new Error(`the peer failed: ${python.stderr.slice(-300)}`)
  return python.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PeerAnswers)
}

/** Different lines of pages, of 30 to 500 characters, in the order of their length's last digits, so that pages mix. */
function realLines(): readonly string[] {
  const dir = resolve(root, 'warc')
  if (!existsSync(dir)) return []
  const lines = new Set<string>()
  for (const file of readdirSync(dir).filter((name) => /^(?:pages|archive-it).*\.gz$/.test(name))) {
    const text = gunzipSync(readFileSync(resolve(dir, file)))
      .toString()
      .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
      .replace(/<[^>]*>/g, '\n')
    for (const raw of text.split('\n')) {
      const line = raw.replace(/\s+/g, ' ').trim().toWellFormed()
      if (line.length >= 30 && line.length <= 500) lines.add(line)
    }
  }
  return [...lines].sort((a, b) => (a.length % 7) - (b.length % 7) || (a < b ? -1 : 1))
}
