import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSha256 } from '../../src/store/table.ts'
import { Workplace } from '../engine-run.ts'
import { drawer } from '../synthetic-crawl.ts'
import { finished } from './process.ts'

const MIB = 1 << 20
const ROWS = 400_000
/** Every so many rows one begins a family, whose other rows have one word changed. */
const FAMILY = 8
const WORDS = 80

if (process.platform === 'linux') describe('peak resident size of tilth dedup', memory)
else describe.skip('peak resident size of tilth dedup (needs /proc)', () => it('keeps', () => undefined))

function memory(): void {
  const place = new Workplace()
  afterAll(() => place.remove())

  beforeAll(() => {
    const draw = drawer(7)
    const path = place.write('rows.jsonl', Buffer.from(''))
    let lines: string[] = []
    let family: string[] = []
    for (let row = 0; row < ROWS; row++) {
      const isCopy = row % (2 * FAMILY) < FAMILY && row % FAMILY !== 0
      if (!isCopy) family = Array.from({ length: WORDS }, () => draw(200_000).toString(26))
      const words = isCopy ? family.with(draw(WORDS), 'another') : family
      lines.push(`{"id":"${String(row).padStart(7, '0')}","text":"${words.join(' ')}"}\n`)
      if (lines.length < 10_000) continue
      appendFileSync(path, lines.join(''))
      lines = []
    }
    appendFileSync(path, lines.join(''))
  })

  it('keeps to its bound, and gives the same', async () => {
    const dedup = async (
      out: string,
      ...more: readonly string[]
    ): Promise<Awaited<ReturnType<typeof finished>>> => {
      const run = await finished(['dedup', 'rows.jsonl', '--out', out, '--json', ...more], place.dir)
      expect(run.result.code, run.stderr).toBe(0)
      return run
    }
    const free = await dedup('free.jsonl')
    const { dropped } = JSON.parse(free.stdout) as { dropped: number }
    const copies = (ROWS / (2 * FAMILY)) * (FAMILY - 1)
    expect(dropped).toBeGreaterThan(0.998 * copies)
    expect(dropped).toBeLessThanOrEqual(copies)
    const peaks = [`${Math.round(free.peakBytes / MIB)} MiB without`]
    for (const [promise, bytes] of [
      ['448M', 448 * MIB],
      ['1G', 1024 * MIB],
    ] as const) {
      const bound = await dedup(`${promise}.jsonl`, '--memory', promise)
      expect(bound.peakBytes, promise).toBeLessThanOrEqual(bytes)
      expect(fileSha256(join(place.dir, `${promise}.jsonl`)), promise).toBe(
        fileSha256(join(place.dir, 'free.jsonl')),
      )
      peaks.push(`${Math.round(bound.peakBytes / MIB)} MiB of ${promise}`)
    }
    process.stdout.write(`tilth dedup of ${ROWS} rows: ${peaks.join(', ')}\n`)
  })
}
