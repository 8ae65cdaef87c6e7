import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Manifest } from '../../src/model/version.ts'
import { diskUse } from '../../src/store/store.ts'
import { fileSha256, readTable } from '../../src/store/table.ts'
import { openVersion } from '../../src/store/version.ts'
import { Workplace } from '../engine-run.ts'
import { pagesArchive, range, submissionsFile } from '../synthetic-crawl.ts'
import { finished } from './process.ts'

const place = new Workplace()
const disk = join(place.dir, 'disk')
const mountReason = refusal()

function mount(...options: readonly string[]): string | undefined {
  const { status, stderr, error } = spawnSync('mount', [...options], { encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

/** Why a small file system cannot be mounted here; `undefined` when it can. */
function refusal(): string | undefined {
  mkdirSync(disk)
  const reason = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
  if (reason === undefined) spawnSync('umount', [disk])
  return reason
}

const args = (store: string, ...more: readonly string[]): readonly string[] => [
  ...['--store', store, 'run', 'gpt2-webtext', '--workers', '2', ...more],
  ...['--input', 'submissions=submissions.zst', '--input', 'pages=crawl/*.warc.gz'],
]

let whole: Manifest
/** Bytes in the store of a finished run. */
let needed = 0
beforeAll(async () => {
  place.write('submissions.zst', submissionsFile(range(0, 3000)))
  for (let file = 0; file < 6; file++)
    place.write(`crawl/${file}.warc.gz`, pagesArchive(range(file * 500, 500), { paragraphs: 12 }))
  const run = await finished(args('whole'), place.dir)
  expect(run.result.code, run.stderr).toBe(0)
  whole = (await openVersion(join(place.dir, 'whole/webtext@1'))).manifest
  needed = diskUse(join(place.dir, 'whole'))
  expect(needed).toBeGreaterThan(8 << 20)
})
afterAll(() => place.remove())

if (mountReason === undefined) describe('a disk that is full', diskFull)
else
  describe.skip(`a disk that is full (mount is refused: ${mountReason})`, () =>
    it('stops a run', () => undefined))

function diskFull(): void {
  afterEach(() => {
    spawnSync('umount', [disk])
  })

  const shares = [0.004, 0.02, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.86, 0.92, 0.96, 0.98]
  const phases = new Set<string>()

  it.each(shares)('that has room for %d of what is needed', async (share) => {
    const bytes = Math.max(64 << 10, Math.floor(needed * share))
    expect(mount('-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk)).toBeUndefined()
    const store = join(disk, 'store')
    const run = await finished(args(store), place.dir)
    phases.add(
      run.lines.map(({ text }) => text.split(/\s/)[0] ?? '').findLast((word) => PHASE.test(word)) ?? 'start',
    )
    expect(run.result.code, run.stderr).toBe(5)
    expect(run.stderr).toMatch(/^error: no room on the disk: .+/m)
    expect(run.stderr).toContain('tilth gc --dry-run')
    expect(run.stderr).not.toContain('bug:')
    await everyVersionIsWhole(store)
    const listed = await finished(['--store', store, 'versions'], place.dir)
    expect(listed.result.code, listed.stderr).toBe(0)

    expect(mount('-o', `remount,size=${4 * needed}`, disk)).toBeUndefined()
    const again = await finished(args(store), place.dir)
    expect(again.result.code, again.stderr).toBe(0)
    expect(await everyVersionIsWhole(store)).toBe(1)
    const { manifest } = await openVersion(join(store, 'webtext@1'))
    expect(manifest.hashes).toEqual(whole.hashes)
    expect(readdirSync(join(store, 'building'))).toEqual([])
  })

  it('was full in many phases', () => {
    expect([...phases]).toEqual(expect.arrayContaining(['map', 'write']))
    expect(phases.size).toBeGreaterThanOrEqual(4)
    process.stdout.write(`the disk was full in: ${[...phases].join(', ')}\n`)
  })
}

const PHASE = /^(?:hash|split|read|check|exchange|map|index|write|publish)$/

describe('a store that cannot be written', () => {
  it.each([
    {
      why: 'the directory is a file',
      make: (path: string) => {
        writeFileSync(path, 'a file')
        return path
      },
    },
    {
      why: 'a directory above it is a file',
      make: (path: string) => {
        writeFileSync(path, 'a file')
        return join(path, 'store')
      },
    },
    { why: 'a device', make: () => '/dev/null/store' },
    { why: 'a file system that takes no directories', make: () => '/proc/tilth/store' },
  ])('is refused clearly: $why', async ({ why, make }) => {
    await refused(make(join(place.dir, why)))
  })

  it.skipIf(process.getuid?.() === 0)('is refused clearly: no right to write', async () => {
    const store = join(place.dir, 'closed')
    mkdirSync(store)
    chmodSync(store, 0o555)
    await refused(join(store, 'below'))
    await refused(store)
  })

  it.skipIf(mountReason !== undefined)('is refused clearly: a file system that is read only', async () => {
    expect(mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)).toBeUndefined()
    try {
      mkdirSync(join(disk, 'store'))
      expect(mount('-o', 'remount,ro', disk)).toBeUndefined()
      await refused(join(disk, 'store'))
      await refused(join(disk, 'other'))
    } finally {
      spawnSync('umount', [disk])
    }
  })

  async function refused(store: string): Promise<void> {
    const run = await finished(args(store), place.dir)
    expect(run.stderr).not.toContain('bug:')
    expect(run.stderr).toMatch(/^error: .*(?:store|written)/m)
    expect(run.stderr).toContain(store)
    expect(run.result.code).toBe(2)
  }
})

/** Opens whatever stands under the name of a version, to its last row; gives how many there are. */
async function everyVersionIsWhole(store: string): Promise<number> {
  const names = existsSync(store) ? readdirSync(store).filter((name) => name.includes('@')) : []
  for (const name of names) {
    const { dir, manifest } = await openVersion(join(store, name))
    expect(manifest.shards.length).toBeGreaterThan(1)
    for (const shard of manifest.shards) {
      expect(fileSha256(join(dir, shard.file))).toBe(shard.sha256)
      let rows = 0
      for await (const batch of readTable(join(dir, shard.file))) rows += batch.length
      expect(rows).toBe(shard.rows)
    }
  }
  return names.length
}
