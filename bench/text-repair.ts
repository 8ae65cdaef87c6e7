import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { repairMojibake } from '../src/text/repair/mojibake.ts'

const root = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
const peer = resolve(import.meta.dirname, 'peers/ftfy_lines.py')
/** Lines that are encoded wrongly on purpose. */
const ENCODED = 6000

/**
 * Repair of wrong decodings beside ftfy's, on real lines with a character beyond ASCII, and on real lines that were
 * decoded wrongly on purpose.
 *
 *     PYTHON=python3 npm run bench text-repair
 *
 * PYTHON must have ftfy.
 */
export async function run(): Promise<void> {
  const lines = realLines()
  if (lines.length === 0) return void process.stdout.write(`skipped: no pages in ${root}\n`)
  const before = process.cpuUsage()
  const ours = lines.map((line) => repairMojibake(line).text)
  const { user } = process.cpuUsage(before)
  const theirs = throughFtfy(lines)
  const counts = { lines: lines.length, same: 0, bothChanged: 0, onlyOurs: 0, onlyTheirs: 0, otherwise: 0 }
  for (const [index, line] of lines.entries()) {
    const [our, their] = [ours[index], theirs[index]]
    if (our === their) {
      counts.same++
      if (our !== line) counts.bothChanged++
    } else if (their === line) counts.onlyOurs++
    else if (our === line) counts.onlyTheirs++
    else counts.otherwise++
  }
  const right = lines
    .filter((line, index) => ours[index] === line)
    .filter((_, index) => index % 5 === 0)
    .slice(0, ENCODED)
  const wrong = right.map((line) => new TextDecoder('windows-1252').decode(Buffer.from(line)))
  const fixed = throughFtfy(wrong)
  const restored = { lines: right.length, tilth: 0, ftfy: 0 }
  for (const [index, line] of wrong.entries()) {
    if (repairMojibake(line).text === right[index]) restored.tilth++
    if (fixed[index] === right[index]) restored.ftfy++
  }
  const megabytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6
  process.stdout.write(
    `real lines: ${JSON.stringify(counts)}\nwrongly decoded on purpose, restored: ${JSON.stringify(restored)}\n` +
      `${((megabytes * 1e6) / user).toFixed(0)} MB/s\n`,
  )
}

function throughFtfy(lines: readonly string[]): readonly string[] {
  const input = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
  const python = spawnSync(process.env['PYTHON'] ?? 'python3', [peer], {
    input,
    maxBuffer: 1 << 29,
    encoding: 'utf8',
  })
  if (python.status !== 0) throw new Error(`the peer failed: ${python.stderr.slice(-300)}`)
  return python.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string)
}

/** Different lines of pages with a character beyond ASCII, at most 1,000 characters of each. */
function realLines(): readonly string[] {
  const dir = resolve(root, 'warc')
  if (!existsSync(dir)) return []
  const lines = new Set<string>()
  for (const file of readdirSync(dir).filter((name) => /^(?:pages|archive-it|gov).*\.gz$/.test(name))) {
    const text = gunzipSync(readFileSync(resolve(dir, file)))
      .toString()
      .replace(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
      .replace(/<[^>]*>/g, '\n')
    for (const raw of text.split('\n')) {
      const line = raw.trim().slice(0, 1000).toWellFormed()
      if (/[^\x00-\x7f]/.test(line) && !line.includes('\ufffd')) lines.add(line)
    }
  }
  return [...lines]
}
