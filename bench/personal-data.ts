import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { personalDataScanner } from '../src/personal-data/scan.ts'
import { HOSTILE } from '../test/personal-data/hostile.ts'
import { score } from '../test/personal-data/scores.ts'

/** Values, and look-alikes, of each type. */
const PER_TYPE = 2000
const ROUNDS = 5

/**
 * Precision and recall of the personal-data scanner by type on generated texts, and its speed on real and
 * hostile ones.
 *
 *     npm run bench personal-data
 */
export async function run(): Promise<void> {
  const { types, missed, mistaken } = score(PER_TYPE)
  const rows = types.map(
    ({ type, found, positives, wrong, precision, recall }) =>
      `| ${type} | ${found} of ${positives} | ${wrong} | ${precision.toFixed(4)} | ${recall.toFixed(4)} |`,
  )
  process.stdout.write(
    `${PER_TYPE} values and ${PER_TYPE} look-alikes of each type, made by seed\n\n` +
      `| type | found | wrong | precision | recall |\n|---|---|---|---|---|\n${rows.join('\n')}\n\n`,
  )
  for (const [name, list] of [
    ['missed', missed],
    ['mistaken', mistaken],
  ] as const) {
    process.stdout.write(`${name}: ${JSON.stringify(list)}\n`)
  }
  const real = realTexts()
  process.stdout.write(
    real.length === 0 ? '\nskipped: no real texts\n' : `\nreal texts: ${speed(real).toFixed(1)} MB/s\n`,
  )
  const worst = Object.entries(HOSTILE)
    .map(([name, piece]) => ({ name, speed: speed([piece.repeat(Math.ceil(2 ** 20 / piece.length))]) }))
    .sort((a, b) => a.speed - b.speed)[0]
  process.stdout.write(
    `slowest of ${Object.keys(HOSTILE).length} hostile texts: ${worst?.speed.toFixed(1)} MB/s (${worst?.name})\n`,
  )
}

/** Megabytes of UTF-8 a CPU second, the median of {@link ROUNDS}. */
function speed(texts: readonly string[]): number {
  const scan = personalDataScanner()
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  let found = 0
  const speeds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage()
    for (const text of texts) found += scan(text).length
    const { user, system } = process.cpuUsage(before)
    return bytes / (user + system)
  })
  if (found < 0) throw new Error('counted wrongly')
  return speeds.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0
}

function realTexts(): readonly string[] {
  const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const file = resolve(root, 'golden/datatrove-0.10.1-filters.jsonl.gz')
  if (!existsSync(file)) return []
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n')
  return lines.map((line) => (JSON.parse(line) as { text: string }).text)
}
