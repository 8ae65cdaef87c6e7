import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fitSource } from '../src/engine/fit/fit-source.ts'
import { makeQuality } from '../src/engine/fit/make-quality.ts'
import { qualitySettings } from '../src/engine/fit/quality-settings.ts'
import { run as runRecipe, Store } from '../src/index.ts'
import type { TableName } from '../src/model/version.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows } from '../src/store/version.ts'

/** Each text is there so often, under other ids: a run of some hundred megabytes, whose start matters little. */
const COPIES = Number(process.env['TILTH_BENCH_COPIES'] ?? 8)
const ROUNDS = 3

/**
 * What GPT-3's selection costs as one run over a version: `document`, `quality`, `quality-pareto`, from Parquet to Parquet, one worker, with what
 * rejected documents hold as `keepDropped` says. Beside it the same version read and written alone.
 *
 *     npm run bench selection
 *
 * The texts are the main content of the pages in warc/ and the posts in dedup/ of the data folder (TILTH_SHARED_DATA, else ../shared/data). CPU time
 * is that of all threads, start included, as the manifest has it.
 */
export async function run(): Promise<void> {
  const data = process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
  const dir = mkdtempSync(join(tmpdir(), 'tilth-bench-selection-'))
  const made = async (
    recipe: RecipeInput,
    inputs: Readonly<Record<string, string>> = {},
    store = 'store',
  ) => {
    const { manifest, dir: at } = await runRecipe(recipe, { store: join(dir, store), workers: 1, inputs })
    return { manifest, at }
  }
  try {
    const pages = { pages: { format: 'warc' } }
    const rows = { rows: { format: 'jsonl' } }
    await made(
      { name: 'pages', writes: 'pages', inputs: pages, steps: [{ use: 'html' }] },
      { pages: join(data, 'warc/pages-*.warc.gz') },
    )
    await made(
      { name: 'posts', writes: 'posts', inputs: rows, steps: [{ use: 'row' }] },
      { rows: join(data, 'dedup/posts.jsonl.gz') },
    )
    const store = new Store(join(dir, 'store'))
    const crawl = join(dir, 'crawl.jsonl')
    for (let copy = 0; copy < COPIES; copy++) {
      for (const name of ['pages', 'posts']) {
        const lines: string[] = []
        for await (const { id, text } of keptRows(await store.open(name), ['id', 'text']))
          lines.push(`${JSON.stringify({ id: `${copy}-${id}`, text })}\n`)
        appendFileSync(crawl, lines.join(''))
      }
    }
    const source = await made(
      { name: 'crawl', writes: 'crawl', inputs: rows, steps: [{ use: 'row' }] },
      { rows: crawl },
    )
    const textBytes = source.manifest.steps.at(-1)?.bytesOut ?? 0
    const found = (ref: string) => fitSource(ref, store, {}, dir)
    await makeQuality(store, 'quality', {
      positives: [await found('pages')],
      negatives: [await found('posts')],
      settings: qualitySettings({ mostIterations: 20 }),
      workers: 1,
    })
    console.log(`${(textBytes / 1e6).toFixed(0)} MB of text, ${source.manifest.steps.at(-1)?.out} documents`)
    const select = [
      { use: 'quality', model: 'fit:quality' },
      { name: 'draw', use: 'quality-pareto', alpha: 9 },
    ]
    const ways: readonly {
      readonly name: string
      readonly steps: readonly object[]
      readonly keep: string
    }[] = [
      { name: 'read and written alone', steps: [], keep: 'text' },
      { name: 'selected, keepDropped: text', steps: select, keep: 'text' },
      { name: 'selected, keepDropped: pointer', steps: select, keep: 'pointer' },
      { name: 'selected, keepDropped: none', steps: select, keep: 'none' },
    ]
    for (const { name, steps, keep } of ways) {
      const seconds: number[] = []
      let said = ''
      for (let round = 0; round < ROUNDS; round++) {
        const recipe = {
          name: 'select',
          writes: `select-${keep}-${steps.length}-${round}`,
          keepDropped: keep,
          inputs: { documents: { format: 'version', files: ['crawl'] } },
          // Another seed each round, so that nothing of the round before is used again.
          seed: round,
          steps: [{ use: 'document' }, ...steps],
        } as RecipeInput
        const { manifest } = await made(recipe)
        seconds.push(manifest.cost.cpuSeconds)
        const size = (table: TableName): string =>
          (
            manifest.shards.reduce((sum, shard) => sum + (shard.table === table ? shard.bytes : 0), 0) /
            textBytes
          ).toFixed(3)
        said = `kept ${manifest.steps.at(-1)?.out}; bytes written a byte of text: kept ${size('kept')}, rejected ${size('rejected')}, signals ${size('signals')}`
        rmSync(join(dir, 'store', 'cache', 'units'), { recursive: true, force: true })
      }
      const rates = seconds.map((each) => textBytes / 1e6 / each).sort((a, b) => a - b)
      const [least, middle, most] = [rates[0], rates[rates.length >> 1], rates.at(-1)].map((rate) =>
        rate?.toFixed(1),
      )
      console.log(`${name.padEnd(32)} ${middle} MB a CPU second (${least} to ${most}); ${said}`)
    }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
