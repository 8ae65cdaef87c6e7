import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type RunRecipeOptions, type RunResult, run } from '../src/index.ts'
import type { RejectedRow } from '../src/model/version.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows, openVersion, rejectedRows } from '../src/store/version.ts'
import { pagesArchive, range, submissionsFile } from './synthetic-crawl.ts'

/** Pages of a WARC alone: read, deduplicated, cleaned. */
export const PAGES_RECIPE: RecipeInput = {
  name: 'pages',
  writes: 'pages',
  inputs: { pages: { format: 'warc' } },
  steps: [
    { name: 'text', use: 'html' },
    { name: 'exact', use: 'dedup-exact' },
    { name: 'cleaning', use: 'heuristic-cleaning' },
  ],
}

/** Other ways of a run over the input `rows`, none of which may change a result. */
export function otherWays(
  rows: readonly string[],
  workers: 2 | 3 = 2,
): readonly (readonly [how: string, options: RunRecipeOptions])[] {
  return [
    [`on ${workers === 2 ? 'two' : 'three'} workers`, { workers }],
    ['from files in another order', { inputs: { rows: rows.toReversed() } }],
    ['within a bound on memory', { memoryBytes: 500 << 20, set: ['inputs.rows.maxRecordBytes=8000000'] }],
  ]
}

/** A directory of a test's own, with inputs and stores; remove it. */
export class Workplace {
  readonly dir = mkdtempSync(join(tmpdir(), 'tilth-engine-'))

  constructor() {
    // Each run starts threads of its own, which would compile the whole engine again.
    process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'tilth-test-compile-cache')
  }

  write(name: string, bytes: Uint8Array): string {
    const path = join(this.dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
    return path
  }

  /** Made submissions and two WARCs of 48 pages that they link to, as the inputs of gpt2-webtext. */
  webtextInputs(): { readonly submissions: string; readonly pages: readonly string[] } {
    return {
      submissions: this.write('submissions.zst', submissionsFile(range(0, 96))),
      pages: [
        this.write('crawl/a.warc.gz', pagesArchive(range(0, 48))),
        this.write('crawl/b.warc.gz', pagesArchive(range(48, 48))),
      ],
    }
  }

  /** Runs with one worker, unless told otherwise, into a store of this workplace. */
  run(recipe: string | RecipeInput, store: string, options: RunRecipeOptions): Promise<RunResult> {
    return run(recipe, { workers: 1, store: join(this.dir, store), cwd: this.dir, ...options })
  }

  /** What the runs on a dataset did, oldest first. */
  journal(store: string, dataset: string): readonly JournalRun[] {
    return readJournal(join(this.dir, store, 'journals', `${dataset}.jsonl`))
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}

export interface JournalEvent {
  readonly run: string
  readonly event: string
  readonly phase?: string
  readonly unit?: string
  /** What the units that are done together are written into. */
  readonly pack?: string
  readonly uri?: string
  readonly bytes?: number
}

export interface JournalRun {
  readonly events: readonly JournalEvent[]
  /** Bytes of inputs read by units that were finished, hashing not counted. */
  readonly bytesRead: number
  /** Units that were started, by phase. */
  readonly started: Readonly<Record<string, number>>
}

export function readJournal(path: string): readonly JournalRun[] {
  const runs = new Map<string, JournalEvent[]>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue
    const event = JSON.parse(line) as JournalEvent
    const events = runs.get(event.run)
    if (events === undefined) runs.set(event.run, [event])
    else events.push(event)
  }
  return [...runs.values()].map((events) => {
    const started: Record<string, number> = {}
    let bytesRead = 0
    for (const { event, phase = '', bytes = 0 } of events) {
      if (event === 'started') started[phase] = (started[phase] ?? 0) + 1
      if (event === 'done') bytesRead += bytes
    }
    return { events, bytesRead, started }
  })
}

export async function keptIds(result: RunResult): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const row of keptRows(await openVersion(result.dir), ['id'])) ids.push(row.id)
  return ids
}

export async function keptTexts(result: RunResult): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const { id, text } of keptRows(await openVersion(result.dir), ['id', 'text']))
    texts.set(id, text)
  return texts
}

export async function rejections(result: RunResult): Promise<readonly RejectedRow[]> {
  const rows: RejectedRow[] = []
  for await (const row of rejectedRows(await openVersion(result.dir))) rows.push(row)
  return rows
}
