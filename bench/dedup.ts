import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

/**
 * `tilth dedup` beside others on one file of JSON lines, each in a cold process, in turns, in one run: CPU seconds of the whole process, start
 * included, and its peak memory. Output is checked before the clock counts: `tilth dedup` against the truth of the posts.
 *
 *     TILTH_PYTHON=VENV/bin/python npm run bench dedup      # needs pip install rensa==0.5.0 "datatrove[io,processing]==0.10.1" xxhash
 */
const ROUNDS = 3
/** So many times the posts, each time with every fourth kind of word another. */
const TIMES = 8
const SCRIPT = resolve(import.meta.dirname, 'peers/dedup_files.py')
const PYTHON = process.env['TILTH_PYTHON'] ?? 'python3'
const TILTH = resolve(import.meta.dirname, '../bin/tilth.js')

interface Cost {
  readonly cpuSeconds: number
  readonly megabytes: number
}

export async function run(): Promise<void> {
  const data = resolve(
    process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'),
    'dedup',
  )
  if (!existsSync(data)) throw new Error(`${data} is not there`)
  const scratch = mkdtempSync(join(tmpdir(), 'tilth-bench-dedup-'))
  try {
    const posts = gunzipSync(readFileSync(join(data, 'posts.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n')
    const once = join(scratch, 'posts.jsonl')
    writeFileSync(once, `${posts.join('\n')}\n`)
    await checkPairs(once, data, scratch)
    const many = join(scratch, 'many.jsonl')
    writeFileSync(
      many,
      Array.from({ length: TIMES }, (_, round) =>
        posts.map((post) => `${variant(post, round)}\n`).join(''),
      ).join(''),
    )
    beside(once, posts.length, ['tilth', 'tilth, not compared', 'rensa', 'datatrove'], scratch)
    beside(many, posts.length * TIMES, ['tilth', 'tilth, not compared', 'rensa'], scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Another post, as similar to the variants of others as the post is to the others. */
function variant(line: string, round: number): string {
  const { id, text } = JSON.parse(line) as { readonly id: string; readonly text: string }
  const other = (word: string): string => {
    let hash = round
    for (let at = 0; at < word.length; at++)
      hash = Math.imul(hash ^ word.toLowerCase().charCodeAt(at), 0x0100_0193)
    return round > 0 && ((hash >>> 16) & 3) === 0 ? `${word}${round}` : word
  }
  return JSON.stringify({ id: `${round}-${id}`, text: text.replaceAll(/\w+/g, other) })
}

async function checkPairs(input: string, data: string, scratch: string): Promise<void> {
  const pairs = join(scratch, 'pairs.tsv')
  cost([process.execPath, TILTH, 'dedup', input, '--out', join(scratch, 'out.jsonl'), '--pairs', pairs])
  const read = (text: string): Map<string, number> =>
    new Map(
      text
        .trimEnd()
        .split('\n')
        .map((each) => each.split('\t'))
        .map(([a = '', b = '', index]) => [[a, b].sort().join(' '), Number(index)]),
    )
  const truth = read(gunzipSync(readFileSync(join(data, 'pairs.tsv.gz'))).toString())
  const near = [...truth].filter(([, index]) => index >= 0.8)
  const found = read(await readFile(pairs, 'utf8'))
  const wrong = [...found].filter(([pair, index]) => Math.abs((truth.get(pair) ?? 0) - index) > 6e-5)
  const recall = near.filter(([pair]) => found.has(pair)).length / near.length
  console.log(
    `${near.length} true pairs at .8 and above: ${found.size} found, ${wrong.length} of them wrong, recall ${recall.toFixed(4)}`,
  )
  if (wrong.length > 0 || recall < 0.99) throw new Error('the pairs are not those of the truth')
}

function beside(input: string, rows: number, names: readonly string[], scratch: string): void {
  const costs = new Map<string, Cost[]>(names.map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const out = join(scratch, `${name}.jsonl`)
      costs.get(name)?.push(cost(commandOf(name, input, out, join(scratch, `folder-${round}`))))
      if (round === 0)
        console.log(`  ${name}: ${readFileSync(out, 'utf8').split('\n').length - 1} of ${rows} rows stay`)
    }
  }
  const middle = (numbers: readonly number[]): number =>
    numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
  const own = costs.get('tilth') ?? []
  console.log(`${rows} rows, medians of ${ROUNDS}`)
  for (const [name, list] of costs) {
    const ratio = middle(list.map(({ cpuSeconds }, at) => cpuSeconds / (own[at]?.cpuSeconds ?? 1)))
    const cpu = middle(list.map(({ cpuSeconds }) => cpuSeconds))
    const memory = middle(list.map(({ megabytes }) => megabytes))
    console.log(
      `  ${name}: ${cpu.toFixed(2)} CPU seconds, ${ratio.toFixed(1)} times tilth's, ${memory.toFixed(0)} MiB`,
    )
  }
}

function commandOf(name: string, input: string, out: string, folder: string): readonly string[] {
  if (name === 'rensa') return [PYTHON, SCRIPT, 'rensa', input, out]
  if (name === 'datatrove') return [PYTHON, SCRIPT, 'datatrove', input, out, folder]
  const command = [process.execPath, TILTH, 'dedup', input, '--out', out]
  return name === 'tilth' ? command : [...command, '--no-verify']
}

function cost(command: readonly string[]): Cost {
  const { stdout, stderr, status } = spawnSync(PYTHON, [SCRIPT, 'cpu', ...command], { encoding: 'utf8' })
  const result = status === 0 ? (JSON.parse(stdout) as Cost & { readonly code: number }) : undefined
  if (result?.code !== 0) throw new Error(`${command.join(' ')}: ${stderr.trim().split('\n').at(-1)}`)
  return result
}
