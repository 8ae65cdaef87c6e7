import { cpSync, globSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunResult } from '../../src/index.ts'
import type { RecipeInput } from '../../src/plan/recipe.ts'
import { Workplace } from '../engine-run.ts'

const recipe = (name: string, use: string, options: Record<string, number> = {}): RecipeInput => ({
  name,
  writes: name,
  inputs: { rows: { format: 'jsonl' } },
  steps: [{ use: 'row' }, { name: 'near', use, ...options }],
})
const CLUSTERS = recipe('clusters', 'dedup-minhash')
const SPANS = recipe('spans', 'dedup-substring', { minTokens: 20 })

/** 40 families of five that differ in their last words. */
const ROWS = Array.from({ length: 200 }, (_, at) => {
  const [family, member] = [Math.floor(at / 5), at % 5]
  const words = Array.from(
    { length: 90 },
    (_, word) => `w${word < 88 ? family * 1000 + word : at * 100 + word}`,
  )
  return { id: `d${at}`, text: `${words.join(' ')} ${member}` }
})

/** Where a run is stopped, and what then lies in its exchange. */
const STOPPED = [
  { what: CLUSTERS, at: 'chains of candidates', files: ['*.buckets'] },
  { what: CLUSTERS, at: 'near copies', files: ['*.dealt', '*.candidates', '*.members', 'dealt.json'] },
  { what: CLUSTERS, at: undefined, files: ['*.verdicts'] },
  { what: SPANS, at: 'parts', files: ['*.parts', '*.shared'] },
  { what: SPANS, at: undefined, files: ['*.verdicts'] },
]
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'with a byte changed in the middle': flip,
  'cut short': (path) => truncateSync(path, Math.floor(readFileSync(path).length / 2)),
  empty: (path) => truncateSync(path, 0),
}

function flip(path: string): void {
  const bytes = readFileSync(path)
  const at = bytes.length >>> 1
  bytes[at] = (bytes[at] ?? 0) ^ 0x10
  writeFileSync(path, bytes)
}

describe('what an exchange of a stopped run left, and the disk harmed', () => {
  const place = new Workplace()
  afterAll(() => place.remove())
  const rows = place.write('rows.jsonl', Buffer.from(ROWS.map((row) => `${JSON.stringify(row)}\n`).join('')))
  const whole = new Map<RecipeInput, RunResult>()
  beforeAll(async () => {
    for (const what of [CLUSTERS, SPANS])
      whole.set(what, await place.run(what, `whole-${what.name}`, { inputs: { rows } }))
  })

  for (const { what, at, files } of STOPPED) {
    const stopped = `${what.name} ${at ?? 'done'}`
    it(`${stopped}: is never taken for a result: ${files.join(', ')}`, async () => {
      if (at === undefined) {
        await place.run(what, stopped, { inputs: { rows } })
        rmSync(join(place.dir, stopped, `${what.writes}@1`), { recursive: true })
      } else await stopAt(what, stopped, at)
      for (const file of files) {
        for (const [damage, harm] of Object.entries(DAMAGES)) {
          const store = `${stopped} ${file.slice(2)} ${damage}`
          cpSync(join(place.dir, stopped), join(place.dir, store), { recursive: true })
          const found = globSync(`**/${file}`, { cwd: join(place.dir, store) })
          expect(found.length, file).toBeGreaterThan(0)
          for (const path of found) harm(join(place.dir, store, path))
          const again = await place.run(what, store, { inputs: { rows } })
          expect(again.manifest.hashes, `${file} ${damage}`).toEqual(whole.get(what)?.manifest.hashes)
          rmSync(join(place.dir, store), { recursive: true })
        }
      }
    })
  }

  /** Runs until a part of the exchange begins whose files of before are then there. */
  async function stopAt(what: RecipeInput, store: string, at: string): Promise<void> {
    const stop = new AbortController()
    const seen: string[] = []
    const running = place.run(what, store, {
      inputs: { rows },
      signal: stop.signal,
      progress: ({ name }) => {
        if (seen.at(-1) !== name) seen.push(name)
        // Spans compare parts twice: the second time is the one that reads what the others left.
        if (name.includes(at) && seen.filter((each) => each === name).length === (at === 'parts' ? 2 : 1))
          stop.abort()
      },
    })
    await expect(running, seen.join()).rejects.toMatchObject({ code: 'interrupted' })
  }
})
