import { hash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bytesSource } from '../../test/rows-source.ts'
import { pagesArchive, range } from '../../test/synthetic-crawl.ts'
import { formatNamed } from '../formats/catalogue.ts'
import { TilthError } from '../model/error.ts'
import type { Source } from '../model/record.ts'
import { type Plan, planRecipe } from '../plan/plan.ts'
import { checkRecipe } from '../plan/recipe.ts'
import { type Estimate, estimate } from './estimate.ts'
import { findInputs } from './inputs.ts'
import { type Budget, budget, peakBytes } from './memory.ts'

const PLAN = planRecipe(
  checkRecipe({
    name: 'rows',
    writes: 'rows',
    inputs: { rows: { format: 'jsonl' } },
    steps: [
      { name: 'text', use: 'row' },
      { name: 'exact', use: 'dedup-exact' },
    ],
  }),
)
const MIB = 1 << 20

let dir = ''
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tilth-estimate-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** Rows whose text hardly compresses, so that a file of them is as large when compressed as its chunks. */
function rows(count: number, textBytes: number): Buffer {
  const lines = Array.from({ length: count }, (_, index) => {
    const parts = Array.from({ length: Math.ceil(textBytes / 88) }, (_each, part) =>
      hash('sha512', `${index} ${part}`, 'base64'),
    )
    return JSON.stringify({ id: `r${index}`, text: parts.join(' ') })
  })
  return Buffer.from(`${lines.join('\n')}\n`)
}

async function estimateOf(name: string, bounds: Budget): Promise<Estimate> {
  return estimate(PLAN, await findInputs(PLAN, { rows: [name] }, dir), bounds)
}

const unbounded = (workers: number): Budget => budget(undefined, workers, MIB)

describe('estimate', () => {
  it.each([
    { name: 'rows.jsonl.zst', compress: (bytes: Buffer) => zstdCompressSync(bytes), why: 'zstd' },
    { name: 'rows.jsonl.gz', compress: (bytes: Buffer) => gzipSync(bytes, { level: 1 }), why: 'gzip' },
    { name: 'rows.jsonl', compress: (bytes: Buffer) => bytes, why: 'no compression' },
  ])('takes for read only what was used, not what was read ahead: $why', async ({ name, compress }) => {
    const total = 2_000
    const file = compress(rows(total, 5_000))
    writeFileSync(join(dir, name), file)
    expect(file.length).toBeGreaterThan(6 * MIB)
    const { sample } = await estimateOf(name, unbounded(1))
    expect(sample.bytes).toBeLessThan(file.length)
    const used = sample.records / total
    const counted = sample.bytes / file.length
    expect(counted).toBeGreaterThan(used / 1.5)
    expect(counted).toBeLessThan(used * 1.5)
  })

  it('counts a file that was read to its end as read, and what starting takes', async () => {
    writeFileSync(join(dir, 'few.jsonl.gz'), gzipSync(rows(3, 100)))
    const one = await estimateOf('few.jsonl.gz', unbounded(1))
    const two = await estimateOf('few.jsonl.gz', unbounded(2))
    expect(one.sample).toMatchObject({ records: 3, bytes: one.inputs[0]?.bytes })
    expect(one.cpuSeconds).toBeGreaterThan(1)
    expect(two.cpuSeconds).toBeGreaterThan(one.cpuSeconds + 0.3)
  })

  it('gives a file that cannot be cut no more than one worker', async () => {
    const bytes = rows(2_000, 5_000)
    writeFileSync(join(dir, 'whole.jsonl.gz'), gzipSync(bytes, { level: 1 }))
    for (const part of [1, 2])
      writeFileSync(join(dir, `part-${part}.jsonl.gz`), gzipSync(bytes, { level: 1 }))
    const whole = await estimateOf('whole.jsonl.gz', unbounded(2))
    const parts = await estimateOf('part-*.jsonl.gz', unbounded(2))
    const started = 2 * 0.6
    expect(whole.seconds).toBeGreaterThan((whole.cpuSeconds - started) * 0.9)
    expect(parts.seconds).toBeLessThan((parts.cpuSeconds - started) * 0.9)
  })

  it('expects about the memory that runs without a promise took', () => {
    // MiB of runs with 1 and 2 workers: links, books, web pages.
    for (const [workers, peaks] of [
      [1, [399, 377, 501, 316]],
      [2, [560, 609, 487]],
    ] as const) {
      for (const peak of peaks) {
        expect(peakBytes(workers, MIB) / MIB).toBeGreaterThan(peak / 1.35)
        expect(peakBytes(workers, MIB) / MIB).toBeLessThan(peak * 1.35)
      }
    }
  })

  it('refuses the zstd window that the run refuses under --memory', async () => {
    const zstd = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 27 } })
    zstd.write(rows(20, 100))
    zstd.end()
    writeFileSync(join(dir, 'window.jsonl.zst'), Buffer.concat(await zstd.toArray()))
    expect((await estimateOf('window.jsonl.zst', unbounded(1))).sample.records).toBe(20)
    const refused = estimateOf('window.jsonl.zst', budget(256 * MIB, 1, MIB))
    await expect(refused).rejects.toThrow(TilthError)
    await expect(refused).rejects.toMatchObject({ code: 'memory' })
  })
})

describe('a reader that is stopped early', () => {
  const jsonl = rows(600, 5_000)
  const csv = Buffer.from(`id,text\n${'7,"some words, in a field"\n'.repeat(200_000)}`)
  const posts = Buffer.from(
    Array.from({ length: 9_000 }, (_, id) =>
      JSON.stringify({ id: `p${id}`, title: 't', url: 'https://a.test/' }),
    )
      .join('\n')
      .concat('\n'),
  )
  it.each([
    ['jsonl', jsonl],
    ['jsonl', gzipSync(jsonl)],
    ['jsonl', zstdCompressSync(jsonl)],
    ['csv', csv],
    ['csv', gzipSync(csv)],
    ['reddit', zstdCompressSync(posts)],
    ['warc', pagesArchive(range(0, 600))],
  ])('lets go of its file: %s (%#)', async (name, bytes) => {
    let opened = 0
    let closed = 0
    const held = bytesSource(bytes, 'memory', 16_384)
    const source: Source = {
      ...held,
      async *read(start, end, signal) {
        opened++
        try {
          yield* held.read(start, end, signal)
        } finally {
          closed++
        }
      },
    }
    const format = formatNamed(name)
    const items = format.read(
      source,
      { start: 0, end: source.size, first: 0 },
      { options: format.options.parse({}) as never, maxRecordBytes: MIB, maxWindowBytes: 2 ** 31 },
    )
    const first = await items.next()
    expect(first.done).toBe(false)
    await items.return({ next: 0 })
    expect(opened).toBeGreaterThan(0)
    expect(closed).toBe(opened)
  })
})

describe('an estimate of exchanges', () => {
  const planOf = (...steps: readonly { readonly use: string; readonly verify?: boolean }[]): Plan =>
    planRecipe(
      checkRecipe({
        name: 'rows',
        writes: 'rows',
        inputs: { rows: { format: 'jsonl' } },
        steps: [{ name: 'text', use: 'row' }, ...steps],
      }),
    )
  const of = async (
    ...steps: readonly { readonly use: string; readonly verify?: boolean }[]
  ): Promise<Estimate> => {
    const plan = planOf(...steps)
    return estimate(plan, await findInputs(plan, { rows: ['exchange.jsonl'] }, dir), unbounded(1))
  }
  beforeAll(() => writeFileSync(join(dir, 'exchange.jsonl'), rows(2_000, 900)))

  it('is of the documents that come to them, and part of the disk', async () => {
    const without = await of()
    const near = await of({ use: 'dedup-minhash' })
    const [exchange] = near.exchanges
    expect(without.exchanges).toEqual([])
    expect(exchange?.step).toBe('dedup-minhash')
    expect(exchange?.documents).toBeGreaterThan(1_600)
    expect(exchange?.documents).toBeLessThan(2_400)
    expect(exchange?.spillBytes).toBeGreaterThan(0.15 * 2_000 * 900)
    // What lies there for a time is less than what is written behind it.
    expect(near.diskBytes - without.diskBytes).toBeGreaterThan(0.9 * (exchange?.keyBytes ?? 0))
    expect(near.leastDiskBytes).toBeLessThan(near.diskBytes / 2)
    expect(near.leastDiskBytes).toBeGreaterThan(without.leastDiskBytes)
    expect(near.notes.join()).toContain('quarter')
  })

  it('needs no room for texts that are not compared', async () => {
    const spill = async (verify: boolean): Promise<number> =>
      (await of({ use: 'dedup-minhash', verify })).exchanges[0]?.spillBytes ?? 0
    expect(await spill(false)).toBeLessThan((await spill(true)) / 2)
  })

  it('is of each, and the largest of those that need room for a time', async () => {
    const both = await of({ use: 'dedup-substring' }, { use: 'dedup-lines' })
    expect(both.exchanges.map(({ step }) => step)).toEqual(['dedup-substring', 'dedup-lines'])
    expect(both.exchanges[1]?.spillBytes).toBe(0)
    expect(both.exchanges[0]?.spillBytes).toBeGreaterThan(0)
  })
})
