import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { drawer } from '../synthetic-crawl.ts'
import { finished } from './process.ts'

const MIB = 1 << 20

if (process.platform === 'linux') describe('peak resident size of near copies in a run', memory)
else
  describe.skip('peak resident size of near copies in a run (needs /proc)', () =>
    it('keeps', () => undefined))

function memory(): void {
  const place = new Workplace()
  afterAll(() => place.remove())

  /** Rows of random words, each `copies` times: behind itself with another word in place of one. */
  function rows(name: string, families: number, copies: number, words: number): void {
    const draw = drawer(11)
    const path = place.write(name, Buffer.from(''))
    let lines: string[] = []
    for (let family = 0; family < families; family++) {
      const text = Array.from({ length: words }, () => draw(200_000).toString(26))
      for (let copy = 0; copy < copies; copy++) {
        const own = copy === 0 ? text : text.with(draw(words), 'another')
        lines.push(`{"id":"${family}-${copy}","text":"${own.join(' ')}"}\n`)
      }
      if (lines.length < 2_000) continue
      appendFileSync(path, lines.join(''))
      lines = []
    }
    appendFileSync(path, lines.join(''))
  }

  it.each([
    // A unit's keys are 400 times its text, and more than the promise.
    { why: '450 keys of short rows', memory: 448, rows: [40_000, 1, 15], options: 'preset: refinedweb' },
    { why: '8,192 keys of few rows', memory: 448, rows: [6_000, 1, 40], options: 'bands: 8192, rows: 8' },
    { why: 'every row a candidate, with long texts', memory: 448, rows: [16_000, 2, 800], options: '' },
  ])(
    'keeps to its bound: $why',
    async ({ why, memory, rows: [families = 0, copies = 0, words = 0], options }) => {
      const name = why.replaceAll(/\W+/g, '-')
      rows(`${name}.jsonl`, families, copies, words)
      place.write(
        `${name}.yaml`,
        Buffer.from(
          `name: near\nwrites: near\ninputs: { rows: { format: jsonl } }\nsteps:\n  - { name: text, use: row }\n  - { use: dedup-minhash${options === '' ? '' : `, ${options}`} }\n`,
        ),
      )
      const run = await finished(
        [
          ...['--store', name, 'run', `${name}.yaml`, '--workers', '1', '--memory', `${memory}M`],
          ...['--input', `rows=${name}.jsonl`],
        ],
        place.dir,
      )
      expect(run.result.code, run.stderr).toBe(0)
      const { manifest } = await openVersion(join(place.dir, name, 'near@1'))
      expect(manifest.steps.at(-1)).toMatchObject({ in: families * copies })
      expect(manifest.steps.at(-1)?.kept).toBeGreaterThanOrEqual(families)
      expect(manifest.steps.at(-1)?.kept).toBeLessThan(1.01 * families)
      process.stdout.write(
        `${why}: ${Math.round(run.peakBytes / MIB)} MiB of ${memory}M, ${run.cpuSeconds} s of CPU\n`,
      )
      expect(run.peakBytes).toBeLessThanOrEqual(memory * MIB)
    },
  )
}
