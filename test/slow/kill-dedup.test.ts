import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../src/model/version.ts'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { drawer } from '../synthetic-crawl.ts'
import { finished, TilthProcess } from './process.ts'

const RECIPE = `name: posts
writes: posts
inputs: { rows: { format: jsonl } }
steps:
  - { name: text, use: row }
  - { name: near, use: dedup-minhash, index: true }
  - { name: repeats, use: dedup-substring, minTokens: 30 }
`
const ROWS = 12_000
const FILES = 6
/** Kills that are tried to hit a phase: some last a millisecond. */
const TRIES = 8
/** What a run of the two exchanges consists of. */
const PHASES = [
  'near: candidates',
  'near: chains of candidates',
  'near: texts of candidates',
  'near: near copies',
  'near: index',
  'repeats: parts',
  'repeats: repeated parts',
  'write',
]

if (process.platform === 'linux') describe('a run of near copies and repeats that is killed', killed)
else describe.skip('a run that is killed (needs /proc)', () => it('is resumed', () => undefined))

function killed(): void {
  const place = new Workplace()
  afterAll(() => place.remove())
  let whole: Manifest
  let labels: readonly string[] = []
  const args = (store: string): readonly string[] => [
    ...['--store', store, 'run', 'posts.yaml', '--workers', '2', '--input', 'rows=rows-*.jsonl'],
  ]

  beforeAll(async () => {
    place.write('posts.yaml', Buffer.from(RECIPE))
    const draw = drawer(11)
    const words = (count: number): string[] =>
      Array.from({ length: count }, () => `word${draw(50_000).toString(26)}`)
    // Families of four near copies, and of three that share a run of 60 words and nothing else.
    let [family, passage] = [words(120), words(60)]
    const lines = Array.from({ length: ROWS }, (_, row) => {
      if (row % 4 === 0) family = words(120)
      if (row % 3 === 0) passage = words(60)
      const isNear = row % 8 < 4
      const text = isNear ? family.with(draw(120), `own${row}`) : [...words(60), ...passage, ...words(30)]
      return JSON.stringify({ id: `r${row}`, text: text.join(' ') })
    })
    for (let file = 0; file < FILES; file++)
      place.write(
        `rows-${file}.jsonl`,
        Buffer.from(`${lines.filter((_, at) => at % FILES === file).join('\n')}\n`),
      )
    const run = await finished(args('whole'), place.dir)
    expect(run.result.code, run.stderr).toBe(0)
    whole = (await openVersion(join(place.dir, 'whole/posts@1'))).manifest
    labels = [...new Set(run.lines.flatMap(({ text }) => labelOf(text) ?? []))]
    // Both kinds of exchange have something to do.
    expect(whole.steps.map(({ kept }) => kept)).not.toEqual([ROWS, ROWS, ROWS])
  })

  it('has every phase of both exchanges', () => {
    for (const phase of PHASES) expect(labels.join('\n')).toContain(phase)
  })

  it('ends with the version of an undisturbed run, whatever phase it was killed in', {
    timeout: 20 * 60_000,
  }, async () => {
    const hits: string[] = []
    for (const label of labels) {
      const store = await killIn(label)
      if (store === undefined) continue
      hits.push(label)
      await resume(store, label)
    }
    for (const phase of PHASES) expect(hits.join('\n')).toContain(phase)
    process.stdout.write(`killed in ${hits.join('; ')}\n`)
  })

  it('gets to its end when it is killed in one phase after another', async () => {
    const store = 'chain'
    for (const label of labels.filter((each) => PHASES.some((phase) => each.includes(phase)))) {
      const running = new TilthProcess(args(store), place.dir)
      if (await running.seen(new RegExp(`^${escaped(label)} `))) running.kill()
      await running.ended
    }
    await resume(store, 'all of them')
  })

  /** The store of a run that was killed in a phase; `undefined` where none of the tries hit it. */
  async function killIn(label: string): Promise<string | undefined> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const store = `killed-${attempt}`
      rmSync(join(place.dir, store), { recursive: true, force: true })
      const running = new TilthProcess(args(store), place.dir)
      const seen = await running.seen(new RegExp(`^${escaped(label)} `))
      // Within the phase where it lasts, and at its start where it is over at once.
      if (seen && attempt < 2) await running.pause(40)
      const last = running.lines.map(({ text }) => labelOf(text)).findLast((each) => each !== undefined)
      running.kill()
      await running.ended
      if (last === label && !existsSync(join(place.dir, store, 'posts@1'))) return store
    }
    return undefined
  }

  async function resume(store: string, what: string): Promise<void> {
    const run = await finished(args(store), place.dir)
    expect(run.result.code, `${what}: ${run.stderr}`).toBe(0)
    const { manifest } = await openVersion(join(place.dir, store, 'posts@1'))
    expect(manifest.hashes, what).toEqual(whole.hashes)
    expect(manifest.steps, what).toEqual(whole.steps)
    expect(readdirSync(join(place.dir, store, 'building'))).toEqual([])
    rmSync(join(place.dir, store), { recursive: true })
  }
}

/** Phase and step of a progress line. */
function labelOf(line: string): string | undefined {
  return /^(\w+ +.+?) {3}[\d,]+ of [\d,]+/.exec(line)?.[1]
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, '\\$&')
}
