import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadPlan } from '../src/engine/recipes.ts'
import { previewRetune } from '../src/engine/retune/preview.ts'
import { decide } from '../src/model/stage.ts'
import type { Manifest, PlanRecord, Shard } from '../src/model/version.ts'
import { stepRecords } from '../src/plan/plan.ts'
import { TableWriter } from '../src/store/table.ts'
import { openVersion, signalColumns, signalNames } from '../src/store/version.ts'

const ROWS = Number(process.env['TILTH_BENCH_ROWS'] ?? 10_000_000)
const SHARD_ROWS = 200_000
const ROUNDS = 3
const WORKERS = Number(process.env['TILTH_BENCH_WORKERS'] ?? 2)

/**
 * The preview of a retune over ten million rows of stored signals, made by seed: two filters with 21 signals together,
 * kept and dropped documents in shards of their own, as the engine writes them. Counts are checked against the rules.
 *
 *     npm run bench retune
 */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-retune-'))
  try {
    const set = [
      'steps.heuristic-cleaning.minWords=40',
      'steps.heuristic-cleaning.maxMeanWordLength=6',
      'steps.gopher-quality.minWords=40',
    ]
    const { ref, expected, bytes } = await write(dir, set)
    process.stdout.write(`${ROWS} rows of signals, ${(bytes / 1e6).toFixed(0)} MB, made by seed\n`)
    const version = await openVersion(join(dir, ref))
    for (const assignments of [set, ['steps.heuristic-cleaning.minWords=80']]) {
      for (let round = 0; round < ROUNDS; round++) {
        const cpu = process.cpuUsage()
        const started = performance.now()
        const { preview } = await previewRetune(version, assignments, { workers: WORKERS })
        const seconds = (performance.now() - started) / 1e3
        const { user, system } = process.cpuUsage(cpu)
        const found = { kept: preview.kept, lost: preview.lost.documents, gained: preview.gained.documents }
        if (assignments === set && JSON.stringify(found) !== JSON.stringify(expected)) {
          throw new Error(`wrong counts: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`)
        }
        process.stdout.write(
          `${assignments.join(' ')}: lost ${found.lost}, gained ${found.gained}, ${seconds.toFixed(1)} s, ` +
            `${((user + system) / 1e6).toFixed(1)} s of CPU, ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB\n`,
        )
      }
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Writes the version; gives what the changed limits do to it, by the rules themselves. */
async function write(
  dir: string,
  set: readonly string[],
): Promise<{
  readonly ref: string
  readonly expected: { readonly kept: number; readonly lost: number; readonly gained: number }
  readonly bytes: number
}> {
  const recipe = {
    name: 'many',
    writes: 'many',
    inputs: { rows: { format: 'jsonl' } },
    steps: [
      { use: 'row' },
      { use: 'heuristic-cleaning' },
      { name: 'gopher-quality', use: 'gopher-quality@datatrove-0.10' },
    ],
  }
  const plan = await loadPlan(recipe)
  const records = stepRecords(plan)
  const after = stepRecords(await loadPlan(recipe, set))
  const { segments: _, ...bound } = plan
  const record: PlanRecord = { planId: 'bench', recipe: JSON.parse(JSON.stringify(bound)), steps: records }
  const names = signalNames(record)
  const version = join(dir, 'many@1')
  mkdirSync(version, { recursive: true })
  const open = { kept: 0, rejected: 0 }
  const writers = new Map<'kept' | 'rejected', TableWriter>()
  const shards: Shard[] = []
  const close = (table: 'kept' | 'rejected'): void => {
    const writer = writers.get(table)
    if (writer === undefined) return
    const file = `signals-${table}-${String(open[table]++).padStart(5, '0')}.parquet`
    shards.push({ table: 'signals', file, ...writer.finish() })
    writers.delete(table)
  }
  const random = generator(7)
  const expected = { kept: 0, lost: 0, gained: 0 }
  const survives = (steps: typeof records, signals: Record<string, number>): boolean =>
    steps.every(({ name, rules }) =>
      rules.every(
        (rule) => decide([rule], { [rule.signal]: signals[`${name}.${rule.signal}`] ?? null }).keep,
      ),
    )
  for (let at = 0; at < ROWS; at++) {
    const signals: Record<string, number> = {}
    const words = Math.floor(20 + 400 * random() * random())
    for (const name of names) signals[name] = valueOf(name, words, random)
    const kept = survives(records, signals)
    const stays = survives(after, signals)
    if (kept) expected.kept++
    if (kept && !stays) expected.lost++
    if (!kept && stays) expected.gained++
    const table = kept ? 'kept' : 'rejected'
    let writer = writers.get(table)
    if (writer === undefined) {
      const file = `signals-${table}-${String(open[table]).padStart(5, '0')}.parquet`
      writer = new TableWriter(join(version, file), signalColumns(names))
      writers.set(table, writer)
    }
    writer.append({ id: idOf(random), kept, ...signals })
    if (writer.rows === SHARD_ROWS) close(table)
  }
  close('kept')
  close('rejected')
  const manifest: Pick<Manifest, 'formatVersion' | 'name' | 'number' | 'shards'> = {
    formatVersion: 1,
    name: 'many',
    number: 1,
    shards,
  }
  writeFileSync(join(version, 'plan.json'), JSON.stringify(record))
  writeFileSync(join(version, 'manifest.json'), JSON.stringify(manifest))
  return { ref: 'many@1', expected, bytes: shards.reduce((sum, shard) => sum + shard.bytes, 0) }
}

function valueOf(name: string, words: number, random: () => number): number {
  if (name.endsWith('words')) return words
  if (/meanWordLength/.test(name)) return 3.5 + 3 * random()
  if (/stopWords/i.test(name)) return Math.floor(2 + 10 * random())
  if (/letter|alpha/i.test(name)) return 0.82 + 0.18 * random()
  return 0.02 * random()
}

function idOf(random: () => number): string {
  let id = ''
  for (let part = 0; part < 4; part++) {
    id += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  }
  return id
}

/** Numbers from 0 to 1 by seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
