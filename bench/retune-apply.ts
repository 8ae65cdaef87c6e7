import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyRetune } from '../src/engine/retune/apply.ts'
import { previewRetune } from '../src/engine/retune/preview.ts'
import { type RunRecipeOptions, run as runRecipe } from '../src/index.ts'
import { Store } from '../src/store/store.ts'
import { openVersion } from '../src/store/version.ts'

const DOCUMENTS = 10_000
const RECIPE = {
  name: 'made',
  writes: 'made',
  inputs: { rows: { format: 'jsonl' } },
  steps: [
    { use: 'row' },
    { name: 'language', use: 'identify-language' },
    { name: 'first', use: 'heuristic-cleaning', minWords: 60 },
    { name: 'exact', use: 'dedup-exact' },
    { name: 'last', use: 'heuristic-cleaning', minWords: 100 },
  ],
}

/**
 * What `tilth retune --apply` saves beside a fresh run with the same limits, for a limit behind a group step and one
 * before it, on 10,000 texts made by seed. Content hashes are compared.
 *
 *     npm run bench retune-apply
 */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-apply-'))
  try {
    const rows = join(dir, 'rows.jsonl')
    writeFileSync(rows, texts())
    const options = (store: string): RunRecipeOptions => ({
      inputs: { rows },
      store: join(dir, store),
      workers: 1,
      cwd: dir,
    })
    const made = await timed('first run', () => runRecipe(RECIPE, options('applied')))
    const version = await openVersion(made.dir)
    for (const set of ['steps.last.minWords=80', 'steps.first.minWords=40']) {
      const { plan } = await timed(`${set}: preview`, () => previewRetune(version, [set]))
      const store = new Store(join(dir, 'applied'))
      const applied = await timed(`${set}: --apply`, () => applyRetune(version, plan, store, { workers: 1 }))
      const fresh = await timed(`${set}: fresh run`, () => runRecipe(RECIPE, { ...options(set), set: [set] }))
      if (applied.manifest.hashes.kept !== fresh.manifest.hashes.kept) throw new Error('another version')
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  const result = await work()
  const seconds = (performance.now() - started) / 1e3
  const { user, system } = process.cpuUsage(cpu)
  process.stdout.write(`${label}: ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU\n`)
  return result
}

/** Rows of 20 to 320 made words. */
function texts(): string {
  let state = 1
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  const letters = (): string =>
    Array.from({ length: 3 + next(6) }, () => String.fromCharCode(97 + next(26))).join('')
  const words = Array.from({ length: 5000 }, letters)
  return Array.from({ length: DOCUMENTS }, (_, at) => {
    const text = Array.from({ length: 20 + next(300) }, () => words[next(words.length)]).join(' ')
    return `${JSON.stringify({ id: `d${at}`, text })}\n`
  }).join('')
}
