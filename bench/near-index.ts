import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type RunResult, run as runRecipe } from '../src/index.ts'
import type { RecipeInput } from '../src/plan/recipe.ts'
import { keptRows, openVersion } from '../src/store/version.ts'

/**
 * What a tenth crawl costs when it is compared with the index of nine, beside all ten at once: CPU seconds of the whole process, one
 * worker. The documents that stay must be the same: `npm run bench near-index`. Needs dedup/ of the data folder.
 */
const CRAWLS = 10

export async function run(): Promise<void> {
  const data = resolve(process.env['TILTH_SHARED_DATA'] ?? resolve(import.meta.dirname, '../../shared/data'))
  const posts = gunzipSync(readFileSync(join(data, 'dedup/posts.jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n')
  const scratch = mkdtempSync(join(tmpdir(), 'tilth-bench-near-index-'))
  try {
    // A crawl has a tenth of the posts, a fifth of those of the crawl before, and all posts a second time with other words.
    const files = Array.from({ length: CRAWLS }, (_, crawl) => {
      const path = join(scratch, `${crawl}.jsonl`)
      const part = (at: number): boolean => at % CRAWLS === crawl || at % (5 * CRAWLS) === crawl - 1
      const lines = posts.flatMap((post, at) => [...(part(at) ? [post] : []), otherWords(post, crawl)])
      writeFileSync(path, lines.map((line) => `${dumped(line, crawl)}\n`).join(''))
      return path
    })
    const timed = async (
      writes: string,
      rows: readonly string[],
      set: readonly string[],
    ): Promise<[RunResult, number]> => {
      const before = process.cpuUsage()
      const result = await runRecipe(recipe(writes), {
        inputs: { rows },
        set,
        workers: 1,
        store: join(scratch, 'store'),
        cwd: scratch,
      })
      const { user, system } = process.cpuUsage(before)
      return [result, (user + system) / 1e6]
    }
    const [all, cpuAll] = await timed('all', files, [])
    const [nine, cpuNine] = await timed('nine', files.slice(0, -1), ['steps.near.index=true'])
    const [tenth, cpuTenth] = await timed('tenth', files.slice(-1), ['steps.near.against=["nine"]'])
    const both = new Set([...(await ids(nine)), ...(await ids(tenth))])
    const once = await ids(all)
    if (once.size !== both.size || [...once].some((id) => !both.has(id)))
      throw new Error('not the same documents stay')
    const documents = all.manifest.steps[0]?.in ?? 0
    console.log(`${documents} documents in ${CRAWLS} crawls, ${once.size} stay, the same either way`)
    console.log(`all at once ${cpuAll.toFixed(1)} CPU seconds; nine with their index ${cpuNine.toFixed(1)}`)
    console.log(
      `the tenth against it ${cpuTenth.toFixed(1)}: ${(cpuTenth / cpuAll).toFixed(3)} of all at once`,
    )
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function recipe(writes: string): RecipeInput {
  return {
    name: 'crawls',
    writes,
    inputs: { rows: { format: 'jsonl' } },
    steps: [
      { use: 'row', keep: ['dump'] },
      { name: 'near', use: 'dedup-minhash', olderWins: 'dump' },
    ],
  }
}

function dumped(line: string, crawl: number): string {
  const { id, text } = JSON.parse(line) as { readonly id: string; readonly text: string }
  return JSON.stringify({ id: `${crawl}-${id}`, text, dump: `CRAWL-${2010 + crawl}` })
}

/** A post with every fourth kind of word another. */
function otherWords(line: string, crawl: number): string {
  const { id, text } = JSON.parse(line) as { readonly id: string; readonly text: string }
  const other = (word: string): string => {
    let hash = crawl
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x0100_0193)
    return ((hash >>> 16) & 3) === 0 ? `${word}${crawl}` : word
  }
  return JSON.stringify({ id: `${id}-${crawl}`, text: text.replaceAll(/\w+/g, other) })
}

async function ids(result: RunResult): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const { meta } of keptRows(await openVersion(result.dir))) found.add(String(meta['sourceId']))
  return found
}
