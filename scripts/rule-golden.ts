import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { digest, type Golden, type GoldenText, sideOf } from '../test/rule-golden.ts'
import { MAKERS, randomOf } from '../test/rule-texts.ts'

/**
 * Asks datatrove's own filter classes for their verdicts on made texts on both sides of every limit, and keeps them in
 * `test/golden/rules/`: `PYTHON=VENV/bin/python node scripts/rule-golden.ts`. Needs `pip install datatrove==0.10.1 spacy`.
 */
const EACH_SIDE = 210
const MOST_TRIED = 200_000
const python = process.env['PYTHON'] ?? 'python3'

interface Made {
  readonly maker: string
  readonly side: 'kept' | 'dropped'
  readonly seed: number
  readonly text: string
}

const made = Object.keys(MAKERS).flatMap((maker, index) => draw(maker, index + 1))
const long = (text: string): boolean => text.length > 100_000
const whitespace = ask('whitespace', made)
const short = made.filter(({ text }) => !long(text))
const spacy = new Map(ask('spacy', short).map((answer, index) => [short[index], answer]))
const golden: Record<string, { kept: GoldenText[]; dropped: GoldenText[] }> = {}
for (const [index, each] of made.entries()) {
  const answer = whitespace[index] ?? { verdicts: [], texts: [] }
  const tokens = spacy.get(each)
  golden[each.maker] ??= { kept: [], dropped: [] }
  golden[each.maker]?.[each.side].push({
    seed: each.seed,
    text: digest(each.text),
    whitespace: answer.verdicts,
    ...(tokens === undefined ? {} : { spacy: tokens.verdicts }),
    c4: answer.texts.map((text) => (text === null ? null : digest(text))),
  })
}
writeFileSync(
  'test/golden/rules/datatrove-0.10.1.json.gz',
  gzipSync(JSON.stringify(golden satisfies Golden), { level: 9 }),
)
for (const [maker, { kept, dropped }] of Object.entries(golden)) {
  process.stdout.write(`${maker}: ${kept.length} kept, ${dropped.length} dropped\n`)
}

function draw(maker: string, number: number): readonly Made[] {
  const make = MAKERS[maker]
  if (make === undefined) return []
  const found = { kept: [] as Made[], dropped: [] as Made[] }
  const seen = new Set<string>()
  for (let tried = 0; tried < MOST_TRIED; tried++) {
    const seed = number * 1_000_000 + tried
    const text = make(randomOf(seed))
    if (seen.has(text)) {
      if (tried > 5000) break
      continue
    }
    seen.add(text)
    const side = sideOf(maker, text)
    if (side === undefined || found[side].length >= EACH_SIDE) continue
    found[side].push({ maker, side, seed, text })
    if (found.kept.length + found.dropped.length === 2 * EACH_SIDE) break
  }
  return [...found.kept, ...found.dropped]
}

function ask(
  words: string,
  texts: readonly Made[],
): readonly { verdicts: (string | null)[]; texts: (string | null)[] }[] {
  const input = texts.map(({ text }) => `${JSON.stringify(text)}\n`).join('')
  const result = spawnSync(python, ['bench/peers/datatrove_verdicts.py', words], {
    input,
    maxBuffer: 2 ** 30,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (result.status !== 0)
    throw new Error(`${python}: ended with ${result.status ?? result.signal ?? 'nothing'}`)
  return result.stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
