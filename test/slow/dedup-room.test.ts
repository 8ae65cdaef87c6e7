import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { diskUse } from '../../src/store/store.ts'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { drawer } from '../synthetic-crawl.ts'
import { finished } from './process.ts'

const place = new Workplace()
const disk = join(place.dir, 'disk')
const mountReason = refusal()
/** Every second text is a near copy of the one before, so that all of them are read again. */
const ROWS = 6_000
const RECIPE = `name: posts
writes: posts
inputs: { rows: { format: jsonl } }
steps:
  - { name: text, use: row }
  - { name: near, use: dedup-minhash }
`

function mount(...options: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('mount', [...options], { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

function refusal(): string | undefined {
  mkdirSync(disk)
  const reason = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
  if (reason === undefined) spawnSync('umount', [disk])
  return reason
}

afterAll(() => place.remove())

if (mountReason === undefined) describe('a disk too small for an exchange', room)
else
  describe.skip(`a disk too small for an exchange (mount is refused: ${mountReason})`, () =>
    it('is seen before', () => undefined))

function room(): void {
  const args = (store: string): readonly string[] => [
    ...['--store', store, 'run', 'posts.yaml', '--workers', '1', '--input', 'rows=rows.jsonl'],
  ]
  beforeAll(() => {
    const draw = drawer(3)
    let words: string[] = []
    const lines = Array.from({ length: ROWS }, (_, row) => {
      if (row % 2 === 0) words = Array.from({ length: 250 }, () => draw(60_000).toString(26))
      return JSON.stringify({ id: `r${row}`, text: words.with(draw(250), `own${row}`).join(' ') })
    })
    place.write('rows.jsonl', Buffer.from(`${lines.join('\n')}\n`))
    place.write('posts.yaml', Buffer.from(RECIPE))
  })
  afterEach(() => {
    spawnSync('umount', [disk])
  })

  it('refuses to begin it, and goes on when there is room', async () => {
    const whole = await finished(args('whole'), place.dir)
    expect(whole.result.code, whole.stderr).toBe(0)
    const { manifest } = await openVersion(join(place.dir, 'whole/posts@1'))
    // Units and keys fit beside some more, and not the texts of candidates, which take 14 MB.
    const units = diskUse(join(place.dir, 'whole/cache/units'))
    const size = units + (5 << 20)
    expect(mount('-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk)).toBeUndefined()
    const store = join(disk, 'store')
    const run = await finished(args(store), place.dir)
    expect(run.result.code, run.stderr).toBe(5)
    expect(run.stderr).toMatch(/^error: no room on the disk: near: texts of candidates will take about/m)
    expect(run.stderr).not.toContain('bug:')
    expect(mount('-o', `remount,size=${size + (64 << 20)}`, disk)).toBeUndefined()
    const again = await finished(args(store), place.dir)
    expect(again.result.code, again.stderr).toBe(0)
    expect((await openVersion(join(store, 'posts@1'))).manifest.hashes).toEqual(manifest.hashes)
  })

  it('is refused before the run begins where it is certain, and said by plan', async () => {
    place.write(
      'many.yaml',
      Buffer.from(RECIPE.replace('dedup-minhash', 'dedup-minhash, preset: refinedweb')),
    )
    const of = (command: string, store: string): readonly string[] => [
      ...['--store', store, command, 'many.yaml', '--workers', '1', '--input', 'rows=rows.jsonl'],
    ]
    expect(mount('-t', 'tmpfs', '-o', `size=${20 << 20}`, 'tmpfs', disk)).toBeUndefined()
    const store = join(disk, 'store')
    const said = await finished(of('plan', store), place.dir)
    expect(said.result.code, said.stderr).toBe(0)
    expect(said.stderr).toMatch(
      /^warning: the run needs at least \d+ MiB, and about \d+ MiB of disk, .+ has room for 20 MiB$/m,
    )
    const run = await finished(of('run', store), place.dir)
    expect(run.result.code, run.stderr).toBe(5)
    expect(run.stderr).toMatch(/^error: no room on the disk: the run needs at least \d+ MiB/m)
    expect(run.stderr).not.toContain('read ')
    expect(diskUse(join(store, 'cache', 'units'))).toBe(0)
    // With room for what is certain and not for what is likely, it is only said; here it is enough.
    expect(mount('-o', `remount,size=${100 << 20}`, disk)).toBeUndefined()
    const again = await finished(of('run', store), place.dir)
    expect(again.result.code, again.stderr).toBe(0)
    const free = await finished(of('plan', 'elsewhere'), place.dir)
    expect(free.stderr).toBe('')
  })

  it('is seen by tilth dedup, which leaves nothing behind', async () => {
    expect(mount('-t', 'tmpfs', '-o', `size=${9 << 20}`, 'tmpfs', disk)).toBeUndefined()
    const out = join(disk, 'unique.jsonl')
    const run = await finished(['dedup', 'rows.jsonl', '--out', out], place.dir)
    expect(run.result.code, run.stderr).toBe(5)
    expect(run.stderr).toMatch(/^error: no room on the disk: texts of candidates will take about/m)
    expect(run.stderr).toContain('--out on another disk')
    expect(run.stderr).not.toContain('tilth gc')
    expect(existsSync(out)).toBe(false)
    rmSync(join(place.dir, 'whole'), { recursive: true, force: true })
  })

  it.each([
    {
      mib: 2,
      why: 'before the output is written',
      says: /no room on the disk: the rows that stay will take/,
    },
    { mib: 4, why: 'while it is written', says: /no room on the disk: .*ENOSPC/ },
  ])('is explained by tilth dedup $why', async ({ mib, says }) => {
    expect(mount('-t', 'tmpfs', '-o', `size=${mib << 20}`, 'tmpfs', disk)).toBeUndefined()
    const out = join(disk, 'unique.jsonl')
    // Alone, each row is short of a shingle: none is a candidate.
    const run = await finished(['dedup', 'rows.jsonl', '--out', out, '--ngram', '256'], place.dir)
    expect(run.result.code, run.stderr).toBe(5)
    expect(run.stderr).toMatch(says)
    expect(run.stderr).toContain('--out on another disk')
    expect(readdirSync(disk)).toEqual([])
  })
}
